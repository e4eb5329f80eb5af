/* After a change of districts: what depends on them, for all releases that are in their scope.
 *
 * PostGIS measures the fractions and places the sources; the masses of raster fields are summed
 * here, from the blocks in the database. All in the import's transaction and with row locks only:
 * readers see the old numbers until COMMIT and the new ones after it, and wait for nothing. */
#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/load/load_internal.h"
#include "cli/import/load/load_shares.h"

static const char changed_sql[] =
    "SELECT coalesce(array_agg(DISTINCT district_country(code) COLLATE \"C\"), '{}')::text "
    "FROM stage_area";
static const char fields_sql[] =
    "SELECT f.id, f.countries::text, f.is_cut, g.id, g.x0, g.y0, g.dx, g.dy, g.nx, g.ny "
    "FROM field f JOIN grid g ON g.id = f.grid WHERE f.kind = 'raster' AND "
    "($1::text[] = '{}' OR f.countries = '{}' OR f.countries && $1::text[]) "
    "ORDER BY g.id, f.countries, f.id";
static const char points_sql[] =
    "SELECT count(district_field_refresh(f.id)) FROM field f WHERE f.kind = 'points' AND "
    "($1::text[] = '{}' OR f.countries = '{}' OR f.countries && $1::text[])";
static const char blocks_sql[] =
    "SELECT bx, cells FROM block WHERE field = $1 AND level = 0 AND by = $2 ORDER BY bx";
static const char forget_sql[] = "WITH inside AS (DELETE FROM district_field WHERE field = $1), "
                                 "outside AS (DELETE FROM field_outside WHERE field = $1) SELECT 1";

static void unpack(const unsigned char *packed, int32_t bx, int32_t nx, float *strip)
{
    for (int32_t i = 0; i < GRID_BLOCK_CELLS; i++) {
        int32_t col = bx * GRID_BLOCK + i % GRID_BLOCK;
        uint32_t bits;
        memcpy(&bits, packed + (size_t)i * sizeof bits, sizeof bits);
        bits = be32toh(bits);
        if (col < nx) {
            memcpy(&strip[(size_t)(i / GRID_BLOCK) * (size_t)nx + (size_t)col], &bits, sizeof bits);
        }
    }
}

/* A row of blocks, as 64 rows of cells. */
static enum err read_strip(struct load *l, int64_t field, int32_t by, int32_t nx, float *strip,
                           struct why *why)
{
    char texts[2][24];
    const struct param p[] = {{texts[0]}, {texts[1]}};
    snprintf(texts[0], sizeof texts[0], "%lld", (long long)field);
    snprintf(texts[1], sizeof texts[1], "%d", (int)by);
    struct rows *rows;
    enum err e = conn_query(l->db, blocks_sql, p, 2, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    for (size_t i = 0; i < (size_t)nx * GRID_BLOCK; i++) {
        strip[i] = NAN;
    }
    for (int i = 0; i < rows_count(rows) && e == ERR_OK; i++) {
        int len;
        const unsigned char *packed = rows_bytes(rows, i, 1, &len);
        if (len == GRID_BLOCK_CELLS * 4) {
            unpack(packed, (int32_t)rows_int(rows, i, 0), nx, strip);
        } else {
            e = why_set(why, ERR_INTERNAL, NULL, "a block has %d bytes", len);
        }
    }
    rows_free(rows);
    return e;
}

static enum err sum_field(struct load *l, int64_t field, struct grid g, struct district_masses *m,
                          struct why *why)
{
    float *strip = malloc((size_t)g.nx * GRID_BLOCK * sizeof *strip);
    enum err e = strip != NULL ? ERR_OK : ERR_NO_MEMORY;
    for (int32_t by = 0; by * GRID_BLOCK < g.ny && e == ERR_OK; by++) {
        e = read_strip(l, field, by, g.nx, strip, why);
        for (int32_t y = by * GRID_BLOCK; e == ERR_OK && y < g.ny && y < (by + 1) * GRID_BLOCK;
             y++) {
            district_masses_row(m, y, strip + (size_t)(y % GRID_BLOCK) * (size_t)g.nx);
        }
    }
    district_masses_end(m);
    free(strip);
    return e;
}

static enum err refresh_field(struct load *l, const struct rows *fields, int row, struct why *why)
{
    const struct load_grid grid = {
        .id = rows_int(fields, row, 3),
        .grid = {rows_double(fields, row, 4), rows_double(fields, row, 5),
                 rows_double(fields, row, 6), rows_double(fields, row, 7),
                 (int32_t)rows_int(fields, row, 8), (int32_t)rows_int(fields, row, 9)}};
    const struct param field = {load_id(l, rows_int(fields, row, 0))};
    const struct shares *shares;
    int64_t done;
    enum err e = load_shares(l, &grid, rows_text(fields, row, 1), &shares, why);
    if (e == ERR_OK) {
        e = load_int(l, forget_sql, &field, 1, &done, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    struct district_masses m;
    e = district_masses_init(&m, shares, rows_bool(fields, row, 2));
    if (e == ERR_OK) {
        e = sum_field(l, rows_int(fields, row, 0), grid.grid, &m, why);
    }
    if (e == ERR_OK) {
        e = load_masses(l, rows_int(fields, row, 0), &m, why);
    }
    district_masses_fini(&m);
    return e;
}

static enum err refresh_rasters(struct load *l, const struct param *countries, struct why *why)
{
    struct rows *fields;
    enum err e = conn_query(l->db, fields_sql, countries, 1, CONN_NO_DEADLINE, &fields, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < rows_count(fields) && e == ERR_OK; i++) {
        e = refresh_field(l, fields, i, why);
    }
    rows_free(fields);
    return e;
}

enum err load_refresh_districts(struct load *l, struct why *why)
{
    progress_step(l->progress, "fractions and totals of the new districts");
    load_shares_forget(l);
    struct param countries = {NULL};
    const char *done;
    enum err e = load_text(l, changed_sql, NULL, 0, &countries.text, why);
    if (e == ERR_OK) {
        e = load_text(l, "SELECT refresh_fractions($1::text[])::text", &countries, 1, &done, why);
    }
    if (e == ERR_OK) {
        e = refresh_rasters(l, &countries, why);
    }
    int64_t points;
    return e == ERR_OK ? load_int(l, points_sql, &countries, 1, &points, why) : e;
}
