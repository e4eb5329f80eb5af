/* catalog_read.c - the published state of the database as a new catalog.
 *
 * Statements run one after another inside one REPEATABLE READ snapshot, so that they agree. Order
 * and references are checked after reading: look-ups are binary searches, and an index out of range
 * would be a crash later.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/statements.h"
#include "store/store.h"

#define INTERN_SLOTS 1024

struct reader {
    struct conn *db;
    int64_t deadline_ms;
    struct catalog *c;
    struct why *why;
    int64_t *provenance_ids;
    const char *interned[INTERN_SLOTS]; /* words that repeat: methods, fuels */
};

/* ---- help ------------------------------------------------------------------------------- */

static enum err no_memory(struct reader *r)
{
    return why_set(r->why, ERR_NO_MEMORY, NULL, "The catalog does not fit into memory.");
}

static enum err wrong(struct reader *r, const char *what)
{
    return why_set(r->why, ERR_INTERNAL, NULL, "The catalog cannot be read: %s.", what);
}

/* One table being read: its answer and the arena's room for as many items. */
struct table {
    struct rows *rows;
    void *items;
    int count;
};

static enum err open_table(struct reader *r, const char *sql, const char *types, size_t size,
                           struct table *t)
{
    enum err e = conn_query(r->db, sql, NULL, 0, r->deadline_ms, &t->rows, r->why);
    if (!e)
        e = rows_expect(t->rows, types, r->why);
    if (e)
        return e;
    t->count = rows_count(t->rows);
    t->items = arena_alloc(&r->c->arena, (size_t)t->count, size);
    return t->items ? ERR_OK : no_memory(r);
}

static char *text_of(struct reader *r, const struct rows *rows, int row, int col)
{
    return arena_strndup(&r->c->arena, rows_text(rows, row, col), SIZE_MAX);
}

/* The same text is kept once, mostly: a slot is overwritten when two words share it. */
static const char *word_of(struct reader *r, const struct rows *rows, int row, int col)
{
    const char *text = rows_text(rows, row, col);
    unsigned hash = 5381;
    for (const char *p = text; *p; p++)
        hash = hash * 33 + (unsigned char)*p;
    const char **slot = &r->interned[hash % INTERN_SLOTS];
    if (!*slot || strcmp(*slot, text) != 0)
        *slot = arena_strndup(&r->c->arena, text, SIZE_MAX);
    return *slot;
}

/* count texts of successive columns; false when out of memory. */
static bool texts_of(struct reader *r, const struct rows *rows, int row, int col, const char **to,
                     int count)
{
    for (int i = 0; i < count; i++)
        if (!(to[i] = text_of(r, rows, row, col + i)))
            return false;
    return true;
}

/* ---- reference tables ------------------------------------------------------------------- */

static enum err read_gases(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_GASES, "ttttt", sizeof(struct gas), t);
    struct gas *gases = t->items;
    for (int i = 0; !e && i < t->count; i++)
        if (!texts_of(r, t->rows, i, 0, &gases[i].code, 1) ||
            !texts_of(r, t->rows, i, 1, gases[i].name, LANG_COUNT))
            e = no_memory(r);
    r->c->gases = gases;
    r->c->gas_count = t->count;
    return e;
}

static enum err read_gwp_sets(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_GWP_SETS, "ti", sizeof(struct gwp_set), t);
    struct gwp_set *sets = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        sets[i].horizon_years = (int)rows_int(t->rows, i, 1);
        if (!texts_of(r, t->rows, i, 0, &sets[i].code, 1))
            e = no_memory(r);
    }
    r->c->gwp_sets = sets;
    r->c->gwp_set_count = t->count;
    return e;
}

static enum err take_gwp(struct reader *r, const struct rows *rows, int row, struct gwp *g)
{
    g->gas = catalog_gas(r->c, rows_text(rows, row, 1));
    g->value = rows_double(rows, row, 3);
    if (g->gas < 0 || !origin_parse(rows_text(rows, row, 2), &g->origin))
        return wrong(r, "a GWP of an unknown gas or origin");
    g->set = word_of(r, rows, row, 0);
    g->source = word_of(r, rows, row, 4);
    return g->set && g->source ? ERR_OK : no_memory(r);
}

