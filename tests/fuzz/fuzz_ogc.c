/* fuzz_ogc.c - what GIS programs ask with: the parameters of a KVP request, boxes, moments, names
 * of reference systems. Whatever is accepted lies in the world, and written out it is read as the
 * same. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/ogc/kvp.h"
#include "api/ogc/wms_internal.h"
#include "api/params_internal.h"
#include "api/values.h"
#include "fuzz.h"
#include "fuzz_said.h"
#include "geo/crs.h"

#define PAIRS_MAX 16

/* A request of names and values that were decoded already. */
struct kvp {
    const char *names[PAIRS_MAX], *values[PAIRS_MAX];
    struct http_request request;
};

static void read_pairs(char *text, struct kvp *out)
{
    *out = (struct kvp){.request = {.accept = "", .accept_language = "", .base_url = ""}};
    out->request.query_names = out->names;
    out->request.query_values = out->values;
    for (char *pair;
         out->request.query_count < PAIRS_MAX && (pair = strsep(&text, "\n")) != NULL;) {
        char *equals = strchr(pair, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        out->names[out->request.query_count] = pair;
        out->values[out->request.query_count++] = equals + 1;
    }
}

static bool is_in_world(double lon_deg, double lat_deg)
{
    return isfinite(lon_deg) && fabs(lat_deg) <= 90;
}

static void check_view(const struct map_view *v)
{
    check(v->west < v->east && v->south < v->north);
    check(fabs(v->west) <= 1e9 && fabs(v->south) <= 1e9 && fabs(v->east) <= 1e9 &&
          fabs(v->north) <= 1e9);
    check(v->width >= 1 && v->width <= MAP_VIEW_MAX_SIDE_PX);
    check(v->height >= 1 && v->height <= MAP_VIEW_MAX_SIDE_PX);
    for (int corner = 0; corner < 4; corner++) {
        double lon, lat;
        map_view_place(v, corner % 2 * v->width, corner / 2 * v->height, &lon, &lat);
        check(is_in_world(lon, lat));
        check(v->crs != MAP_UTM || fabs(lon) <= 180);
    }
}

static void check_view_again(const struct http_request *r, const struct map_view *first)
{
    char box[128], width[16], height[16];
    bool is_flipped = first->crs == MAP_DEGREES && !wms_is_old(r) && kvp_find(r, "CRS")[0] != 'C' &&
                      kvp_find(r, "CRS")[0] != 'c';
    snprintf(box, sizeof box, "%.17g,%.17g,%.17g,%.17g", is_flipped ? first->south : first->west,
             is_flipped ? first->west : first->south, is_flipped ? first->north : first->east,
             is_flipped ? first->east : first->north);
    snprintf(width, sizeof width, "%d", first->width);
    snprintf(height, sizeof height, "%d", first->height);
    const char *system = wms_is_old(r) ? "SRS" : "CRS";
    const char *names[] = {"version", system, "bbox", "width", "height"};
    const char *values[] = {wms_is_old(r) ? "1.1.1" : "1.3.0", kvp_find(r, system), box, width,
                            height};
    struct http_request printed = {.query_count = 5, .query_names = names, .query_values = values};
    struct map_view again;
    struct why why = {.code = ERR_OK};
    check(wms_view_read(&printed, &again, &why) == ERR_OK);
    check(first->crs == again.crs && first->west == again.west && first->south == again.south &&
          first->east == again.east && first->north == again.north && first->width == again.width &&
          first->height == again.height);
}

static void fuzz_kvp(const struct http_request *r)
{
    struct map_view v = {0};
    struct map_look look = {0};
    enum map_format format = MAP_PNG;
    struct why why = {.code = ERR_OK};
    enum err e = kvp_no_doubles(r, &why);
    if (e == ERR_OK)
        e = wms_view_read(r, &v, &why);
    if (e == ERR_OK) {
        check_view(&v);
        check_view_again(r, &v);
        e = wms_format_read(r, &format, &why);
    }
    if (e == ERR_OK) {
        check(format == MAP_PNG || format == MAP_JPEG);
        e = wms_look_read(r, &look, &why);
    }
    if (e == ERR_OK)
        check(look.background.a == 255);
    else
        check_why(&why, e);
}

/* ---- single values -------------------------------------------------------------------------- */

static void fuzz_box(const char *text)
{
    for (enum crs crs = CRS_84; crs < CRS_COUNT; crs++) {
        double limits[2], sent[4], again[4], deg[4];
        char printed[128];
        crs_limits(crs, limits);
        if (!value_bbox_ogc(text, limits, sent))
            continue;
        for (int i = 0; i < 4; i++)
            check(fabs(sent[i]) <= limits[i % 2]);
        snprintf(printed, sizeof printed, "%.17g,%.17g,%.17g,%.17g", sent[0], sent[1], sent[2],
                 sent[3]);
        check(value_bbox_ogc(printed, limits, again));
        check(memcmp(sent, again, sizeof sent) == 0);
        if (!crs_box_deg(crs, sent, deg))
            continue;
        check(fabs(deg[0]) <= 180 && fabs(deg[2]) <= 180);
        check(deg[1] >= -90 && deg[1] <= deg[3] && deg[3] <= 90);
    }
}

static void fuzz_moment(const char *text)
{
    int from, to, first, last;
    char printed[32];
    if (!param_datetime_span(text, &from, &to)) {
        check(from == 0 && to == 0);
        return;
    }
    check(from >= -1 && from <= to && to <= 10000);
    if (from < 1 || to > 9998)
        return;
    snprintf(printed, sizeof printed, "%04d/%04d", from, to);
    check(param_datetime_span(printed, &first, &last) && first == from && last == to);
}

static void fuzz_system(const char *text)
{
    enum crs crs = crs_find(text);
    check(crs == CRS_COUNT || strcmp(crs_uri(crs), text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct kvp kvp;
    char *text = fuzz_text(data, size);
    if (text == NULL)
        return 0;
    read_pairs(text, &kvp);
    fuzz_kvp(&kvp.request);
    for (int i = 0; i < kvp.request.query_count; i++) {
        fuzz_box(kvp.values[i]);
        fuzz_moment(kvp.values[i]);
        fuzz_system(kvp.values[i]);
    }
    free(text);
    return 0;
}
