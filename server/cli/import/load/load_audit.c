/* The audit of what was stored: every block of the release is read back and decoded, and the
 * database judges.
 *
 * Nothing of it comes from what was written: the fields are those of the stored slices, the bytes
 * those of the table. SQL decodes a cell in 0.2 us, which was most of a large import; this takes a
 * few nanoseconds.
 */
#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/import/load/load_internal.h"
#include "geo/sum.h"

#define PAGE_BLOCKS     128 /* 2 MiB an answer */
#define ARRAY_MAX_BYTES ((size_t)64 << 20)
#define EXPONENT        0x7f800000u /* all of it set: no number */
#define MEASURES        8

static const char page_sql[] =
    "SELECT level::integer, by, bx, count, sum, cells FROM block "
    "WHERE field = $1::bigint AND (level, by, bx) > ($2::smallint, $3::integer, $4::integer) "
    "ORDER BY level, by, bx LIMIT 128";

static const char judge_sql[] =
    "SELECT coalesce(string_agg(a.\"check\" || ' of ' || a.subject, '; '), '') FROM (SELECT * FROM "
    "audit_measured($1, $2::bigint[], $3::integer[], $4::float8[], $5::float8[], $6::float8[], "
    "$7::float8[], $8::bigint[], $9::bigint[]) WHERE NOT ok LIMIT 5) a";

/* A level of a field, as far as it was read. */
struct measure {
    int level;
    struct sum cells, blocks; /* decoded; by what is kept beside them */
    double smallest, largest; /* magnitudes; smallest above 0, 0 when there is none */
    int64_t count, blocks_count;
};

struct spot {
    int64_t level, by, bx;
};

/* One array for each measure, as PostgreSQL writes them: "{1,2". */
struct arrays {
    struct buf of[MEASURES];
};

static void add_cells(struct measure *to, const unsigned char *bytes)
{
    double values[GRID_BLOCK_CELLS];
    size_t n = 0;
    double smallest = to->smallest > 0 ? to->smallest : INFINITY;
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
        uint32_t bits;
        memcpy(&bits, bytes + 4 * i, sizeof bits);
        bits = be32toh(bits);
        if ((bits & EXPONENT) == EXPONENT) {
            continue;
        }
        float value;
        memcpy(&value, &bits, sizeof value);
        double size = fabs((double)value);
        values[n++] = (double)value;
        to->largest = size > to->largest ? size : to->largest;
        smallest = size > 0 && size < smallest ? size : smallest;
    }
    to->smallest = isinf(smallest) ? 0 : smallest;
    to->count += (int64_t)n;
    sum_add(&to->cells, sum_of(values, n));
}

static void write_measure(struct arrays *to, int64_t field, const struct measure *m)
{
    const char *comma = to->of[0].len > 1 ? "," : "";
    buf_printf(&to->of[0], "%s%lld", comma, (long long)field);
    buf_printf(&to->of[1], "%s%d", comma, m->level);
    buf_printf(&to->of[2], "%s%.17g", comma, sum_value(m->cells));
    buf_printf(&to->of[3], "%s%.17g", comma, sum_value(m->blocks));
    buf_printf(&to->of[4], "%s%.17g", comma, m->smallest);
    buf_printf(&to->of[5], "%s%.17g", comma, m->largest);
    buf_printf(&to->of[6], "%s%lld", comma, (long long)m->count);
    buf_printf(&to->of[7], "%s%lld", comma, (long long)m->blocks_count);
}

/* A row of a page, blocks coming level by level. */
static enum err take_block(const struct rows *rows, int row, int64_t field, struct measure *m,
                           struct arrays *to, struct why *why)
{
    int len = 0;
    const unsigned char *bytes = rows_bytes(rows, row, 5, &len);
    int level = (int)rows_int(rows, row, 0);
    if (len != GRID_BLOCK_CELLS * 4) {
        return why_set(why, ERR_INTERNAL, NULL, "a stored block has %d bytes", len);
    }
    if (level != m->level && m->level >= 0) {
        write_measure(to, field, m);
    }
    if (level != m->level) {
        *m = (struct measure){.level = level};
    }
    add_cells(m, bytes);
    sum_add(&m->blocks, rows_double(rows, row, 4));
    m->blocks_count += rows_int(rows, row, 3);
    return ERR_OK;
}