static enum err read_gwps(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_GWPS, "tttft", sizeof(struct gwp), t);
    struct gwp *gwps = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_gwp(r, t->rows, i, &gwps[i]);
    r->c->gwps = gwps;
    r->c->gwp_count = t->count;
    return e;
}

/* A parent by its code, once the table it is looked up in is there. */
static enum err take_parent(struct reader *r, const struct rows *rows, int row, int col,
                            int (*find)(const struct catalog *, const char *), int *out)
{
    *out = rows_is_null(rows, row, col) ? -1 : find(r->c, rows_text(rows, row, col));
    bool is_missing = *out < 0 && !rows_is_null(rows, row, col);
    return is_missing ? wrong(r, "a parent is not there") : ERR_OK;
}

static enum err take_sector(struct reader *r, const struct rows *rows, int row, struct sector *s)
{
    s->is_lulucf = rows_bool(rows, row, 6);
    s->is_memo = rows_bool(rows, row, 7);
    bool is_kept =
        texts_of(r, rows, row, 0, &s->code, 1) && texts_of(r, rows, row, 2, s->name, LANG_COUNT);
    return is_kept ? ERR_OK : no_memory(r);
}

static enum err read_sectors(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_SECTORS, "tTttttbb", sizeof(struct sector), t);
    struct sector *sectors = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_sector(r, t->rows, i, &sectors[i]);
    if (e)
        return e;
    r->c->sectors = sectors;
    r->c->sector_count = t->count;
    for (int i = 0; !e && i < t->count; i++)
        e = take_parent(r, t->rows, i, 1, catalog_sector, &sectors[i].parent);
    return e;
}

static enum err take_district(struct reader *r, const struct rows *rows, int row,
                              struct district *d)
{
    *d = (struct district){.id = rows_int(rows, row, 0),
                           .level = (int)rows_int(rows, row, 2),
                           .area_km2 = rows_double(rows, row, 8),
                           .west = rows_double(rows, row, 9),
                           .south = rows_double(rows, row, 10),
                           .east = rows_double(rows, row, 11),
                           .north = rows_double(rows, row, 12)};
    bool is_kept =
        texts_of(r, rows, row, 1, &d->code, 1) && texts_of(r, rows, row, 4, d->name, LANG_COUNT);
    return is_kept ? ERR_OK : no_memory(r);
}

static enum err read_districts(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_DISTRICTS, "itiTttttfffff", sizeof(struct district), t);
    struct district *districts = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_district(r, t->rows, i, &districts[i]);
    if (e)
        return e;
    r->c->districts = districts;
    r->c->district_count = t->count;
    for (int i = 0; !e && i < t->count; i++)
        e = take_parent(r, t->rows, i, 3, catalog_district, &districts[i].parent);
    return e;
}

static enum err read_stats(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_STATS, "tiFFb", sizeof(struct district_stat), t);
    struct district_stat *stats = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        stats[i] =
            (struct district_stat){.district = catalog_district(r->c, rows_text(t->rows, i, 0)),
                                   .year = (int)rows_int(t->rows, i, 1),
                                   .population = rows_double(t->rows, i, 2),
                                   .gdp = rows_double(t->rows, i, 3),
                                   .is_estimated = rows_bool(t->rows, i, 4)};
        if (stats[i].district < 0)
            e = wrong(r, "a statistic of an unknown district");
    }
    r->c->stats = stats;
    r->c->stat_count = t->count;
    return e;
}

/* ---- what releases are made of ---------------------------------------------------------- */

static bool is_sound_grid(struct grid g)
{
    return g.nx > 0 && g.ny > 0 && g.dx_deg > 0 && g.dy_deg > 0 && g.x0_deg >= -360 &&
           g.x0_deg <= 360 && g.y0_deg >= -90 && g.y0_deg <= 90 &&
           (int64_t)g.nx * g.ny <= INT32_MAX && grid_top_level(g) < GRID_MAX_LEVELS;
}

