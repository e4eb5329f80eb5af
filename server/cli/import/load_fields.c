/* Fields: raster bands (proxies and mass grids) and groups of points. Equal patterns are one field.
 */
#include <stdio.h>
#include <string.h>

#include "cli/import/cells.h"
#include "cli/import/load_internal.h"

static enum err put_grid(struct load *l, struct grid g, struct why *why)
{
    const struct param p[] = {{load_number(l, g.x0_deg)}, {load_number(l, g.y0_deg)},
                              {load_number(l, g.dx_deg)}, {load_number(l, g.dy_deg)},
                              {load_id(l, g.nx)},         {load_id(l, g.ny)}};
    enum err e = load_int(l, "SELECT grid_put($1, $2, $3, $4, $5, $6)", p, 6, &l->grid_id, why);
    int64_t rows = 0;
    const struct param grid = {load_id(l, l->grid_id)};
    if (e == ERR_OK) {
        e = load_int(
            l, "SELECT count(*) FROM (SELECT FROM district_cell WHERE grid = $1 LIMIT 1) any_row",
            &grid, 1, &rows, why);
    }
    if (e == ERR_OK && rows == 0) {
        progress_step(l->progress, "area fractions of the grid");
        e = load_int(l, "SELECT district_cell_refresh($1)", &grid, 1, &rows, why);
    }
    l->grid = g;
    l->has_grid = e == ERR_OK;
    return e;
}

/* All rasters of a release lie on one grid: anything else is said, not resampled. */
static enum err use_grid(struct load *l, struct raster *r, const char *file, struct why *why)
{
    struct grid g = raster_grid(r);
    if (!l->has_grid) {
        return put_grid(l, g, why);
    }
    if (!grid_equal(g, l->grid)) {
        issues_add(l->issues, (struct place){.file = file},
                   "lies on another grid (%d x %d from %.10g E %.10g N, step %.10g x %.10g) than "
                   "the rasters before it (%d x %d)",
                   (int)g.nx, (int)g.ny, g.x0_deg, g.y0_deg, g.dx_deg, g.dy_deg, (int)l->grid.nx,
                   (int)l->grid.ny);
    }
    return ERR_OK;
}

struct block_writer {
    struct copy *w;
    int64_t field;
};

static void copy_block(void *context, int32_t bx, int32_t by, const unsigned char *cells,
                       int32_t count, double sum, float min, float max)
{
    struct block_writer *to = context;
    copy_row(to->w, 9);
    copy_int8(to->w, to->field);
    copy_int2(to->w, 0);
    copy_int4(to->w, bx);
    copy_int4(to->w, by);
    copy_bytes(to->w, cells, GRID_BLOCK_CELLS * 4);
    copy_int4(to->w, count);
    copy_float8(to->w, sum);
    copy_float4(to->w, min);
    copy_float4(to->w, max);
}

static enum err write_blocks(struct load *l, struct raster *r, int band, int64_t field,
                             struct why *why)
{
    struct block_writer to = {.field = field};
    enum err e = copy_begin(
        l->db,
        "COPY block (field, level, bx, by, cells, count, sum, min, max) FROM STDIN (FORMAT binary)",
        &to.w, why);
    if (e != ERR_OK) {
        return e;
    }
    e = cells_pack(r, band, copy_block, &to, why);
    if (e != ERR_OK) {
        copy_abort(to.w);
        return e;
    }
    int64_t rows;
    e = copy_end(to.w, &rows, why);
    const struct param id = {load_id(l, field)};
    if (e == ERR_OK) {
        e = load_int(l, "SELECT block_overviews($1)", &id, 1, &rows, why);
    }
    if (e == ERR_OK) {
        e = load_int(l, "SELECT district_field_refresh($1)", &id, 1, &rows, why);
    }
    return e;
}

/* The field of these cells: the one that is there, or a new one. cell uncertainty is part of what a
 * field is. */