static enum err read_page(struct load *l, const char *field, const struct spot *after,
                          struct rows **out, struct why *why)
{
    char text[3][24];
    snprintf(text[0], sizeof text[0], "%lld", (long long)after->level);
    snprintf(text[1], sizeof text[1], "%lld", (long long)after->by);
    snprintf(text[2], sizeof text[2], "%lld", (long long)after->bx);
    const struct param p[] = {{field}, {text[0]}, {text[1]}, {text[2]}};
    enum err e = conn_query(l->db, page_sql, p, 4, CONN_NO_DEADLINE, out, why);
    return e == ERR_OK ? rows_expect(*out, "iiiify", why) : e;
}

static enum err measure_field(struct load *l, int64_t field, struct arrays *to, struct why *why)
{
    struct measure m = {.level = -1};
    struct spot after = {-1, -1, -1};
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)field);
    for (int count = PAGE_BLOCKS; count == PAGE_BLOCKS;) {
        struct rows *rows = NULL;
        enum err e = read_page(l, id, &after, &rows, why);
        count = e == ERR_OK ? rows_count(rows) : 0;
        for (int i = 0; i < count && e == ERR_OK; i++) {
            e = take_block(rows, i, field, &m, to, why);
            after = (struct spot){rows_int(rows, i, 0), rows_int(rows, i, 1), rows_int(rows, i, 2)};
        }
        rows_free(rows);
        if (e != ERR_OK) {
            return e;
        }
    }
    if (m.level >= 0) {
        write_measure(to, field, &m);
    }
    return ERR_OK;
}

static enum err measure_fields(struct load *l, struct arrays *to, struct why *why)
{
    const struct param release = {load_id(l, l->release_id)};
    struct rows *fields;
    enum err e = conn_query(
        l->db,
        "SELECT DISTINCT field FROM slice WHERE release = $1 AND field IS NOT NULL ORDER BY field",
        &release, 1, CONN_NO_DEADLINE, &fields, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < rows_count(fields) && e == ERR_OK; i++) {
        e = measure_field(l, rows_int(fields, i, 0), to, why);
    }
    rows_free(fields);
    return e;
}

static enum err judge(struct load *l, struct arrays *measured, const char **bad, struct why *why)
{
    struct param p[MEASURES + 1] = {{load_id(l, l->release_id)}};
    for (int i = 0; i < MEASURES; i++) {
        buf_add_char(&measured->of[i], '}');
        if (measured->of[i].failed != ERR_OK) {
            return measured->of[i].failed;
        }
        p[i + 1].text = measured->of[i].data;
    }
    return load_text(l, judge_sql, p, MEASURES + 1, bad, why);
}

enum err load_audit(struct load *l, struct why *why)
{
    progress_step(l->progress, "audit of what is stored");
    struct arrays measured;
    for (int i = 0; i < MEASURES; i++) {
        buf_init(&measured.of[i], ARRAY_MAX_BYTES);
        buf_add_char(&measured.of[i], '{');
    }
    const char *bad = "";
    enum err e = measure_fields(l, &measured, why);
    if (e == ERR_OK) {
        e = judge(l, &measured, &bad, why);
    }
    for (int i = 0; i < MEASURES; i++) {
        buf_fini(&measured.of[i]);
    }
    if (e == ERR_OK && bad[0] != '\0') {
        return why_set(
            why, ERR_INTERNAL, l->m->name,
            "%s: the audit of the stored release fails (%s); report this, with the manifest",
            l->m->name, bad);
    }
    return e;
}
