#include "http/blob.h"

#include <stdlib.h>
#include <string.h>

struct blob *blob_new(char *data, size_t len)
{
    struct blob *b = malloc(sizeof *b);
    if (b == NULL) {
        free(data);
        return NULL;
    }
    *b = (struct blob){.references = 1, .len = len, .data = data};
    return b;
}

struct blob *blob_copy(const void *data, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, data, len);
    copy[len] = '\0';
    return blob_new(copy, len);
}

struct blob *blob_ref(struct blob *b)
{
    (void)__atomic_add_fetch(&b->references, 1, __ATOMIC_RELAXED);
    return b;
}

void blob_unref(struct blob *b)
{
    if (b != NULL && __atomic_sub_fetch(&b->references, 1, __ATOMIC_ACQ_REL) == 0) {
        free(b->data);
        free(b);
    }
}
