/* source_masses.c - what each source has of some fields, and what it is. */
#include "store/guard.h"
#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

#define MASS_PARAMS 11

static enum err no_memory(struct why *why)
{
    return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
}

static const char *field_ids(const struct catalog *cat, const int *fields, int count,
                             struct arena *arena)
{
    int64_t *ids = arena_alloc(arena, (size_t)count + 1, sizeof *ids);
    for (int i = 0; ids && i < count; i++)
        ids[i] = cat->fields[fields[i]].id;
    return ids ? param_int_array(arena, ids, count) : NULL;
}

/* The district and everything in it. */
static const char *district_ids(const struct catalog *cat, int district, struct arena *arena)
{
    int64_t *ids = arena_alloc(arena, (size_t)cat->district_count + 1, sizeof *ids);
    int n = 0;
    for (int i = 0; ids && i < cat->district_count; i++)
        if (catalog_district_within(cat, i, district))
            ids[n++] = cat->districts[i].id;
    return ids ? param_int_array(arena, ids, n) : NULL;
}

/* Parameters that stay NULL mean any. */
static bool bind(const struct catalog *cat, const struct source_mass_filter *f,
                 const struct point_page *page, struct arena *arena, struct param to[MASS_PARAMS])
{
    to[0].text = field_ids(cat, f->fields, f->field_count, arena);
    if (f->district >= 0)
        to[1].text = district_ids(cat, f->district, arena);
    for (int i = 0; i < 4; i++)
        to[2 + i].text = param_double(arena, f->box[i]);
    to[6].text = param_int(arena, page->after_source);
    to[7].text = param_int(arena, page->after_field);
    to[8].text = param_int(arena, page->limit);
    if (f->sources)
        to[9].text = param_int_array(arena, f->sources, f->source_count);
    to[10].text = param_int(arena, cat->revision);
    return to[0].text && (f->district < 0 || to[1].text) && param_are_all_there(to + 2, 7) &&
           (!f->sources || to[9].text) && to[10].text;
}

static enum err take(const struct catalog *cat, const struct rows *rows, int n, struct arena *arena,
                     struct source_mass *to, struct why *why)
{
    for (int i = 0; i < n; i++) {
        to[i] = (struct source_mass){.source = rows_int(rows, i, 1),
                                     .field = catalog_field_of_id(cat, rows_int(rows, i, 2)),
                                     .code = arena_strndup(arena, rows_text(rows, i, 3), SIZE_MAX),
                                     .lon = rows_double(rows, i, 4),
                                     .lat = rows_double(rows, i, 5),
                                     .mass = rows_double(rows, i, 6)};
        if (!to[i].code)
            return no_memory(why);
        if (to[i].field < 0)
            return why_set(why, ERR_INTERNAL, NULL, "The database answered an unknown field.");
    }
    return ERR_OK;
}

enum err store_source_masses(struct conn *c, const struct catalog *cat,
                             const struct source_mass_filter *f, struct point_page *page,
                             int64_t deadline_ms, struct arena *arena, struct source_mass **out,
                             int *count, struct why *why)
{
    struct param params[MASS_PARAMS] = {0};
    struct rows *rows = NULL;
    if (!bind(cat, f, page, arena, params))
        return no_memory(why);
    enum err e = conn_query(c, SQL_SOURCE_MASSES, params, MASS_PARAMS, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bIITFFF", why);
    int n = e || rows_is_null(rows, 0, 1) ? 0 : rows_count(rows);
    struct source_mass *masses = e ? NULL : arena_alloc(arena, (size_t)n + 1, sizeof *masses);
    if (!e)
        e = masses ? take(cat, rows, n, arena, masses, why) : no_memory(why);
    rows_free(rows);
    if (e)
        return e;
    if (n > 0) {
        page->after_source = masses[n - 1].source;
        page->after_field = cat->fields[masses[n - 1].field].id;
    }
    *out = masses;
    *count = n;
    return ERR_OK;
}

/* ---- facts ---- */

static bool take_facts(const struct rows *rows, int row, struct arena *arena,
                       struct source_facts *to)
{
    const char **texts[] = {&to->code, &to->name,          &to->sector,
                            &to->fuel, &to->operator_name, &to->district};
    for (int i = 0; i < 6; i++)
        if (!(*texts[i] = arena_strndup(arena, rows_text(rows, row, 2 + i), SIZE_MAX)))
            return false;
    return true;
}

enum err store_source_facts(struct conn *c, const struct catalog *cat, const int64_t *ids,
                            int count, const int *fields, int field_count, int64_t deadline_ms,
                            struct arena *arena, struct source_facts **out, struct why *why)
{
    struct param params[] = {{param_int_array(arena, ids, count)},
                             {field_ids(cat, fields, field_count, arena)},
                             {param_int(arena, cat->revision)}};
    struct source_facts *facts = arena_alloc(arena, (size_t)count + 1, sizeof *facts);
    struct rows *rows = NULL;
    if (!param_are_all_there(params, 3) || !facts)
        return no_memory(why);
    enum err e = conn_query(c, SQL_SOURCE_FACTS, params, 3, deadline_ms, &rows, why);
    if (!e)
        e = guard_rows(rows, "bITTTTTT", why);
    if (!e && count > 0 && rows_count(rows) != count)
        e = why_set(why, ERR_INTERNAL, NULL, "The database does not know a source it named.");
    for (int i = 0; !e && i < count; i++)
        if (!take_facts(rows, i, arena, &facts[i]))
            e = no_memory(why);
    rows_free(rows);
    if (!e)
        *out = facts;
    return e;
}
