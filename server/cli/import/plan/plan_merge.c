/* Slices of one key on one field are one slice: two proxies may turn out to be the same cells, and
 * several parts of a total may stay without a place. What is no part of a total stays as it is:
 * load_check_slices() refuses it when it is there twice. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/plan.h"

#define LOCATOR_BYTES 1024 /* of joined locators: past it the rest goes unnamed */

struct entry {
    const struct plan_slice *slice;
    int64_t field; /* in the database; 0 = none */
    int order;
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int c = plan_slice_compare(x->slice, y->slice);
    c = c != 0 ? c : (x->field > y->field) - (x->field < y->field);
    return c != 0 ? c : x->order - y->order;
}

/* Rows that a crosswalk leads to one sector were estimated apart: their errors are independent.
 * Parts of one total have one error, and their half-widths add. */
static double joint_uncertainty_pct(const struct plan_slice *x, double x_t,
                                    const struct plan_slice *y, double y_t)
{
    double a = x_t > 0 ? x_t * x->uncertainty_pct : 0; /* unknown stays unknown: NaN */
    double b = y_t > 0 ? y_t * y->uncertainty_pct : 0;
    bool is_apart = x->is_mapped && y->is_mapped &&
                    (x->at.row != y->at.row || strcmp(x->at.file, y->at.file) != 0);
    return (is_apart ? sqrt(a * a + b * b) : a + b) / (x_t + y_t);
}

/* The method that says less stays. */
static struct plan_slice join(const struct plan *p, const struct plan_slice *x,
                              const struct plan_slice *y, struct arena *arena)
{
    struct plan_slice s = *x;
    if (strstr(x->locator, y->locator) == NULL && strlen(x->locator) < LOCATOR_BYTES) {
        const char *both = arena_printf(arena, "%s; %s", x->locator, y->locator);
        s.locator = both != NULL ? both : x->locator;
    }
    double x_t = plan_slice_mass_t(p, x);
    double y_t = plan_slice_mass_t(p, y);
    s.mass_t = x_t + y_t;
    if (s.mass_t > 0) {
        s.uncertainty_pct = joint_uncertainty_pct(x, x_t, y, y_t);
    }
    if (strcmp(x->method, y->method) != 0 && y_t > 0) {
        bool is_y = x_t == 0 || strcmp(y->method, "fallback-uniform") == 0 || y_t > x_t;
        s.method = is_y && strcmp(x->method, "fallback-uniform") != 0 ? y->method : x->method;
    }
    return s;
}

enum err plan_merge(struct plan *p, struct arena *arena, struct why *why)
{
    struct entry *sorted = arena_alloc(arena, (size_t)p->slice_count + 1, sizeof *sorted);
    struct plan_slice *kept = arena_alloc(arena, (size_t)p->slice_count + 1, sizeof *kept);
    if (sorted == NULL || kept == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "the release does not fit the importer's memory");
    }
    for (int i = 0; i < p->slice_count; i++) {
        const struct plan_slice *s = &p->slices[i];
        sorted[i] = (struct entry){s, s->field >= 0 ? p->fields[s->field].id : 0, i};
    }
    qsort(sorted, (size_t)p->slice_count, sizeof *sorted, compare);
    int count = 0;
    for (int i = 0; i < p->slice_count; i++) {
        bool is_same = i > 0 && sorted[i].slice->is_part && kept[count - 1].is_part &&
                       sorted[i].field == sorted[i - 1].field &&
                       plan_slice_compare(sorted[i].slice, sorted[i - 1].slice) == 0;
        if (is_same) {
            kept[count - 1] = join(p, &kept[count - 1], sorted[i].slice, arena);
        } else {
            kept[count++] = *sorted[i].slice;
        }
    }
    p->slices = kept;
    p->slice_count = p->slice_capacity = count;
    return ERR_OK;
}
