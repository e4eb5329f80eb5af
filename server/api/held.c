#include "api/held.h"

#include <stdlib.h>

#include "render/style.h"

void *held_new(size_t size, size_t arena_max_bytes, const struct http_state *s)
{
    struct held *h = calloc(1, size);
    if (h == NULL)
        return NULL;
    arena_init(&h->arena, arena_max_bytes);
    h->catalog = s->catalog == NULL ? NULL : catalog_ref(s->catalog);
    h->styles = style_set_ref(s->styles);
    return h;
}

void held_free(void *work)
{
    struct held *h = work;
    if (h == NULL)
        return;
    catalog_unref(h->catalog);
    style_set_unref(h->styles);
    arena_fini(&h->arena);
    free(h);
}
