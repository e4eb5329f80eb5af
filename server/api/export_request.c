#include "api/export_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/values.h"
#include "base/settings.h"
#include "export/export_grid.h"
#include "render/legend.h"

#define MAX_PAIRS 12

const char *export_release_text(const struct http_request *r, const struct http_state *s)
{
    const char *text = http_query(r, "release");
    const char *slug = s->settings->default_release;
    if (text != NULL || s->catalog == NULL) {
        return text;
    }
    return slug[0] != '\0' || s->catalog->release_count == 0 ? slug : s->catalog->releases[0].slug;
}

static enum err read_box(struct export_request *q, const struct http_request *r, struct why *why)
{
    const char *text = http_query(r, "bbox");
    q->has_box = text != NULL;
    if (text == NULL || value_bbox(text, q->box)) {
        return ERR_OK;
    }
    why_set(why, ERR_INPUT, "bbox", "This is no bounding box.");
    why_allow(why, "west,south,east,north in degrees, west <= east, south <= north");
    return ERR_INPUT;
}

static enum err read_per(struct export_request *q, const struct http_request *r, struct why *why)
{
    const char *text = http_query(r, "per");
    q->is_density = text != NULL;
    if (text == NULL || strcmp(text, "km2") == 0) {
        return ERR_OK;
    }
    why_set(why, ERR_INPUT, "per", "Cells are not counted per this.");
    why_allow(why, "km2, or nothing for tonnes per cell");
    return ERR_INPUT;
}

/* ---- canonical text ----------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static char *box_text(const double box[4], struct arena *arena)
{
    return arena_printf(arena, "bbox=%.15g,%.15g,%.15g,%.15g", box[0], box[1], box[2], box[3]);
}

/* The map's own parameters and those of the file, in the order of their names. */
static const char *query_text(const struct export_request *q, const struct release *release,
                              struct arena *arena)
{
    char *pairs[MAX_PAIRS];
    int n = 0;
    char *rest = NULL, *own = arena_strndup(arena, q->map.query, strlen(q->map.query));
    pairs[n++] = arena_printf(arena, "release=%s", release->pinned);
    if (q->has_box) {
        pairs[n++] = box_text(q->box, arena);
    }
    if (q->is_density) {
        pairs[n++] = arena_printf(arena, "per=km2");
    }
    for (char *pair = own == NULL ? NULL : strtok_r(own, "&", &rest); pair != NULL && n < MAX_PAIRS;
         pair = strtok_r(NULL, "&", &rest)) {
        pairs[n++] = pair;
    }
    char *text = own;
    for (int i = 0; i < n && text != NULL; i++) {
        text = pairs[i];
    }
    if (text == NULL) {
        return NULL;
    }
    qsort(pairs, (size_t)n, sizeof pairs[0], by_text);
    text = pairs[0];
    for (int i = 1; i < n && text != NULL; i++) {
        text = arena_printf(arena, "%s&%s", text, pairs[i]);
    }
    return text;
}

static const char *period_text(const struct selection *s, struct arena *arena)
{
    return s->month != 0 ? arena_printf(arena, "%04d-%02d", s->year, s->month)
                         : arena_printf(arena, "%04d", s->year);
}

static const char *file_name(const struct export_request *q, const struct release *release,
                             struct arena *arena)
{
    const char *period = period_text(&q->map.selection, arena);
    return period == NULL
               ? NULL
               : arena_printf(arena, "%s-%s-%s-%s%s%s%s", release->slug, release->version,
                              q->map.layer, period, q->map.has_minus ? "-difference" : "",
                              q->map.selection.sector_count > 0 ? "-sectors" : "",
                              q->is_density ? "-per-km2" : "");
}

