/* What the database would refuse in words of its own. */
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/crosswalk.h"
#include "cli/import/load/load_internal.h"

static int compare_codes(const void *a, const void *b)
{
    const struct plan_slice *x = *(struct plan_slice *const *)a;
    const struct plan_slice *y = *(struct plan_slice *const *)b;
    int c = strcmp(x->sector, y->sector);
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    return c != 0 ? c : x < y ? -1 : x > y;
}

static enum err nearest_sectors(struct load *l, const char *code, const char **out, struct why *why)
{
    struct rows *rows;
    *out = "";
    enum err e = conn_query(l->db, "SELECT code FROM sector ORDER BY code COLLATE \"C\"", NULL, 0,
                            CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    int n = rows_count(rows);
    const char **codes = arena_alloc(l->arena, (size_t)n + 1, sizeof *codes);
    for (int i = 0; codes != NULL && i < n; i++) {
        codes[i] = rows_text(rows, i, 0);
    }
    *out = codes != NULL ? crosswalk_nearest(codes, n, code, l->arena) : "";
    rows_free(rows);
    return ERR_OK;
}

/* Where the place is only a row, the code says what of it. */
static struct place column_of(struct place at, const char *column, const char *code)
{
    if (at.column == NULL) {
        at.column = column;
        at.value = code;
    }
    return at;
}

static enum err check_codes_of(struct load *l, const struct plan_slice *s, struct why *why)
{
    const struct param p[] = {{s->sector}, {s->gas}};
    int64_t known = 3;
    enum err e = load_int(l,
                          "SELECT (EXISTS (SELECT FROM sector WHERE code = $1))::integer "
                          "+ 2 * (EXISTS (SELECT FROM gas WHERE code = $2))::integer",
                          p, 2, &known, why);
    if (e == ERR_OK && (known & 1) == 0) {
        const char *near;
        e = nearest_sectors(l, s->sector, &near, why);
        issues_add(l->issues, column_of(s->at, "sector", s->sector),
                   "%s is no sector that is known (the nearest are %s); use a code that "
                   "/v1/sectors lists, or a crosswalk",
                   s->sector, near);
    }
    if (e == ERR_OK && (known & 2) == 0) {
        issues_add(l->issues, column_of(s->at, "gas", s->gas),
                   "%s is no gas that is known; use a code that /v1/gases lists", s->gas);
    }
    return e;
}

enum err load_check_codes(struct load *l, struct why *why)
{
    int n = l->plan->slice_count;
    const struct plan_slice **sorted = plan_sorted(l->plan, l->arena, compare_codes);
    if (sorted == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < n && !issues_are_full(l->issues); i++) {
        bool is_seen = i > 0 && strcmp(sorted[i - 1]->sector, sorted[i]->sector) == 0 &&
                       strcmp(sorted[i - 1]->gas, sorted[i]->gas) == 0;
        enum err e = is_seen ? ERR_OK : check_codes_of(l, sorted[i], why);
        if (e != ERR_OK) {
            return e;
        }
    }
    return issues_verdict(l->issues, why);
}

struct row {
    const struct plan_slice *slice;
    int64_t field;
};

/* By the database's key, then in the order of the plan. */
static int compare_keys(const struct row *x, const struct row *y)
{
    const struct plan_slice *a = x->slice;
    const struct plan_slice *b = y->slice;
    int c = x->field < y->field ? -1 : x->field > y->field;
    c = c != 0 ? c : a->year - b->year;
    c = c != 0 ? c : a->month - b->month;
    c = c != 0 ? c : (int)a->flow - (int)b->flow;
    c = c != 0 ? c : (int)a->origin - (int)b->origin;
    c = c != 0 ? c : strcmp(a->sector, b->sector);
    c = c != 0 ? c : strcmp(a->gas, b->gas);
    return c != 0 ? c : strcmp(a->fuel, b->fuel);
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int c = compare_keys(x, y);
    return c != 0 ? c : x->slice < y->slice ? -1 : x->slice > y->slice;
}

enum err load_check_slices(struct load *l, struct why *why)
{
    const struct plan *p = l->plan;
    struct row *rows = arena_alloc(l->arena, (size_t)p->slice_count + 1, sizeof *rows);
    if (rows == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < p->slice_count; i++) {
        const struct plan_slice *s = &p->slices[i];
        rows[i] = (struct row){s, s->field < 0 ? 0 : p->fields[s->field].id};
    }
    qsort(rows, (size_t)p->slice_count, sizeof *rows, compare_rows);
    for (int i = 1; i < p->slice_count && !issues_are_full(l->issues); i++) {
        const struct plan_slice *s = rows[i].slice;
        if (compare_keys(&rows[i - 1], &rows[i]) == 0) {
            const char *other = rows[i - 1].slice->at.file;
            issues_add(l->issues, s->at,
                       "the same cells stand here and in %s for %s, %s, %d; remove one of them",
                       other != NULL ? other : "another place", s->sector, s->gas, s->year);
        }
    }
    return issues_verdict(l->issues, why);
}
