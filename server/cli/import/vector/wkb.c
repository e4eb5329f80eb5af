#include "cli/import/vector/wkb.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8

enum { TYPE_POINT = 1, TYPE_LINE = 2, TYPE_POLYGON = 3, TYPE_LAST = 7 };

struct cursor {
    const unsigned char *at, *end;
    wkb_visit *each;
    void *context;
};

static bool read_count(struct cursor *c, uint32_t *out)
{
    if (c->end - c->at < 4) {
        return false;
    }
    memcpy(out, c->at, 4); /* both ends are little endian machines' */
    c->at += 4;
    return true;
}

/* Doubles inside WKB are not aligned. */
static enum err visit_points(struct cursor *c, enum wkb_part part)
{
    uint32_t n;
    if (!read_count(c, &n) || (size_t)(c->end - c->at) < (size_t)n * 16) {
        return ERR_INTERNAL;
    }
    double *lonlat = malloc((size_t)n * 16 + 1);
    if (lonlat == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(lonlat, c->at, (size_t)n * 16);
    c->at += (size_t)n * 16;
    enum err e = c->each(c->context, part, lonlat, n);
    free(lonlat);
    return e;
}

static enum err visit(struct cursor *c, int depth);

static enum err visit_parts(struct cursor *c, uint32_t type, int depth)
{
    uint32_t n;
    enum err e = read_count(c, &n) ? ERR_OK : ERR_INTERNAL;
    for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
        e = type == TYPE_POLYGON ? visit_points(c, i == 0 ? WKB_RING : WKB_HOLE)
                                 : visit(c, depth + 1);
    }
    return e;
}

static enum err visit(struct cursor *c, int depth)
{
    uint32_t type;
    bool is_little = c->end - c->at >= 1 && *c->at++ == 1;
    if (!is_little || !read_count(c, &type) || depth > DEPTH_MAX) {
        return ERR_INTERNAL;
    }
    if (type == TYPE_POINT) {
        c->at += 16;
        return c->at <= c->end ? ERR_OK : ERR_INTERNAL;
    }
    if (type == TYPE_LINE) {
        return visit_points(c, WKB_LINE);
    }
    return type <= TYPE_LAST ? visit_parts(c, type, depth) : ERR_INTERNAL;
}

enum err wkb_walk(const unsigned char *wkb, size_t len, wkb_visit *each, void *context)
{
    struct cursor c = {wkb, wkb + len, each, context};
    return visit(&c, 0);
}
