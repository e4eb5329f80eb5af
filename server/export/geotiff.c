/* geotiff.c - cells to tiles, tiles to overviews, and everything into its order.
 *
 * A cloud-optimised file has all directories first, then the overviews from the smallest on, then
 * the cells. So tiles go to a scratch store as they are made, and are copied when all sizes are
 * known. Overviews are made on the way: a tile needs its four children, and those theirs, so one
 * tile of each level is in memory, whatever the grid.
 */
#include "export/geotiff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export/export_cells.h"
#include "export/geotiff_tile.h"
#include "export/tiff_header.h"

#define TILE_SAMPLES     ((size_t)TIFF_TILE * TIFF_TILE)
#define HEADER_MAX_BYTES ((size_t)64 << 20)
#define CLASSIC_MAX      4.0e9 /* bytes, of a file whose offsets have 32 bits */

/* A tile before it is encoded. */
struct plane {
    double *mass_t; /* NaN = no data */
    double *km2;    /* ground of the cells with data; density only */
};

struct writing {
    const struct export_map *map;
    struct cells cells;
    struct tiff_header header;
    struct geotiff_coder coder;
    struct export_scratch *scratch;
    struct plane planes[TIFF_MAX_LEVELS]; /* one a level, one below another */
    double *values;                       /* of the tile that is encoded */
    int64_t made, total;                  /* tiles of cells */
};

/* ---- levels ------------------------------------------------------------------------------- */

static int32_t tiles_of(int32_t pixels)
{
    return (pixels + TIFF_TILE - 1) / TIFF_TILE;
}

