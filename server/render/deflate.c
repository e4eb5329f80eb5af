#include "render/deflate.h"

#include <pthread.h>
#include <stdlib.h>

#include <libdeflate.h>

static const int levels[DEFLATE_EFFORTS] = {[DEFLATE_QUICK] = 5, [DEFLATE_THOROUGH] = 7};

/* A compressor is some hundred kilobytes of tables: each thread keeps its own, made at first use.
 */
struct compressors {
    struct libdeflate_compressor *of[DEFLATE_EFFORTS];
};

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_fault;

static void free_compressors(void *kept)
{
    struct compressors *c = kept;
    for (int i = 0; i < DEFLATE_EFFORTS; i++) {
        libdeflate_free_compressor(c->of[i]);
    }
    free(c);
}

static void make_key(void)
{
    key_fault = pthread_key_create(&key, free_compressors);
}

/* The calling thread's; NULL = no memory. */
static struct compressors *own_compressors(void)
{
    (void)pthread_once(&once, make_key);
    if (key_fault != 0) {
        return NULL;
    }
    struct compressors *c = pthread_getspecific(key);
    if (c == NULL && (c = calloc(1, sizeof *c)) != NULL && pthread_setspecific(key, c) != 0) {
        free(c);
        return NULL;
    }
    return c;
}

static struct libdeflate_compressor *compressor_of(enum deflate_effort effort)
{
    struct compressors *c = own_compressors();
    if (c != NULL && c->of[effort] == NULL) {
        c->of[effort] = libdeflate_alloc_compressor(levels[effort]);
    }
    return c == NULL ? NULL : c->of[effort];
}

size_t deflate_bound(size_t len)
{
    return libdeflate_zlib_compress_bound(NULL, len); /* of any compressor */
}

size_t deflate_bytes(enum deflate_effort effort, const uint8_t *from, size_t len, uint8_t *to,
                     size_t room)
{
    struct libdeflate_compressor *c = compressor_of(effort);
    return c == NULL ? 0 : libdeflate_zlib_compress(c, from, len, to, room);
}
