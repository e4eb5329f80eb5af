/* catalog_releases.c - published releases and what they are made of. */
#include <stdlib.h>
#include <string.h>

#include "geo/remap.h"
#include "store/catalog_reader.h"
#include "store/statements.h"

/* ---- what releases are made of ---------------------------------------------------------- */

static bool is_sound_grid(struct grid g)
{
    return g.nx > 0 && g.ny > 0 && g.dx_deg > 0 && g.dy_deg > 0 && g.x0_deg >= -360 &&
           g.x0_deg <= 360 && g.y0_deg >= -90 && g.y0_deg <= 90 &&
           (int64_t)g.nx * g.ny <= INT32_MAX && grid_top_level(g) < GRID_MAX_LEVELS;
}

/* Asked for by every tile, so computed once. */
static enum err add_souths(struct reader *r, const struct grid *grids, int count)
{
    const double **souths = arena_alloc(&r->c->arena, (size_t)count + 1, sizeof *souths);
    for (int i = 0; souths && i < count; i++) {
        double *south = arena_alloc(&r->c->arena, (size_t)grids[i].ny + 1, sizeof *south);
        if (!south)
            return reader_no_memory(r);
        remap_grid_south(grids[i], south);
        souths[i] = south;
    }
    r->c->grid_souths = souths;
    return souths ? ERR_OK : reader_no_memory(r);
}

enum err read_grids(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_GRIDS, "iffffii", sizeof(struct grid), t);
    struct grid *grids = t->items;
    int64_t *ids = e ? NULL : arena_alloc(&r->c->arena, (size_t)t->count, sizeof *ids);
    if (!e && !ids)
        return reader_no_memory(r);
    for (int i = 0; !e && i < t->count; i++) {
        ids[i] = rows_int(t->rows, i, 0);
        grids[i] = (struct grid){.x0_deg = rows_double(t->rows, i, 1),
                                 .y0_deg = rows_double(t->rows, i, 2),
                                 .dx_deg = rows_double(t->rows, i, 3),
                                 .dy_deg = rows_double(t->rows, i, 4),
                                 .nx = (int32_t)rows_int(t->rows, i, 5),
                                 .ny = (int32_t)rows_int(t->rows, i, 6)};
        if (!is_sound_grid(grids[i]))
            e = reader_wrong(r, "a grid is impossible");
    }
    r->c->grids = grids;
    r->c->grid_ids = ids;
    r->c->grid_count = t->count;
    return e ? e : add_souths(r, grids, t->count);
}

enum err read_fields(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_FIELDS, "iitfffb", sizeof(struct field), t);
    struct field *fields = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        fields[i] = (struct field){.id = rows_int(t->rows, i, 0),
                                   .grid = catalog_grid_of_id(r->c, rows_int(t->rows, i, 1)),
                                   .name = reader_text(r, t->rows, i, 2),
                                   .total = rows_double(t->rows, i, 3),
                                   .sum_sq = rows_double(t->rows, i, 4),
                                   .cell_uncertainty_pct = rows_double(t->rows, i, 5),
                                   .is_points = rows_bool(t->rows, i, 6)};
        if (!fields[i].name)
            e = reader_no_memory(r);
        else if (fields[i].grid < 0)
            e = reader_wrong(r, "a field lies on an unknown grid");
    }
    r->c->fields = fields;
    r->c->field_count = t->count;
    return e;
}

enum err read_provenances(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_PROVENANCES, "itttttt", sizeof(struct provenance), t);
    struct provenance *all = t->items;
    r->provenance_ids = e ? NULL : calloc((size_t)t->count + 1, sizeof *r->provenance_ids);
    if (!e && !r->provenance_ids)
        return reader_no_memory(r);
    for (int i = 0; !e && i < t->count; i++) {
        struct provenance *p = &all[i];
        r->provenance_ids[i] = rows_int(t->rows, i, 0);
        const char *texts[6];
        if (!reader_texts(r, t->rows, i, 1, texts, 6))
            e = reader_no_memory(r);
        else
            *p = (struct provenance){texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]};
    }
    r->c->provenances = all;
    r->c->provenance_count = t->count;
    return e;
}

/* ---- releases --------------------------------------------------------------------------- */

/* Codes of countries, one a line, as indices. A country that is gone has no districts to count by.
 */
static bool read_countries(struct reader *r, struct release *to)
{
    int most = 1;
    for (const char *c = to->scope; *c; c++)
        most += *c == '\n';
    int *countries = arena_alloc(&r->c->arena, (size_t)most, sizeof *countries);
    for (const char *at = to->scope; countries && *at;) {
        size_t len = strcspn(at, "\n");
        const char *code = arena_strndup(&r->c->arena, at, len);
        if (!code)
            return false;
        int found = catalog_district(r->c, code);
        if (found >= 0)
            countries[to->country_count++] = found;
        at += len + (at[len] == '\n');
    }
    to->countries = countries;
    return countries != NULL;
}

