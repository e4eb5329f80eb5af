/* The reference tables of the database, in memory: a few hundred rows. */
#include <string.h>

#include "cli/import/plan/crosswalk_internal.h"

struct query {
    const char *sql;
    enum err (*take)(struct crosswalk *x, const struct rows *rows);
};

static const char *keep(struct crosswalk *x, const char *text)
{
    return arena_strndup(x->arena, text, strlen(text));
}

static enum err take_texts(struct crosswalk *x, const struct rows *rows, const char ***out,
                           int *count)
{
    int n = rows_count(rows);
    const char **texts = arena_alloc(x->arena, (size_t)n + 1, sizeof *texts);
    for (int i = 0; texts != NULL && i < n; i++) {
        texts[i] = keep(x, rows_text(rows, i, 0));
        if (texts[i] == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    *out = texts;
    *count = texts != NULL ? n : 0;
    return texts != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err take_schemes(struct crosswalk *x, const struct rows *rows)
{
    return take_texts(x, rows, &x->schemes, &x->scheme_count);
}

static enum err take_sectors(struct crosswalk *x, const struct rows *rows)
{
    return take_texts(x, rows, &x->sectors, &x->sector_count);
}

static enum err take_gases(struct crosswalk *x, const struct rows *rows)
{
    return take_texts(x, rows, &x->gases, &x->gas_count);
}

/* "a b c" as a NULL-terminated list. */
static const char **split(struct crosswalk *x, const char *text)
{
    size_t room = 2;
    for (const char *c = text; *c != '\0'; c++) {
        room += *c == ' ';
    }
    const char **list = arena_alloc(x->arena, room, sizeof *list);
    for (int n = 0; list != NULL && *text != '\0'; n++) {
        size_t len = strcspn(text, " ");
        list[n] = arena_strndup(x->arena, text, len);
        if (list[n] == NULL) {
            return NULL;
        }
        text += len + (text[len] == ' ');
    }
    return list;
}

static enum err take_codes(struct crosswalk *x, const struct rows *rows)
{
    int n = rows_count(rows);
    x->codes = arena_alloc(x->arena, (size_t)n + 1, sizeof *x->codes);
    for (int i = 0; x->codes != NULL && i < n; i++) {
        struct foreign_code *to = &x->codes[i];
        to->code = keep(x, rows_text(rows, i, 0));
        to->members = split(x, rows_text(rows, i, 1));
        to->refusal = keep(x, rows_text(rows, i, 2));
        to->is_memo = rows_bool(rows, i, 3);
        if (to->code == NULL || to->members == NULL || to->refusal == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    x->code_count = n;
    return x->codes != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* Rows of a map stand together, so that its parts do. */
static enum err take_maps(struct crosswalk *x, const struct rows *rows)
{
    int n = rows_count(rows);
    struct crosswalk_part *parts = arena_alloc(x->arena, (size_t)n + 1, sizeof *parts);
    x->maps = arena_alloc(x->arena, (size_t)n + 1, sizeof *x->maps);
    if (parts == NULL || x->maps == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < n; i++) {
        struct crosswalk_map *last = x->map_count > 0 ? &x->maps[x->map_count - 1] : NULL;
        const char *from = keep(x, rows_text(rows, i, 0));
        const char *gas = keep(x, rows_text(rows, i, 1));
        parts[i] = (struct crosswalk_part){keep(x, rows_text(rows, i, 2)), rows_double(rows, i, 3),
                                           keep(x, rows_text(rows, i, 4))};
        if (from == NULL || gas == NULL || parts[i].sector == NULL || parts[i].note == NULL) {
            return ERR_NO_MEMORY;
        }
        if (last == NULL || strcmp(last->from, from) != 0 || strcmp(last->gas, gas) != 0) {
            last = &x->maps[x->map_count++];
            *last = (struct crosswalk_map){.from = from, .gas = gas, .parts = &parts[i]};
        }
        last->part_count++;
    }
    return ERR_OK;
}

static const struct query queries[] = {
    {"SELECT code FROM scheme ORDER BY code COLLATE \"C\"", take_schemes},
    {"SELECT code FROM sector ORDER BY code COLLATE \"C\"", take_sectors},
    {"SELECT code FROM gas ORDER BY code COLLATE \"C\"", take_gases},
    {"SELECT code, array_to_string(members, ' '), refusal, memo FROM foreign_sector "
     "ORDER BY code COLLATE \"C\"",
     take_codes},
    {"SELECT from_code, gas, to_code, weight, note FROM sector_map "
     "ORDER BY from_code COLLATE \"C\", gas COLLATE \"C\", to_code COLLATE \"C\"",
     take_maps},
};

enum err crosswalk_load(const char *database_url, struct crosswalk *x, struct why *why)
{
    struct conn *db = conn_new(database_url, "fluxgrid_import", 0);
    if (db == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = ERR_OK;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0] && e == ERR_OK; i++) {
        struct rows *rows;
        e = conn_query(db, queries[i].sql, NULL, 0, CONN_NO_DEADLINE, &rows, why);
        if (e == ERR_OK) {
            e = queries[i].take(x, rows);
            rows_free(rows);
        }
    }
    conn_free(db);
    return e;
}
