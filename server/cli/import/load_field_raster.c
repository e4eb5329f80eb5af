/* Cells into a field: found by what they are, or written block by block. */
#include <stdio.h>

#include "cli/import/cells.h"
#include "cli/import/load_internal.h"

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

static enum err write_blocks(struct load *l, const struct cell_source *from, int64_t field,
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
    e = cells_pack(from, copy_block, &to, why);
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
enum err load_field_find(struct load *l, const char *sha256, struct plan_field *out,
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

void load_field_identity(const char *cells_sha256, double cell_uncertainty_pct, const char *kind,
                         char out[DIGEST_HEX_SIZE])
{
    char text[160];
    int len = snprintf(text, sizeof text, "%s %s %.17g", kind, cells_sha256, cell_uncertainty_pct);
    digest_hex_of(text, (size_t)len, out);
}

enum err load_field_cells(struct load *l, const struct cell_source *from, struct plan_field *out,
                          struct why *why)
{
    struct cells_summary s;
    int before = l->issues->count;
    enum err e = cells_summarise(from, l->issues, &s, why);
    if (e != ERR_OK || l->issues->count > before) {
        return e;
    }
    l->report->cells_read += s.count;
    out->total_read = s.total_read;
    if (s.positive == 0) { /* no field can be made of it */
        out->total = 0;
        return ERR_OK;
    }
    l->report->field_count++;
    char sha256[DIGEST_HEX_SIZE];
    load_field_identity(s.sha256, out->cell_uncertainty_pct, out->is_cut ? "raster cut" : "raster",
                        sha256);
    e = load_field_find(l, sha256, out, why);
    if (e != ERR_OK || out->id != 0) {
        return e;
    }
    const struct param p[] = {{load_id(l, l->grid.id)},
                              {out->name},
                              {sha256},
                              {load_number(l, s.total)},
                              {load_number(l, s.sum_sq)},
                              {load_id(l, s.count)},
                              {load_number(l, out->cell_uncertainty_pct)},
                              {out->is_cut ? "true" : "false"}};
    e = load_int(l,
                 "INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, "
                 "cell_uncertainty_pct, is_cut) "
                 "VALUES ($1, $2, $3, 'raster', $4, $5, $6, $7, $8) RETURNING id",
                 p, 8, &out->id, why);
    out->total = s.total;
    l->report->field_new++;
    return e == ERR_OK ? write_blocks(l, from, out->id, why) : e;
}

enum err load_field_raster(struct load *l, struct raster *r, const char *file,
                           struct plan_field *out, struct why *why)
{
    int before = l->issues->count;
    struct cell_source from = cells_of_raster(r, file);
    enum err e = load_field_cells(l, &from, out, why);
    if (e == ERR_OK && out->id == 0 && l->issues->count == before) {
        issues_add(l->issues, (struct place){.file = file, .value = out->name},
                   "has no cell above 0; check which band or variable is read, or leave it out");
    }
    return e;
}