static enum err find_field(struct load *l, const char *sha256, struct load_field *out,
                           struct why *why)
{
    const struct param sha = {sha256};
    struct rows *rows;
    enum err e = conn_query(l->db, "SELECT id, total FROM field WHERE sha256 = $1", &sha, 1,
                            CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    bool is_there = rows_count(rows) > 0;
    out->id = is_there ? rows_int(rows, 0, 0) : 0;
    out->total = is_there ? rows_double(rows, 0, 1) : 0;
    rows_free(rows);
    return ERR_OK;
}

static void identity(const char *cells_sha256, double cell_uncertainty_pct, const char *kind,
                     char out[DIGEST_HEX_SIZE])
{
    char text[160];
    int len = snprintf(text, sizeof text, "%s %s %.17g", kind, cells_sha256, cell_uncertainty_pct);
    digest_hex_of(text, (size_t)len, out);
}

static enum err raster_field(struct load *l, struct raster *r, const char *file,
                             const char *band_name, const char *name, double cell_uncertainty_pct,
                             struct load_field *out, struct why *why)
{
    int band = raster_band(r, band_name);
    if (band == 0) {
        issues_add(l->issues, (struct place){.file = file, .value = band_name},
                   "is no band of this raster (or two have the name)");
        return ERR_OK;
    }
    struct cells_summary s;
    int before = l->issues->count;
    enum err e = cells_summarise(r, band, file, l->issues, &s, why);
    if (e != ERR_OK || l->issues->count > before) {
        return e;
    }
    l->report->cells_read += s.count;
    l->report->field_count++;
    char sha256[DIGEST_HEX_SIZE];
    identity(s.sha256, cell_uncertainty_pct, "raster", sha256);
    out->total_read = s.total_read;
    e = find_field(l, sha256, out, why);
    if (e != ERR_OK || out->id != 0) {
        return e;
    }
    const struct param p[] = {{load_id(l, l->grid_id)},
                              {name},
                              {sha256},
                              {load_number(l, s.total)},
                              {load_number(l, s.sum_sq)},
                              {load_id(l, s.count)},
                              {load_number(l, cell_uncertainty_pct)}};
    e = load_int(
        l,
        "INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, cell_uncertainty_pct) "
        "VALUES ($1, $2, $3, 'raster', $4, $5, $6, $7) RETURNING id",
        p, 7, &out->id, why);
    out->total = s.total;
    l->report->field_new++;
    return e == ERR_OK ? write_blocks(l, r, band, out->id, why) : e;
}

static enum err open_and_load(struct load *l, const struct manifest_file *file, const char *band,
                              const char *name, double cell_uncertainty_pct, struct load_field *out,
                              struct why *why)
{
    progress_step(l->progress, name);
    struct raster *r;
    enum err e = raster_open(file->path, file->name, &r, why);
    if (e != ERR_OK) {
        return e;
    }
    int before = l->issues->count;
    e = use_grid(l, r, file->name, why);
    if (e == ERR_OK && l->issues->count == before) {
        e = raster_field(l, r, file->name, band, name, cell_uncertainty_pct, out, why);
    }
    raster_close(r);
    return e;
}

static bool is_used(const struct load *l, const char *proxy)
{
    for (int i = 0; i < l->t->total_count; i++) {
        if (strcmp(l->t->totals[i].spatial, proxy) == 0) {
            return true;
        }
    }
    return false;
}

static void digest_text(struct digest *d, const char *text)
{
    digest_add(d, text, strlen(text) + 1); /* with its NUL: no text runs into the next */
}

static void digest_number(struct digest *d, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.17g", value);
    digest_text(d, text);
}

/* All that is stored of a point: a version with another licence or note must not show the old one.
 */
static void digest_point(struct digest *d, const struct point *p)
{
    const char *const texts[] = {
        p->code,          p->name,          p->sector,  p->gas,     p->fuel,
        p->operator_name, p->capacity_unit, p->dataset, p->licence, p->location_quality,
        p->area_code,     p->note};
    const double numbers[] = {p->lon,      p->lat,      p->capacity,         p->weight,
                              p->cell_lon, p->cell_lat, p->commissioned_year};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        digest_text(d, texts[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        digest_number(d, numbers[i]);
    }
}

/* A group's identity: its grid and its points. */
static void group_identity(const struct load *l, const struct total *row, char out[DIGEST_HEX_SIZE])
{
    char sum[DIGEST_HEX_SIZE];
    struct digest *d = digest_new();
    if (d == NULL) {
        out[0] = '\0';
        return;
    }
    digest_add(d, &l->grid, sizeof l->grid);
    for (int i = 0; i < l->t->point_count; i++) {
        const struct point *p = &l->t->points[i];
        if (point_in_group(p, row->sector, row->gas, row->fuel)) {
            digest_point(d, p);
        }
    }
    digest_hex(d, sum);
    digest_free(d);
    identity(sum, l->m->points.max_distance_km, "points", out);
}

static enum err add_group(struct load *l, const char *name, const char *sha256, const char *group,
                          struct load_field *out, struct why *why)
{
    const struct param p[] = {{load_id(l, l->grid_id)}, {name}, {sha256}};
    enum err e = load_int(l,
                          "INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells) "
                          "VALUES ($1, $2, $3, 'points', 0, 0, 0) RETURNING id",
                          p, 3, &out->id, why);
    const char *note = NULL;
    const struct param q[] = {
        {load_id(l, out->id)}, {group}, {load_number(l, l->m->points.max_distance_km)}};
    if (e == ERR_OK) {
        e = load_text(l, "SELECT import_points($1, $2, $3)::text", q, 3, &note, why);
    }
    int64_t rows;
    if (e == ERR_OK) {
        e = load_int(l, "SELECT district_field_refresh($1)", q, 1, &rows, why);
    }
    if (e == ERR_OK && l->report->note_count < 64) {
        l->report->notes[l->report->note_count++] = note;
    }
    l->report->field_new++;
    return e == ERR_OK ? find_field(l, sha256, out, why) : e;
}

static enum err group_field(struct load *l, const struct total *row, struct load_field *out,
                            struct why *why)
{
    const char *group = arena_printf(l->arena, "%s %s %s", row->sector, row->gas, row->fuel);
    const char *name = arena_printf(l->arena, "points: %s", group != NULL ? group : "");
    char sha256[DIGEST_HEX_SIZE];
    group_identity(l, row, sha256);
    if (group == NULL || name == NULL || sha256[0] == '\0') {
        return ERR_NO_MEMORY;
    }
    progress_step(l->progress, name);
    l->report->field_count++;
    enum err e = find_field(l, sha256, out, why);
    return e != ERR_OK || out->id != 0 ? e : add_group(l, name, sha256, group, out, why);
}

/* Years of one group share its field. */
static enum err load_groups(struct load *l, struct why *why)
{
    for (int i = 0; i < l->t->total_count; i++) {
        const struct total *row = &l->t->totals[i];
        if (strcmp(row->spatial, "points") != 0) {
            continue;
        }
        if (!l->has_grid) {
            issues_add(l->issues, row->at,
                       "points need a grid: name a proxy or a grid in the manifest");
            return ERR_OK;
        }
        for (int k = 0; k < i && l->groups[i].id == 0; k++) {
            const struct total *other = &l->t->totals[k];
            if (l->groups[k].id != 0 && strcmp(other->sector, row->sector) == 0 &&
                strcmp(other->gas, row->gas) == 0 && strcmp(other->fuel, row->fuel) == 0) {
                l->groups[i] = l->groups[k];
            }
        }
        enum err e = l->groups[i].id == 0 ? group_field(l, row, &l->groups[i], why) : ERR_OK;
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

enum err load_fields(struct load *l, struct why *why)
{
    l->proxies = arena_alloc(l->arena, (size_t)l->m->proxy_count + 1, sizeof *l->proxies);
    l->grids = arena_alloc(l->arena, (size_t)l->m->grid_count + 1, sizeof *l->grids);
    l->groups = arena_alloc(l->arena, (size_t)l->t->total_count + 1, sizeof *l->groups);
    if (l->proxies == NULL || l->grids == NULL || l->groups == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = ERR_OK;
    for (int i = 0; i < l->m->proxy_count && e == ERR_OK && !issues_are_full(l->issues); i++) {
        const struct manifest_proxy *p = &l->m->proxies[i];
        if (is_used(l, p->id)) {
            e = open_and_load(l, p->file, p->band, p->id, p->cell_uncertainty_pct, &l->proxies[i],
                              why);
        }
    }
    for (int i = 0; i < l->m->grid_count && e == ERR_OK && !issues_are_full(l->issues); i++) {
        const struct manifest_grid *g = &l->m->grids[i];
        e = open_and_load(l, g->file, g->band, g->band, g->cell_uncertainty_pct, &l->grids[i], why);
    }
    if (e == ERR_OK && l->issues->count == 0) {
        e = load_groups(l, why);
    }
    return e == ERR_OK ? issues_verdict(l->issues, why) : e;
}