static enum err level_init(struct tiff_level *l, struct grid g, int level)
{
    int32_t half = (int32_t)((1u << level) - 1);
    *l = (struct tiff_level){.width = (g.nx + half) >> level, .height = (g.ny + half) >> level};
    l->across = tiles_of(l->width);
    l->down = tiles_of(l->height);
    size_t tiles = (size_t)l->across * (size_t)l->down;
    l->tile_offset = calloc(tiles, sizeof *l->tile_offset);
    l->tile_bytes = calloc(tiles, sizeof *l->tile_bytes);
    return l->tile_offset == NULL || l->tile_bytes == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* Overviews until one fits a tile. */
static enum err levels_init(struct writing *w)
{
    struct tiff_header *h = &w->header;
    bool is_done = false;
    enum err e = ERR_OK;
    while (e == ERR_OK && !is_done) {
        struct tiff_level *l = &h->levels[h->level_count];
        e = level_init(l, h->grid, h->level_count++);
        is_done = !w->map->is_density || (l->across == 1 && l->down == 1);
    }
    w->total = (int64_t)h->levels[0].across * h->levels[0].down;
    return e;
}

static enum err planes_init(struct writing *w)
{
    w->values = malloc(TILE_SAMPLES * sizeof *w->values);
    bool is_there = w->values != NULL;
    for (int i = 0; i < w->header.level_count; i++) {
        w->planes[i].mass_t = malloc(TILE_SAMPLES * sizeof(double));
        w->planes[i].km2 = malloc(TILE_SAMPLES * sizeof(double));
        is_there = is_there && w->planes[i].mass_t != NULL && w->planes[i].km2 != NULL;
    }
    return is_there ? ERR_OK : ERR_NO_MEMORY;
}

static void writing_fini(struct writing *w)
{
    for (int i = 0; i < w->header.level_count; i++) {
        free(w->header.levels[i].tile_offset);
        free(w->header.levels[i].tile_bytes);
        free(w->planes[i].mass_t);
        free(w->planes[i].km2);
    }
    free(w->values);
    geotiff_coder_fini(&w->coder);
}

/* ---- tiles -------------------------------------------------------------------------------- */

static void clear(struct plane p)
{
    for (size_t i = 0; i < TILE_SAMPLES; i++) {
        p.mass_t[i] = NAN;
        p.km2[i] = 0;
    }
}

static enum err read_cells(struct writing *w, int32_t tx, int32_t ty, struct plane p,
                           struct why *why)
{
    struct grid g = w->map->grid;
    int32_t col = tx * TIFF_TILE, row = ty * TIFF_TILE;
    int32_t cols = g.nx - col < TIFF_TILE ? g.nx - col : TIFF_TILE;
    int32_t rows = g.ny - row < TIFF_TILE ? g.ny - row : TIFF_TILE;
    enum err e = export_go_on(w->map, (double)w->made++ / (double)w->total, why);
    if (e == ERR_OK) {
        e = export_cells_read(&w->cells, (struct cell_box){col, cols, row, rows}, w->values, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    clear(p);
    for (int32_t y = 0; y < rows; y++) {
        double km2 = w->map->is_density ? export_cells_row_km2(w->map, row + y) : 0;
        for (int32_t x = 0; x < cols; x++) {
            size_t to = (size_t)y * TIFF_TILE + (size_t)x;
            p.mass_t[to] = w->values[(size_t)y * (size_t)cols + (size_t)x];
            p.km2[to] = isnan(p.mass_t[to]) ? 0 : km2;
        }
    }
    return ERR_OK;
}

/* Four cells become one in a quarter of the tile above: masses and grounds of those with data. */
static void shrink(struct plane from, struct plane to, int right, int below)
{
    size_t half = TIFF_TILE / 2;
    for (size_t y = 0; y < half; y++) {
        for (size_t x = 0; x < half; x++) {
            size_t at = ((size_t)below * half + y) * TIFF_TILE + (size_t)right * half + x;
            size_t first = 2 * y * TIFF_TILE + 2 * x;
            const size_t four[] = {first, first + 1, first + TIFF_TILE, first + TIFF_TILE + 1};
            double mass_t = 0, km2 = 0;
            for (int i = 0; i < 4; i++) {
                bool has = !isnan(from.mass_t[four[i]]);
                mass_t += has ? from.mass_t[four[i]] : 0;
                km2 += from.km2[four[i]];
            }
            to.mass_t[at] = km2 > 0 ? mass_t : NAN;
            to.km2[at] = km2;
        }
    }
}

static enum err keep_tile(struct writing *w, int level, int32_t tx, int32_t ty, struct why *why)
{
    struct tiff_level *l = &w->header.levels[level];
    struct plane p = w->planes[level];
    size_t at = (size_t)ty * (size_t)l->across + (size_t)tx;
    const double *values = p.mass_t;
    if (w->map->is_density) {
        for (size_t i = 0; i < TILE_SAMPLES; i++) {
            w->values[i] = p.mass_t[i] / p.km2[i]; /* NaN stays NaN */
        }
        values = w->values;
    }
    size_t bytes = geotiff_encode(&w->coder, values);
    if (bytes == 0) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    l->tile_offset[at] = (uint64_t)w->scratch->len;
    l->tile_bytes[at] = (uint32_t)bytes;
    return scratch_add(w->scratch, w->coder.room, bytes, why);
}

static enum err make_tile(struct writing *w, int level, int32_t tx, int32_t ty, struct why *why);

static enum err make_from_children(struct writing *w, int level, int32_t tx, int32_t ty,
                                   struct why *why)
{
    const struct tiff_level *below = &w->header.levels[level - 1];
    enum err e = ERR_OK;
    clear(w->planes[level]);
    for (int i = 0; i < 4 && e == ERR_OK; i++) {
        int32_t x = 2 * tx + i % 2, y = 2 * ty + i / 2;
        if (x < below->across && y < below->down) {
            e = make_tile(w, level - 1, x, y, why);
            if (e == ERR_OK) {
                shrink(w->planes[level - 1], w->planes[level], i % 2, i / 2);
            }
        }
    }
    return e;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as there are levels */
static enum err make_tile(struct writing *w, int level, int32_t tx, int32_t ty, struct why *why)
{
    enum err e = level == 0 ? read_cells(w, tx, ty, w->planes[0], why)
                            : make_from_children(w, level, tx, ty, why);
    return e == ERR_OK ? keep_tile(w, level, tx, ty, why) : e;
}

static enum err make_all(struct writing *w, struct why *why)
{
    int top = w->header.level_count - 1;
    const struct tiff_level *l = &w->header.levels[top];
    enum err e = ERR_OK;
    for (int32_t ty = 0; ty < l->down && e == ERR_OK; ty++) {
        for (int32_t tx = 0; tx < l->across && e == ERR_OK; tx++) {
            e = make_tile(w, top, tx, ty, why);
        }
    }
    return e;
}

/* ---- the file ----------------------------------------------------------------------------- */

static void add_xml(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *safe = *text == '&'   ? "&amp;amp;"
                           : *text == '<' ? "&amp;lt;"
                           : *text == '>' ? "&amp;gt;"
                                          : NULL;
        if (safe != NULL) {
            buf_add_str(out, safe);
        } else {
            buf_add_char(out, *text);
        }
    }
}

static void add_item(struct buf *out, const char *name, const char *attributes, const char *value)
{
    if (value[0] != '\0') {
        buf_printf(out, "  <Item name=\"%s\"%s>", name, attributes);
        add_xml(out, value);
        buf_add_str(out, "</Item>\n");
    }
}

/* What GDAL, and so QGIS, shows of a file and of its band. */
static void write_metadata(const struct export_map *m, double mass_t, struct buf *out)
{
    char sum[32];
    (void)snprintf(sum, sizeof sum, "%.17g", mass_t);
    buf_add_str(out, "<GDALMetadata>\n");
    for (int i = 0; i < m->about.text_count; i++) {
        add_item(out, m->about.texts[i].name, "", m->about.texts[i].value);
    }
    add_item(out, "mass_sum_t", "", sum);
    add_item(out, "DESCRIPTION", " sample=\"0\" role=\"description\"", m->about.long_name);
    add_item(out, "UNITTYPE", " sample=\"0\" role=\"unittype\"", m->about.unit);
    buf_add_str(out, "</GDALMetadata>\n");
}

/* From places in the scratch store to places in the file: overviews first, the smallest before all,
 * each from left to right and from the top. @param from  scratch places, in that order. */
static void place_tiles(struct writing *w, int64_t *from, uint64_t at)
{
    for (int level = w->header.level_count - 1; level >= 0; level--) {
        struct tiff_level *l = &w->header.levels[level];
        size_t tiles = (size_t)l->across * (size_t)l->down;
        for (size_t i = 0; i < tiles; i++) {
            *from++ = (int64_t)l->tile_offset[i];
            l->tile_offset[i] = at + TIFF_LEADER;
            at += TIFF_LEADER + l->tile_bytes[i] + TIFF_TRAILER;
        }
    }
}

static enum err copy_tile(struct writing *w, int64_t from, uint32_t bytes, struct export_out *to,
                          struct why *why)
{
    enum err e = scratch_read(w->scratch, from, w->coder.room, bytes, why);
    if (e == ERR_OK) {
        e = out_add(to, &bytes, TIFF_LEADER, why);
    }
    if (e == ERR_OK) {
        e = out_add(to, w->coder.room, bytes, why);
    }
    return e == ERR_OK ? out_add(to, w->coder.room + bytes - TIFF_TRAILER, TIFF_TRAILER, why) : e;
}

static enum err copy_tiles(struct writing *w, const int64_t *from, struct export_out *to,
                           struct why *why)
{
    enum err e = ERR_OK;
    for (int level = w->header.level_count - 1; level >= 0; level--) {
        const struct tiff_level *l = &w->header.levels[level];
        size_t tiles = (size_t)l->across * (size_t)l->down;
        for (size_t i = 0; i < tiles && e == ERR_OK; i++) {
            e = export_go_on(w->map, 1, why);
            if (e == ERR_OK) {
                e = copy_tile(w, *from++, l->tile_bytes[i], to, why);
            }
        }
    }
    return e;
}

static size_t tile_count(const struct writing *w)
{
    size_t all = 0;
    for (int i = 0; i < w->header.level_count; i++) {
        all += (size_t)w->header.levels[i].across * (size_t)w->header.levels[i].down;
    }
    return all;
}

static enum err write_in_order(struct writing *w, struct export_out *to, struct why *why)
{
    struct buf head;
    size_t tiles = tile_count(w);
    int64_t *from = calloc(tiles + 1, sizeof *from);
    buf_init(&head, HEADER_MAX_BYTES);
    w->header.is_big =
        (double)w->scratch->len + 8.0 * (double)tiles + HEADER_MAX_BYTES > CLASSIC_MAX;
    tiff_header_write(&w->header, &head); /* for its length */
    enum err e = from == NULL ? ERR_NO_MEMORY : head.failed;
    if (e == ERR_OK) {
        place_tiles(w, from, head.len);
        buf_reset(&head);
        tiff_header_write(&w->header, &head);
        e = head.failed;
    }
    if (e != ERR_OK) {
        why_set(why, e, NULL, "the file's directories do not fit the memory");
    } else {
        e = out_add(to, head.data, head.len, why);
    }
    if (e == ERR_OK) {
        e = copy_tiles(w, from, to, why);
    }
    buf_fini(&head);
    free(from);
    return e;
}

static enum err write_all(struct writing *w, struct buf *metadata, struct export_out *to,
                          struct export_total *total, struct why *why)
{
    enum err e = make_all(w, why);
    if (e == ERR_OK) {
        e = export_cells_end(&w->cells, total, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    write_metadata(w->map, total->mass_t, metadata);
    w->header.metadata = metadata->data;
    return metadata->failed != ERR_OK ? metadata->failed : write_in_order(w, to, why);
}

enum err geotiff_write(const struct export_map *m, struct export_scratch *scratch,
                       struct export_out *to, struct export_total *out, struct why *why)
{
    struct writing w = {
        .map = m,
        .cells = {.map = m},
        .scratch = scratch,
        .header = {.is_double = !m->is_density,
                   .grid = m->grid,
                   .description = m->about.texts[0].value,
                   .software = "Fluxgrid " FLUXGRID_VERSION,
                   .copyright = m->about.copyright},
    };
    struct buf metadata;
    buf_init(&metadata, HEADER_MAX_BYTES);
    enum err e = levels_init(&w);
    if (e == ERR_OK) {
        e = planes_init(&w);
    }
    if (e == ERR_OK) {
        e = geotiff_coder_init(&w.coder, !m->is_density);
    }
    e = e != ERR_OK ? why_set(why, e, NULL, "out of memory")
                    : write_all(&w, &metadata, to, out, why);
    writing_fini(&w);
    buf_fini(&metadata);
    return e;
}
