#include "base/spare_memory.h"

#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define RESERVE_BYTES ((size_t)1 << 20) /* untouched, so no memory, until it is needed */
#define ALIGN         16

static struct {
    pthread_mutex_t lock;
    size_t used;
    int lent; /* pieces; the reserve is whole again when all are back */
    _Alignas(ALIGN) char bytes[RESERVE_BYTES];
} reserve = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local unsigned long count;

unsigned long spare_count(void)
{
    return count;
}

static bool is_lent(const void *p)
{
    uintptr_t at = (uintptr_t)p, first = (uintptr_t)reserve.bytes;
    return at >= first && at < first + RESERVE_BYTES;
}

/* A piece stands behind its size. */
static void *lend(size_t size)
{
    char *p = NULL;
    size_t bytes = size > RESERVE_BYTES ? SIZE_MAX : (size + 2 * ALIGN - 1) & ~(size_t)(ALIGN - 1);
    count++;
    (void)pthread_mutex_lock(&reserve.lock);
    if (bytes <= RESERVE_BYTES - reserve.used) {
        p = reserve.bytes + reserve.used;
        memcpy(p, &size, sizeof size);
        reserve.used += bytes;
        reserve.lent++;
    }
    (void)pthread_mutex_unlock(&reserve.lock);
    return p == NULL ? NULL : p + ALIGN;
}

void *spare_malloc(size_t size)
{
    void *p = malloc(size);
    return p != NULL ? p : lend(size);
}

void spare_free(void *p)
{
    if (!is_lent(p)) {
        free(p);
        return;
    }
    (void)pthread_mutex_lock(&reserve.lock);
    if (--reserve.lent == 0) {
        reserve.used = 0;
    }
    (void)pthread_mutex_unlock(&reserve.lock);
}

static void *move_lent(void *p, size_t size)
{
    size_t before;
    memcpy(&before, (char *)p - ALIGN, sizeof before);
    void *to = spare_malloc(size);
    if (to != NULL) {
        memcpy(to, p, before < size ? before : size);
        spare_free(p);
    }
    return to;
}

/* What malloc gave and cannot enlarge: its size is the caller's to know, and malloc's. */
static void *move_out(void *p, size_t size, size_t before)
{
    void *to = lend(size);
    if (to != NULL) {
        memcpy(to, p, before < size ? before : size);
        free(p);
    }
    return to;
}

void *spare_realloc(void *p, size_t size)
{
    if (p == NULL) {
        return spare_malloc(size);
    }
    if (is_lent(p)) {
        return move_lent(p, size);
    }
    size_t before = malloc_usable_size(p);
    void *to = realloc(p, size);
    return to != NULL || size == 0 ? to : move_out(p, size, before);
}

char *spare_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = spare_malloc(size);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

void spare_memory_for_json(void)
{
    json_set_alloc_funcs(spare_malloc, spare_free);
}
