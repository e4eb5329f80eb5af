/* catalog_read.c - the published state of the database as a new catalog.
 *
 * Statements run one after another inside one REPEATABLE READ snapshot, so that they agree. Order
 * and references are checked after reading: look-ups are binary searches, and an index out of range
 * would be a crash later.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/catalog_reader.h"
#include "store/statements.h"
#include "store/store.h"

/* ---- help ------------------------------------------------------------------------------- */

enum err reader_no_memory(struct reader *r)
{
    return why_set(r->why, ERR_NO_MEMORY, NULL, "The catalog does not fit into memory.");
}

enum err reader_wrong(struct reader *r, const char *what)
{
    return why_set(r->why, ERR_INTERNAL, NULL, "The catalog cannot be read: %s.", what);
}

enum err reader_open(struct reader *r, const char *sql, const char *types, size_t size,
                     struct table *t)
{
    enum err e = conn_query(r->db, sql, NULL, 0, r->deadline_ms, &t->rows, r->why);
    if (!e)
        e = rows_expect(t->rows, types, r->why);
    if (e)
        return e;
    t->count = rows_count(t->rows);
    t->items = arena_alloc(&r->c->arena, (size_t)t->count, size);
    return t->items ? ERR_OK : reader_no_memory(r);
}

const char *reader_text(struct reader *r, const struct rows *rows, int row, int col)
{
    return arena_strndup(&r->c->arena, rows_text(rows, row, col), SIZE_MAX);
}

/* The same text is kept once, mostly: a slot is overwritten when two words share it. */
const char *reader_word(struct reader *r, const struct rows *rows, int row, int col)
{
    const char *text = rows_text(rows, row, col);
    unsigned hash = 5381;
    for (const char *p = text; *p; p++)
        hash = hash * 33 + (unsigned char)*p;
    const char **slot = &r->words[hash % READER_WORDS];
    if (!*slot || strcmp(*slot, text) != 0)
        *slot = arena_strndup(&r->c->arena, text, SIZE_MAX);
    return *slot;
}

/* count texts of successive columns; false when out of memory. */
bool reader_texts(struct reader *r, const struct rows *rows, int row, int col, const char **to,
                  int count)
{
    for (int i = 0; i < count; i++)
        if (!(to[i] = reader_text(r, rows, row, col + i)))
            return false;
    return true;
}

/* ---- all of it -------------------------------------------------------------------------- */

static enum err read_revision(struct reader *r, struct table *t)
{
    (void)t;
    return store_revision(r->db, r->deadline_ms, &r->c->revision, &r->c->boundary_revision, r->why);
}

/* Binary searches go astray in silence where the order is wrong, say by a broken collation. */
static bool is_sorted(const struct catalog *c)
{
    bool is = true;
    for (int i = 1; i < c->gas_count; i++)
        is = is && strcmp(c->gases[i - 1].code, c->gases[i].code) < 0;
    for (int i = 1; i < c->gwp_set_count; i++)
        is = is && strcmp(c->gwp_sets[i - 1].code, c->gwp_sets[i].code) < 0;
    for (int i = 1; i < c->sector_count; i++)
        is = is && strcmp(c->sectors[i - 1].code, c->sectors[i].code) < 0;
    for (int i = 1; i < c->district_count; i++)
        is = is && strcmp(c->districts[i - 1].code, c->districts[i].code) < 0;
    for (int i = 1; i < c->release_count; i++) {
        int order = strcmp(c->releases[i - 1].slug, c->releases[i].slug);
        is = is &&
             (order < 0 || (order == 0 && catalog_version_compare(c->releases[i - 1].version,
                                                                  c->releases[i].version) < 0));
    }
    return is;
}

static enum err read_all(struct reader *r)
{
    static enum err (*const steps[])(struct reader *, struct table *) = {
        read_revision,  read_gases,   read_gwp_sets, read_gwps,   read_sectors,     read_foreign,
        read_districts, read_stats,   read_grids,    read_fields, read_provenances, read_releases,
        read_withdrawn, read_changes, read_events,   read_slices,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct table t = {0};
        enum err e = steps[i](r, &t);
        rows_free(t.rows);
        if (e)
            return e;
    }
    return is_sorted(r->c) ? ERR_OK : reader_wrong(r, "a table is not in order");
}

/* A short time of its own: the caller's may have run out, and the connection should stay good. */
static void end_snapshot(struct conn *db)
{
    if (conn_exec(db, SQL_ROLLBACK, clock_ms() + 500, NULL))
        return; /* dropped: the transaction went with it */
}

enum err store_catalog(struct conn *c, int64_t deadline_ms, struct catalog **out, struct why *why)
{
    struct reader r = {.db = c, .deadline_ms = deadline_ms, .c = catalog_new(), .why = why};
    if (!r.c)
        return reader_no_memory(&r);
    enum err e = conn_exec(c, SQL_SNAPSHOT_BEGIN, deadline_ms, why);
    if (!e) {
        e = read_all(&r);
        end_snapshot(c);
    }
    free(r.provenance_ids);
    if (e) {
        catalog_unref(r.c);
        return e;
    }
    *out = r.c;
    return ERR_OK;
}

enum err store_revision(struct conn *c, int64_t deadline_ms, int64_t *catalog, int64_t *boundary,
                        struct why *why)
{
    struct rows *rows = NULL;
    enum err e = conn_query(c, SQL_REVISION, NULL, 0, deadline_ms, &rows, why);
    if (!e)
        e = rows_expect(rows, "ii", why);
    if (!e && rows_count(rows) != 1)
        e = why_set(why, ERR_INTERNAL, NULL, "The table revision has not one row.");
    if (!e) {
        *catalog = rows_int(rows, 0, 0);
        *boundary = rows_int(rows, 0, 1);
    }
    rows_free(rows);
    return e;
}