enum err export_request_read(struct export_request *out, const struct http_request *r,
                             const struct http_state *s, const char *layer, struct arena *arena,
                             struct why *why)
{
    static const char *const allowed[] = {"release", "year", "month", "sector", "gwp",
                                          "minus",   "bbox", "per",   NULL};
    struct export_request q = {.has_box = false};
    enum err e =
        map_request_read(&q.map, r, s, export_release_text(r, s), layer, allowed, arena, why);
    if (e == ERR_OK) {
        e = read_box(&q, r, why);
    }
    if (e == ERR_OK) {
        e = read_per(&q, r, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    const struct release *release = &s->catalog->releases[q.map.selection.release];
    q.query = query_text(&q, release, arena);
    q.name = file_name(&q, release, arena);
    if (q.query == NULL || q.name == NULL) {
        return ERR_NO_MEMORY;
    }
    q.content = arena_printf(arena, "%s?%s", q.map.content, q.query);
    if (q.content == NULL) {
        return ERR_NO_MEMORY;
    }
    *out = q;
    return ERR_OK;
}

/* ---- what is told ------------------------------------------------------------------------- */

/* "t CO2e (AR5-100)" */
static const char *unit_text(const struct export_request *q, const struct catalog *c,
                             struct arena *arena)
{
    char unit[LEGEND_TEXT_SIZE];
    legend_unit_ascii(map_gas(c, &q->map), map_gwp(c, &q->map), unit);
    unit[strcspn(unit, "/")] = '\0';
    return q->is_density ? arena_printf(arena, "%s/km2", unit)
                         : arena_strndup(arena, unit, strlen(unit));
}

static const char *sector_text(const struct catalog *c, const struct selection *s,
                               struct arena *arena)
{
    const char *text = s->sector_count == 0 ? "all but memo items" : "";
    for (int i = 0; i < s->sector_count && text != NULL; i++) {
        text =
            arena_printf(arena, "%s%s%s", text, i == 0 ? "" : ",", c->sectors[s->sectors[i]].code);
    }
    return text;
}

static void tell(struct export_about *a, const char *name, const char *value)
{
    if (value != NULL) {
        a->texts[a->text_count++] = (struct export_text){name, value};
    }
}

static void tell_release(struct export_about *a, const struct release *release)
{
    tell(a, "institution", release->publisher);
    tell(a, "source", release->method);
    tell(a, "references", release->citation);
    tell(a, "comment", release->warning[LANG_EN]);
    tell(a, "attribution", release->attribution);
    tell(a, "license", release->licence);
    tell(a, "release", release->pinned);
    tell(a, "release_sha256", release->sha256);
}

static enum err tell_all(const struct export_request *q, const struct catalog *c,
                         const struct combination *m, struct arena *arena, struct export_about *a)
{
    const struct selection *s = &q->map.selection;
    const struct release *release = &c->releases[s->release];
    const char *period = period_text(s, arena);
    *a = (struct export_about){
        .variable = q->is_density ? "density" : "mass",
        .unit = unit_text(q, c, arena),
        .udunit = q->is_density ? "t km-2" : "t",
        .cell_methods = q->is_density ? "area: mean time: sum" : "area: sum time: sum",
        .year = q->map.has_minus ? 0 : s->year,
        .month = s->month,
    };
    if (q->map.has_minus) {
        a->cell_methods = q->is_density ? "area: mean" : "area: sum";
    }
    tell(a, "title", map_title(c, &q->map, arena));
    tell_release(a, release);
    tell(a, "layer", q->map.layer);
    tell(a, "period", period);
    tell(a, "gwp", map_gwp(c, &q->map));
    tell(a, "sectors", sector_text(c, s, arena));
    tell(a, "unit", a->unit);
    tell(a, "query", q->query);
    tell(a, "total_t", arena_printf(arena, "%.17g", m->total_t));
    tell(a, "unallocated_t", arena_printf(arena, "%.17g", m->unallocated_t));
    a->copyright = arena_printf(arena, "%s (%s)", release->attribution, release->licence);
    a->long_name = period == NULL || a->unit == NULL
                       ? NULL
                       : arena_printf(arena, "%s %s, %s, %s", q->map.layer, period, a->unit,
                                      q->is_density ? "of ground" : "in each cell");
    bool is_whole =
        a->text_count == 17 && a->long_name != NULL && a->unit != NULL && a->copyright != NULL;
    return is_whole ? ERR_OK : ERR_NO_MEMORY;
}

enum err export_request_map(const struct export_request *q, const struct catalog *c,
                            int64_t max_cells, struct arena *arena, struct export_map *out,
                            struct why *why)
{
    struct export_map m = {.catalog = c, .is_whole = !q->has_box, .is_density = q->is_density};
    struct combination *combination = arena_alloc(arena, 1, sizeof *combination);
    if (combination == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = combination_build(c, &q->map.selection, q->map.has_minus ? &q->map.minus : NULL,
                                   arena, combination, why);
    m.combination = combination;
    if (e == ERR_OK) {
        e = export_grid_choose(c, combination, q->has_box ? q->box : NULL, max_cells, &m.grid, why);
    }
    if (e == ERR_OK) {
        e = tell_all(q, c, combination, arena, &m.about);
    }
    if (e == ERR_OK) {
        *out = m;
    }
    return e;
}
