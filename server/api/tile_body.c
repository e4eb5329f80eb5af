#include "api/tile_body.h"

#include <string.h>

static enum err write_body(const struct tile_body *t, const struct density *d,
                           const struct png_text *texts, int text_count, struct buf *out,
                           struct why *why)
{
    switch (t->format) {
    case TILE_PNG:
        return encode_png(d, t->map.style, texts, text_count, out, why);
    case TILE_JSON:
        return encode_json(d, t->map.style, texts, text_count, out);
    default:
        return encode_f32(d, out);
    }
}

/* The remarks that travel with the tile; values live in the arena. */
static enum err tile_texts(const struct tile_body *t, double sum_t, struct arena *arena,
                           struct png_text texts[MAP_MAX_TEXTS], int *count)
{
    const struct map_request *m = &t->map;
    const struct release *release = &t->catalog->releases[m->selection.release];
    char unit[LEGEND_TEXT_SIZE];
    legend_unit_ascii(map_gas(t->catalog, m), map_gwp(t->catalog, m), unit);
    const struct png_text list[] = {
        {"Title", map_title(t->catalog, m, arena)},
        {"Source", release->attribution},
        {"Licence", release->licence},
        {"Release", release->pinned},
        {"Unit", arena_strndup(arena, unit, strlen(unit))},
        {"Style", arena_printf(arena, "%s %d", m->style->id, m->style->version)},
        {"Breaks", m->style->breaks_text},
        {"MassSum", arena_printf(arena, "%.12g t", sum_t)},
        {"Warning", release->warning[LANG_EN]},
    };
    *count = (int)(sizeof list / sizeof list[0]);
    for (int i = 0; i < *count; i++) {
        if (list[i].value == NULL) {
            return ERR_NO_MEMORY;
        }
        texts[i] = list[i];
    }
    return ERR_OK;
}

/* Without remarks, so that all empty tiles are the same bytes. */
static enum err write_blank(const struct tile_body *t, struct http_worker *worker, struct buf *out,
                            struct why *why)
{
    struct density d;
    enum err e = density_blank(t->tile, t->size_px, worker->arena, &d);
    return e != ERR_OK ? e : write_body(t, &d, NULL, 0, out, why);
}

static enum err render(const struct tile_body *t, struct http_worker *worker, struct density *d,
                       struct why *why)
{
    const struct map_request *m = &t->map;
    struct combination combination;
    enum err e = combination_build(t->catalog, &m->selection, m->has_minus ? &m->minus : NULL,
                                   worker->arena, &combination, why);
    if (e == ERR_OK) {
        e = density_render(t->catalog, &combination, t->tile, t->size_px, worker->blocks,
                           worker->db, worker->deadline_ms, worker->arena, d, why);
    }
    return e;
}

enum err tile_body_write(const struct tile_body *t, struct http_worker *worker, struct buf *out,
                         double *mass_t, bool *is_empty, struct why *why)
{
    struct density d = {.is_empty = true};
    enum err e = t->is_outside ? ERR_OK : render(t, worker, &d, why);
    if (e != ERR_OK) {
        return e;
    }
    *mass_t = d.is_empty ? 0 : d.sum_t;
    if (is_empty != NULL) {
        *is_empty = d.is_empty;
    }
    if (d.is_empty) {
        return write_blank(t, worker, out, why);
    }
    struct png_text texts[MAP_MAX_TEXTS];
    int count = 0;
    e = tile_texts(t, d.sum_t, worker->arena, texts, &count);
    return e != ERR_OK ? e : write_body(t, &d, texts, count, out, why);
}