static enum err take_release(struct reader *r, const struct rows *rows, int row, struct release *to)
{
    const char *texts[16];
    if (!reader_texts(r, rows, row, 1, texts, 2) ||
        !reader_texts(r, rows, row, 3, to->title, LANG_COUNT) ||
        !reader_texts(r, rows, row, 7, to->warning, LANG_COUNT) ||
        !reader_texts(r, rows, row, 11, texts + 2, 7))
        return reader_no_memory(r);
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
    to->scope = reader_text(r, rows, row, 18);
    if (!to->scope || !read_countries(r, to))
        return reader_no_memory(r);
    return to->pinned ? ERR_OK : reader_no_memory(r);
}

/* Sorted by slug and version, so the latest of a slug is its last. */
static void mark_latest(struct release *releases, int count)
{
    for (int i = 0; i < count; i++)
        releases[i].is_latest =
            i + 1 == count || strcmp(releases[i].slug, releases[i + 1].slug) != 0;
}

enum err read_releases(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_RELEASES,
                             "itttttttttttttttt"
                             "Tt",
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

static int release_of_id(const struct reader *r, int64_t id)
{
    for (int i = 0; i < r->c->release_count; i++)
        if (r->c->releases[i].id == id)
            return i;
    return -1;
}

enum err read_withdrawn(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_WITHDRAWN, "ttt", sizeof(struct withdrawn), t);
    struct withdrawn *all = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        const char *texts[3];
        if (!reader_texts(r, t->rows, i, 0, texts, 3))
            e = reader_no_memory(r);
        else
            all[i] = (struct withdrawn){texts[0], texts[1], texts[2]};
    }
    r->c->withdrawn = all;
    r->c->withdrawn_count = t->count;
    return e;
}

/* ---- changelogs ------------------------------------------------------------------------- */

static enum err take_change(struct reader *r, const struct rows *rows, int row, struct change *to)
{
    *to = (struct change){.release = release_of_id(r, rows_int(rows, row, 0)),
                          .reason = reader_word(r, rows, row, 1),
                          .sectors = reader_text(r, rows, row, 10)};
    if (!to->reason || !to->sectors || !reader_texts(r, rows, row, 2, to->name, LANG_COUNT) ||
        !reader_texts(r, rows, row, 6, to->text, LANG_COUNT))
        return reader_no_memory(r);
    return to->release >= 0 ? ERR_OK : reader_wrong(r, "a changelog belongs to no release");
}

enum err read_changes(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_CHANGES, "itttttttttt", sizeof(struct change), t);
    struct change *changes = t->items;
    struct release *releases = (struct release *)r->c->releases;
    for (int i = 0; !e && i < t->count; i++)
        e = take_change(r, t->rows, i, &changes[i]);
    if (e)
        return e;
    for (int i = t->count - 1; i >= 0; i--) {
        releases[changes[i].release].first_change = i;
        releases[changes[i].release].change_count++;
    }
    r->c->changes = changes;
    r->c->change_count = t->count;
    return ERR_OK;
}

/* ---- history ---------------------------------------------------------------------------- */

enum err read_events(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_EVENTS, "ittbtt", sizeof(struct release_event), t);
    struct release_event *events = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        const char *texts[4];
        if (!reader_texts(r, t->rows, i, 1, texts, 2) ||
            !reader_texts(r, t->rows, i, 4, texts + 2, 2))
            e = reader_no_memory(r);
        else
            events[i] = (struct release_event){.id = rows_int(t->rows, i, 0),
                                               .slug = texts[0],
                                               .version = texts[1],
                                               .is_withdrawal = rows_bool(t->rows, i, 3),
                                               .at = texts[2],
                                               .reason = texts[3]};
    }
    r->c->events = events;
    r->c->event_count = t->count;
    return e;
}

/* ---- slices ----------------------------------------------------------------------------- */

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
                        .fuel = reader_word(r, rows, row, 5),
                        .year = (int)rows_int(rows, row, 6),
                        .month = (int)rows_int(rows, row, 7),
                        .field = has_field ? catalog_field_of_id(r->c, rows_int(rows, row, 8)) : -1,
                        .factor = has_field ? rows_double(rows, row, 9) : 0,
                        .mass_t = rows_double(rows, row, 10),
                        .uncertainty_pct = rows_double(rows, row, 11),
                        .method = reader_word(r, rows, row, 12),
                        .provenance = provenance_of_id(r, rows_int(rows, row, 13))};
    if (!s->fuel || !s->method)
        return reader_no_memory(r);
    if (s->release < 0 || s->sector < 0 || s->gas < 0 || (has_field && s->field < 0))
        return reader_wrong(r, "a slice refers to what is not there");
    if (!flow_parse(rows_text(rows, row, 3), &s->flow) || s->flow == FLOW_NET ||
        !origin_parse(rows_text(rows, row, 4), &s->origin))
        return reader_wrong(r, "a slice has an unknown flow or origin");
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

enum err read_slices(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_SLICES,
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
