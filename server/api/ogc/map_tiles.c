/* /ogc/collections/{collection}/map/tiles/{tileMatrixSet}/{tileMatrix}/{tileRow}/{tileCol}: a map
 * tile. That of WebMercatorQuad is the very answer of /tiles/...png; that of WorldCRS84Quad is a
 * picture of its ground, remapped from the cells as any other.
 */
#include "api/endpoints.h"
#include "api/map_picture.h"
#include "api/ogc/map_layer.h"
#include "api/ogc/tile_sets.h"
#include "api/tiles.h"

static enum err plan_mercator(struct ogc_map *m, const struct tms_tile *t,
                              const struct http_state *s, struct http_plan *out, struct why *why)
{
    struct http_request *r = &m->request;
    r->segments[2] = arena_printf(r->arena, "%d", t->level);
    r->segments[3] = arena_printf(r->arena, "%d", (int)t->col);
    r->segments[4] = arena_printf(r->arena, "%d.png", (int)t->row);
    r->segment_count = 5;
    bool is_there = r->segments[2] != NULL && r->segments[3] != NULL && r->segments[4] != NULL;
    return is_there ? tiles_plan(r, s, out, why) : ERR_NO_MEMORY;
}

static enum err plan_degrees(const struct ogc_map *m, const struct tms_tile *t,
                             const struct http_state *s, struct http_plan *out, struct why *why)
{
    struct map_picture p = {.request = &m->request,
                            .allowed = ogc_map_tile_parameters,
                            .view = tms_view(*t),
                            .look = {.is_transparent = true},
                            .size_name = "tileMatrix",
                            .is_tile = true};
    return map_picture_plan(&p, s, out, why);
}

enum err ogc_map_tile_plan(const struct http_request *r, const struct http_state *s,
                           struct http_plan *out, struct why *why)
{
    static const char *const allowed[] = {OGC_MAP_PARAMETERS, "f", NULL};
    struct ogc_map m;
    struct tms_tile t;
    enum tms set = TMS_WEB_MERCATOR;
    enum err e = ogc_map_read(r, s, allowed, &m, why);
    if (e == ERR_OK)
        e = tms_find(r->segments[1], TMS_COUNT, &set, why);
    if (e == ERR_OK)
        e = tms_address(set, r->segments[2], r->segments[3], r->segments[4], &t, why);
    if (e == ERR_OK)
        e = ogc_form_only(r, "png", OGC_PNG, why);
    if (e == ERR_OK)
        e = set == TMS_WEB_MERCATOR ? plan_mercator(&m, &t, s, out, why)
                                    : plan_degrees(&m, &t, s, out, why);
    if (e == ERR_OK)
        out->varies_accept = http_query(r, "f") == NULL;
    return e;
}
