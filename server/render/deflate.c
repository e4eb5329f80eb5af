#include "render/deflate.h"

#include <pthread.h>

#include <libdeflate.h>

#define LEVEL 7

/* A compressor is some hundred kilobytes of tables: each thread keeps its own. */
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_fault;

static void free_compressor(void *compressor)
{
    libdeflate_free_compressor(compressor);
}

static void make_key(void)
{
    key_fault = pthread_key_create(&key, free_compressor);
}

/* NULL = no memory. */
static struct libdeflate_compressor *own_compressor(void)
{
    (void)pthread_once(&once, make_key);
    if (key_fault != 0) {
        return NULL;
    }
    struct libdeflate_compressor *c = pthread_getspecific(key);
    if (c == NULL && (c = libdeflate_alloc_compressor(LEVEL)) != NULL &&
        pthread_setspecific(key, c) != 0) {
        libdeflate_free_compressor(c);
        return NULL;
    }
    return c;
}

size_t deflate_bound(size_t len)
{
    struct libdeflate_compressor *c = own_compressor();
    return c == NULL ? 0 : libdeflate_zlib_compress_bound(c, len);
}

size_t deflate_bytes(const uint8_t *from, size_t len, uint8_t *to, size_t room)
{
    struct libdeflate_compressor *c = own_compressor();
    return c == NULL ? 0 : libdeflate_zlib_compress(c, from, len, to, room);
}