static enum err read_grids(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_GRIDS, "iffffii", sizeof(struct grid), t);
    struct grid *grids = t->items;
    int64_t *ids = e ? NULL : arena_alloc(&r->c->arena, (size_t)t->count, sizeof *ids);
    if (!e && !ids)
        return no_memory(r);
    for (int i = 0; !e && i < t->count; i++) {
        ids[i] = rows_int(t->rows, i, 0);
        grids[i] = (struct grid){.x0_deg = rows_double(t->rows, i, 1),
                                 .y0_deg = rows_double(t->rows, i, 2),
                                 .dx_deg = rows_double(t->rows, i, 3),
                                 .dy_deg = rows_double(t->rows, i, 4),
                                 .nx = (int32_t)rows_int(t->rows, i, 5),
                                 .ny = (int32_t)rows_int(t->rows, i, 6)};
        if (!is_sound_grid(grids[i]))
            e = wrong(r, "a grid is impossible");
    }
    r->c->grids = grids;
    r->c->grid_ids = ids;
    r->c->grid_count = t->count;
    return e;
}

static enum err read_fields(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_FIELDS, "iitfffb", sizeof(struct field), t);
    struct field *fields = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        fields[i] = (struct field){.id = rows_int(t->rows, i, 0),
                                   .grid = catalog_grid_of_id(r->c, rows_int(t->rows, i, 1)),
                                   .name = text_of(r, t->rows, i, 2),
                                   .total = rows_double(t->rows, i, 3),
                                   .sum_sq = rows_double(t->rows, i, 4),
                                   .cell_uncertainty_pct = rows_double(t->rows, i, 5),
                                   .is_points = rows_bool(t->rows, i, 6)};
        if (!fields[i].name)
            e = no_memory(r);
        else if (fields[i].grid < 0)
            e = wrong(r, "a field lies on an unknown grid");
    }
    r->c->fields = fields;
    r->c->field_count = t->count;
    return e;
}

static enum err read_provenances(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_PROVENANCES, "itttttt", sizeof(struct provenance), t);
    struct provenance *all = t->items;
    r->provenance_ids = e ? NULL : calloc((size_t)t->count + 1, sizeof *r->provenance_ids);
    if (!e && !r->provenance_ids)
        return no_memory(r);
    for (int i = 0; !e && i < t->count; i++) {
        struct provenance *p = &all[i];
        r->provenance_ids[i] = rows_int(t->rows, i, 0);
        const char *texts[6];
        if (!texts_of(r, t->rows, i, 1, texts, 6))
            e = no_memory(r);
        else
            *p = (struct provenance){texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]};
    }
    r->c->provenances = all;
    r->c->provenance_count = t->count;
    return e;
}

/* ---- releases --------------------------------------------------------------------------- */

static enum err take_release(struct reader *r, const struct rows *rows, int row, struct release *to)
{
    const char *texts[16];
    if (!texts_of(r, rows, row, 1, texts, 2) || !texts_of(r, rows, row, 3, to->title, LANG_COUNT) ||
        !texts_of(r, rows, row, 7, to->warning, LANG_COUNT) ||
        !texts_of(r, rows, row, 11, texts + 2, 7))
        return no_memory(r);
    to->id = rows_int(rows, row, 0);
    to->slug = texts[0];
    to->version = texts[1];
    to->pinned = arena_printf(&r->c->arena, "%s@%s", to->slug, to->version);
    to->publisher = texts[2];
    to->licence = texts[3];
    to->attribution = texts[4];
    to->citation = texts[5];
    to->method = texts[6];
    to->sha256 = texts[7];
    to->published = texts[8];
    return to->pinned ? ERR_OK : no_memory(r);
}

/* Sorted by slug and version, so the latest of a slug is its last. */
static void mark_latest(struct release *releases, int count)
{
    for (int i = 0; i < count; i++)
        releases[i].is_latest =
            i + 1 == count || strcmp(releases[i].slug, releases[i + 1].slug) != 0;
}

static enum err read_releases(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_RELEASES,
                            "itttttttttttttttt"
                            "T",
                            sizeof(struct release), t);
    struct release *releases = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_release(r, t->rows, i, &releases[i]);
    if (e)
        return e;
    mark_latest(releases, t->count);
    r->c->releases = releases;
    r->c->release_count = t->count;
    return ERR_OK;
}

