/* Cells into a field: found by what they are, or written block by block. */
#include <stdio.h>
#include <string.h>

#include "cli/import/field/cells.h"
#include "cli/import/field/field_stage.h"
#include "cli/import/load/load_internal.h"
#include "cli/import/load/load_shares.h"

struct block_writer {
    struct copy *w;
    int64_t field;
};

static void copy_block(void *context, const struct packed_block *block)
{
    struct block_writer *to = context;
    copy_row(to->w, 9);
    copy_int8(to->w, to->field);
    copy_int2(to->w, (int16_t)block->level);
    copy_int4(to->w, block->bx);
    copy_int4(to->w, block->by);
    copy_bytes(to->w, block->cells, sizeof block->cells);
    copy_int4(to->w, block->count);
    copy_float8(to->w, block->sum);
    copy_float4(to->w, block->min);
    copy_float4(to->w, block->max);
}

static enum err write_blocks(struct load *l, struct field_stage *stage, double total, int64_t field,
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
    e = field_stage_blocks(stage, total, copy_block, &to, why);
    if (e != ERR_OK) {
        copy_abort(to.w);
        return e;
    }
    int64_t rows;
    return copy_end(to.w, &rows, why);
}

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

void load_field_identity(const char *cells_sha256, const struct field_nature *of,
                         char out[DIGEST_HEX_SIZE])
{
    /* What is usual adds nothing, so that fields keep their identity when there is more to say. */
    bool is_everywhere = strcmp(of->countries, "{}") == 0;
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_printf(&text, "%s %s %.17g%s%s%s", of->kind, cells_sha256, of->cell_uncertainty_pct,
               is_everywhere ? "" : " in ", is_everywhere ? "" : of->countries,
               of->is_cut ? " cut" : "");
    if (text.failed == ERR_OK) {
        digest_hex_of(text.data, text.len, out);
    } else {
        out[0] = '\0';
    }
    buf_fini(&text);
}

static enum err put_field(struct load *l, const struct cells_summary *s, const char *sha256,
                          struct plan_field *out, struct why *why)
{
    const struct param p[] = {{load_id(l, l->grid.id)},
                              {out->name},
                              {sha256},
                              {load_number(l, s->total)},
                              {load_number(l, s->sum_sq)},
                              {load_id(l, s->count)},
                              {load_number(l, out->cell_uncertainty_pct)},
                              {l->countries},
                              {out->is_cut ? "true" : "false"}};
    l->report->field_new++;
    out->total = s->total;
    return load_int(l,
                    "INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells, "
                    "cell_uncertainty_pct, countries, is_cut) "
                    "VALUES ($1, $2, $3, 'raster', $4, $5, $6, $7, $8::text[], $9) RETURNING id",
                    p, 9, &out->id, why);
}

/* Rows have come: is the field known, or is it to be written? */
static enum err keep_field(struct load *l, const struct cells_summary *s, struct field_stage *stage,
                           struct plan_field *out, struct why *why)
{
    const struct field_nature nature = {"raster", out->cell_uncertainty_pct, l->countries,
                                        out->is_cut};
    char sha256[DIGEST_HEX_SIZE];
    load_field_identity(s->sha256, &nature, sha256);
    if (sha256[0] == '\0') {
        return ERR_NO_MEMORY;
    }
    l->report->field_count++;
    enum err e = load_field_find(l, sha256, out, why);
    if (e != ERR_OK || out->id != 0) {
        return e;
    }
    e = put_field(l, s, sha256, out, why);
    if (e == ERR_OK) {
        e = write_blocks(l, stage, s->total, out->id, why);
    }
    district_masses_end(&stage->masses);
    return e == ERR_OK ? load_masses(l, out->id, &stage->masses, why) : e;
}

enum err load_field_cells(struct load *l, const struct cell_source *from, struct plan_field *out,
                          struct why *why)
{
    const struct shares *shares;
    enum err e = load_shares(l, &l->grid, l->countries, &shares, why);
    if (e != ERR_OK) {
        return e;
    }
    struct cells_summary s = {.count = 0};
    struct field_stage stage;
    int before = l->issues->count;
    e = field_stage_init(&stage, l->grid.grid, shares, out->is_cut, why);
    if (e == ERR_OK) {
        e = cells_read(from, l->issues, field_stage_row, &stage, &s, why);
    }
    if (e == ERR_OK && l->issues->count == before) {
        l->report->cells_read += s.count;
        out->total_read = s.total_read;
        out->total = 0; /* and no field, when no cell is above 0 */
        e = s.positive > 0 ? keep_field(l, &s, &stage, out, why) : ERR_OK;
    }
    field_stage_fini(&stage);
    return e;
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
