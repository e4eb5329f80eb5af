/* The area fractions of a grid out of the database, within a scope of countries. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/load/load_internal.h"
#include "cli/import/load/load_shares.h"

static const char districts_sql[] =
    "SELECT d.id, d.level::integer, d.is_union, p.id FROM district d "
    "JOIN district_scope($1::text[]) s ON s.district = d.id "
    "LEFT JOIN district p ON p.code = d.parent ORDER BY d.level, d.id";

/* Pages, so that a large district's million cells are not in memory twice. */
#define PAGE_ROWS 50000
static const char fractions_sql[] =
    "SELECT cell, fraction FROM district_cell WHERE grid = $1 AND district = $2 AND cell > $3 "
    "ORDER BY cell LIMIT 50000";

static int index_of(const struct shares *s, int64_t id)
{
    int i = s->district_count - 1;
    while (i >= 0 && s->districts[i].id != id) {
        i--;
    }
    return i;
}

static enum err read_districts(struct load *l, const char *countries, struct shares *s,
                               struct why *why)
{
    const struct param scope = {countries};
    struct rows *rows;
    enum err e = conn_query(l->db, districts_sql, &scope, 1, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < rows_count(rows) && e == ERR_OK; i++) {
        int parent = rows_is_null(rows, i, 3) ? -1 : index_of(s, rows_int(rows, i, 3));
        int added = shares_add_district(s, rows_int(rows, i, 0), (int)rows_int(rows, i, 1),
                                        rows_bool(rows, i, 2), parent);
        e = added >= 0 ? ERR_OK : ERR_NO_MEMORY;
    }
    rows_free(rows);
    return e;
}

static enum err read_page(struct load *l, const struct param p[3], struct shares *s, int district,
                          int32_t *last, int *count, struct why *why)
{
    struct rows *rows;
    enum err e = conn_query(l->db, fractions_sql, p, 3, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    *count = rows_count(rows);
    for (int i = 0; i < *count && e == ERR_OK; i++) {
        *last = (int32_t)rows_int(rows, i, 0);
        if (*last < 0 || *last / s->nx >= s->ny) {
            e = why_set(why, ERR_INTERNAL, NULL, "district_cell names a cell outside its grid");
            break;
        }
        e = shares_add(s, district, *last, rows_double(rows, i, 1));
    }
    rows_free(rows);
    return e;
}

static enum err read_fractions(struct load *l, int64_t grid, struct shares *s, int district,
                               struct why *why)
{
    char texts[3][24];
    struct param p[3] = {{texts[0]}, {texts[1]}, {texts[2]}};
    snprintf(texts[0], sizeof texts[0], "%lld", (long long)grid);
    snprintf(texts[1], sizeof texts[1], "%lld", (long long)s->districts[district].id);
    int32_t last = -1;
    int count = PAGE_ROWS;
    enum err e = ERR_OK;
    while (e == ERR_OK && count == PAGE_ROWS) {
        snprintf(texts[2], sizeof texts[2], "%d", (int)last);
        e = read_page(l, p, s, district, &last, &count, why);
    }
    return e;
}

static enum err read_shares(struct load *l, const struct load_grid *grid, const char *countries,
                            struct shares *s, struct why *why)
{
    enum err e = read_districts(l, countries, s, why);
    for (int i = 0; i < s->district_count && e == ERR_OK; i++) {
        if (!s->districts[i].is_union) {
            e = read_fractions(l, grid->id, s, i, why);
        }
    }
    return e == ERR_OK ? shares_finish(s) : e;
}

void load_shares_forget(struct load *l)
{
    shares_free(l->shares);
    free(l->shares_countries);
    l->shares = NULL;
    l->shares_countries = NULL;
}

enum err load_shares(struct load *l, const struct load_grid *grid, const char *countries,
                     const struct shares **out, struct why *why)
{
    if (l->shares == NULL || l->shares_grid != grid->id ||
        strcmp(l->shares_countries, countries) != 0) {
        load_shares_forget(l);
        l->shares = shares_new(grid->grid.nx, grid->grid.ny);
        l->shares_countries = strdup(countries);
        l->shares_grid = grid->id;
        enum err e = l->shares != NULL && l->shares_countries != NULL
                         ? read_shares(l, grid, countries, l->shares, why)
                         : ERR_NO_MEMORY;
        if (e != ERR_OK) {
            load_shares_forget(l);
            return e;
        }
    }
    *out = l->shares;
    return ERR_OK;
}
