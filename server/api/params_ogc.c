/* The entries of the parameter table for boxes, reference systems, and f. The box of OGC API is
 * read last, as bbox-crs says what its numbers are. */
#include <stdlib.h>
#include <string.h>

#include "api/params_internal.h"
#include "api/values.h"

enum err param_read_f(struct params *p, const char *text, struct why *why)
{
    static const char *const words[] = {"json", "html"};
    bool has_html = (p->rules->formats & (1u << FORMAT_HTML)) != 0;
    int i;
    enum err e = param_read_word(text, words, has_html ? 2 : 1, &i, why);
    if (e == ERR_OK)
        p->format = i == 1 ? FORMAT_HTML : p->rules->preferred;
    return e;
}

/* Where there is one form it is no part of what an answer is. */
const char *param_show_f(const struct params *p)
{
    if (!(p->rules->formats & (1u << FORMAT_HTML)))
        return NULL;
    return p->format == FORMAT_HTML ? "html" : "json";
}

static enum err read_crs(const char *text, enum crs *out, struct why *why)
{
    *out = crs_find(text);
    return *out != CRS_COUNT
               ? ERR_OK
               : param_refuse(why, "features are not offered in this system", "%s, %s, %s",
                              crs_uri(CRS_84), crs_uri(CRS_4326), crs_uri(CRS_3857));
}

enum err param_read_crs(struct params *p, const char *text, struct why *why)
{
    return read_crs(text, &p->crs, why);
}

const char *param_show_crs(const struct params *p)
{
    return crs_uri(p->crs);
}

enum err param_read_bbox(struct params *p, const char *text, struct why *why)
{
    if (p->rules->is_ogc) {
        p->bbox_text = arena_strndup(p->arena, text, strlen(text));
        return p->bbox_text == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    if (!value_bbox(text, p->bbox))
        return param_refuse(why, "it is no bounding box",
                            "west,south,east,north in degrees, west <= east, south <= north");
    p->has_bbox = true;
    return ERR_OK;
}

const char *param_shortest(struct arena *arena, double value)
{
    const char *text = arena_printf(arena, "%.15g", value);
    return text != NULL && strtod(text, NULL) != value ? arena_printf(arena, "%.17g", value) : text;
}

const char *param_show_bbox(const struct params *p)
{
    const double *box = p->rules->is_ogc ? p->bbox_sent : p->bbox;
    const char *text = p->has_bbox ? "" : NULL;
    for (int i = 0; i < 4 && text != NULL; i++) {
        const char *edge = param_shortest(p->arena, box[i]);
        text = edge != NULL ? arena_printf(p->arena, "%s%s%s", text, i > 0 ? "," : "", edge) : NULL;
    }
    return text;
}

enum err param_read_bbox_crs(struct params *p, const char *text, struct why *why)
{
    return read_crs(text, &p->bbox_crs, why);
}

/* Without a box it says nothing. */
const char *param_show_bbox_crs(const struct params *p)
{
    return p->has_bbox ? crs_uri(p->bbox_crs) : NULL;
}

enum err params_settle_bbox(struct params *p, struct why *why)
{
    double limits[2];
    if (p->bbox_text == NULL)
        return ERR_OK;
    crs_limits(p->bbox_crs, limits);
    p->has_bbox = value_bbox_ogc(p->bbox_text, limits, p->bbox_sent) &&
                  crs_box_deg(p->bbox_crs, p->bbox_sent, p->bbox);
    if (p->has_bbox)
        return ERR_OK;
    why_allow(why,
              "%s, each axis from its least to its greatest (west > east spans the "
              "antimeridian)",
              p->bbox_crs == CRS_4326   ? "south,west,north,east in degrees"
              : p->bbox_crs == CRS_3857 ? "west,south,east,north in metres"
                                        : "west,south,east,north in degrees");
    return why_set(why, ERR_INPUT, params_name(PARAM_BBOX), "it is no bounding box");
}