static enum err read_withdrawn(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_WITHDRAWN, "t", sizeof(const char *), t);
    const char **names = t->items;
    for (int i = 0; !e && i < t->count; i++)
        if (!texts_of(r, t->rows, i, 0, &names[i], 1))
            e = no_memory(r);
    r->c->withdrawn = names;
    r->c->withdrawn_count = t->count;
    return e;
}

/* ---- slices ----------------------------------------------------------------------------- */

static int release_of_id(const struct reader *r, int64_t id)
{
    for (int i = 0; i < r->c->release_count; i++)
        if (r->c->releases[i].id == id)
            return i;
    return -1;
}

static int provenance_of_id(const struct reader *r, int64_t id)
{
    int low = 0, high = r->c->provenance_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (r->provenance_ids[middle] == id)
            return middle;
        if (r->provenance_ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static enum err take_slice(struct reader *r, const struct rows *rows, int row, struct slice *s)
{
    bool has_field = !rows_is_null(rows, row, 8);
    *s = (struct slice){.release = release_of_id(r, rows_int(rows, row, 0)),
                        .sector = catalog_sector(r->c, rows_text(rows, row, 1)),
                        .gas = catalog_gas(r->c, rows_text(rows, row, 2)),
                        .fuel = word_of(r, rows, row, 5),
                        .year = (int)rows_int(rows, row, 6),
                        .month = (int)rows_int(rows, row, 7),
                        .field = has_field ? catalog_field_of_id(r->c, rows_int(rows, row, 8)) : -1,
                        .factor = has_field ? rows_double(rows, row, 9) : 0,
                        .mass_t = rows_double(rows, row, 10),
                        .uncertainty_pct = rows_double(rows, row, 11),
                        .method = word_of(r, rows, row, 12),
                        .provenance = provenance_of_id(r, rows_int(rows, row, 13))};
    if (!s->fuel || !s->method)
        return no_memory(r);
    if (s->release < 0 || s->sector < 0 || s->gas < 0 || (has_field && s->field < 0))
        return wrong(r, "a slice refers to what is not there");
    if (!flow_parse(rows_text(rows, row, 3), &s->flow) || s->flow == FLOW_NET ||
        !origin_parse(rows_text(rows, row, 4), &s->origin))
        return wrong(r, "a slice has an unknown flow or origin");
    return ERR_OK;
}

static int compare_numbers(int a, int b)
{
    return (a > b) - (a < b);
}

/* A total order, so that answers do not depend on the order of rows in a table. */
static int compare_slice(const void *a, const void *b)
{
    const struct slice *x = a, *y = b;
    int order = compare_numbers(x->release, y->release);
    order = order ? order : compare_numbers(x->year, y->year);
    order = order ? order : compare_numbers(x->sector, y->sector);
    order = order ? order : compare_numbers(x->gas, y->gas);
    order = order ? order : compare_numbers((int)x->flow, (int)y->flow);
    order = order ? order : strcmp(x->fuel, y->fuel);
    order = order ? order : compare_numbers(x->month, y->month);
    order = order ? order : compare_numbers((int)x->origin, (int)y->origin);
    return order ? order : compare_numbers(x->field, y->field);
}

static void count_slices(struct release *releases, const struct slice *slices, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        releases[slices[i].release].first_slice = i;
        releases[slices[i].release].slice_count++;
    }
}

static enum err read_slices(struct reader *r, struct table *t)
{
    enum err e = open_table(r, SQL_SLICES,
                            "ittttt"
                            "iiIFfFtI",
                            sizeof(struct slice), t);
    struct slice *slices = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_slice(r, t->rows, i, &slices[i]);
    if (e)
        return e;
    qsort(slices, (size_t)t->count, sizeof *slices, compare_slice);
    count_slices((struct release *)r->c->releases, slices, t->count);
    r->c->slices = slices;
    r->c->slice_count = t->count;
    return ERR_OK;
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
        read_revision,  read_gases,     read_gwp_sets, read_gwps,   read_sectors,
        read_districts, read_stats,     read_grids,    read_fields, read_provenances,
        read_releases,  read_withdrawn, read_slices,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct table t = {0};
        enum err e = steps[i](r, &t);
        rows_free(t.rows);
        if (e)
            return e;
    }
    return is_sorted(r->c) ? ERR_OK : wrong(r, "a table is not in order");
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
        return no_memory(&r);
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
