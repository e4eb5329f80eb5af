#include "base/json_memory.h"

#include <pthread.h>
#include <stdlib.h>

#include <jansson.h>

#define RESERVE_BYTES ((size_t)1 << 20) /* untouched, so no memory, until it is needed */
#define ALIGN         16

/* What malloc refuses: jansson's reader falls over when it is refused memory for a string. */
static struct {
    pthread_mutex_t lock;
    size_t used;
    int lent; /* pieces; the reserve is whole again when all are back */
    _Alignas(ALIGN) char bytes[RESERVE_BYTES];
} reserve = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local bool has_failed;

static void *lend(size_t size)
{
    void *p = NULL;
    size_t bytes = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    (void)pthread_mutex_lock(&reserve.lock);
    if (bytes >= size && bytes <= RESERVE_BYTES - reserve.used) {
        p = reserve.bytes + reserve.used;
        reserve.used += bytes;
        reserve.lent++;
    }
    (void)pthread_mutex_unlock(&reserve.lock);
    return p;
}

static void *allocate(size_t size)
{
    void *p = malloc(size);
    if (p == NULL) {
        has_failed = true;
        p = lend(size);
    }
    return p;
}

void json_memory_free(void *p)
{
    if ((const char *)p < reserve.bytes || (const char *)p >= reserve.bytes + RESERVE_BYTES) {
        free(p);
        return;
    }
    (void)pthread_mutex_lock(&reserve.lock);
    if (--reserve.lent == 0) {
        reserve.used = 0;
    }
    (void)pthread_mutex_unlock(&reserve.lock);
}

void json_memory_watch(void)
{
    json_set_alloc_funcs(allocate, json_memory_free);
}

void json_memory_begin(void)
{
    has_failed = false;
}

bool json_memory_has_failed(void)
{
    return has_failed;
}
