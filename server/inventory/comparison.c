#include "inventory/comparison.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/sum.h"

#define PROVENANCE_NONE  (-1)
#define PROVENANCE_MIXED (-2)
#define OTHER_SIDE       ((size_t)1 << 40) /* keys of the second side that are none of the first's */

struct member { /* a slice of one side in its group */
    size_t group;
    int side;
    int slice;
};

struct estimate { /* how a side came to the masses of a group */
    bool is_there;
    const char *method;
    int provenance;
};

static int compare_members(const void *pa, const void *pb)
{
    const struct member *a = pa, *b = pb;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->side != b->side)
        return a->side < b->side ? -1 : 1;
    return (a->slice > b->slice) - (a->slice < b->slice);
}

static bool is_same_provenance(const struct catalog *c, int a, int b)
{
    if (a < 0 || b < 0 || a == b)
        return a == b;
    const struct provenance *x = &c->provenances[a], *y = &c->provenances[b];
    return strcmp(x->dataset, y->dataset) == 0 && strcmp(x->document, y->document) == 0 &&
           strcmp(x->locator, y->locator) == 0;
}

static void add_estimate(const struct catalog *c, struct estimate *e, const struct slice *s)
{
    if (!e->is_there) {
        *e = (struct estimate){true, s->method, s->provenance};
        return;
    }
    if (strcmp(e->method, s->method) != 0)
        e->method = "mixed";
    if (!is_same_provenance(c, e->provenance, s->provenance))
        e->provenance = PROVENANCE_MIXED;
}

static struct comparison_group judge(const struct catalog *c, size_t group,
                                     const struct estimate *before, const struct estimate *after)
{
    struct comparison_group g = {.group = group,
                                 .cause = COMPARISON_REVISED,
                                 .from = before->is_there ? before->method : "",
                                 .to = after->is_there ? after->method : ""};
    if (!before->is_there)
        g.cause = COMPARISON_ADDED;
    else if (!after->is_there)
        g.cause = COMPARISON_REMOVED;
    else if (strcmp(g.from, g.to) != 0)
        g.cause = COMPARISON_METHOD;
    else if (!is_same_provenance(c, before->provenance, after->provenance))
        g.cause = COMPARISON_SOURCE;
    return g;
}

enum err comparison_trace(const struct catalog *c, struct slice_groups *groups, const int *before,
                          int before_count, const int *after, int after_count, struct arena *arena,
                          struct comparison_groups *out)
{
    int count = before_count + after_count, found = 0;
    struct member *members = arena_alloc(arena, (size_t)count + 1, sizeof *members);
    struct comparison_group *list = arena_alloc(arena, (size_t)count + 1, sizeof *list);
    if (members == NULL || list == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++) {
        int side = i >= before_count;
        int slice = side ? after[i - before_count] : before[i];
        members[i] = (struct member){slice_groups_of(groups, c, slice), side, slice};
    }
    qsort(members, (size_t)count, sizeof *members, compare_members);
    for (int i = 0; i < count;) {
        struct estimate of[2] = {{.provenance = PROVENANCE_NONE}, {.provenance = PROVENANCE_NONE}};
        size_t group = members[i].group;
        for (; i < count && members[i].group == group; i++)
            add_estimate(c, &of[members[i].side], &c->slices[members[i].slice]);
        list[found++] = judge(c, group, &of[0], &of[1]);
    }
    *out = (struct comparison_groups){list, found};
    return ERR_OK;
}

static int compare_groups(const void *key, const void *entry)
{
    const size_t *group = key;
    const struct comparison_group *g = entry;
    return (*group > g->group) - (*group < g->group);
}

static const struct comparison_group *find(const struct comparison_groups *groups, size_t group)
{
    return groups->count == 0 ? NULL
                              : bsearch(&group, groups->list, (size_t)groups->count,
                                        sizeof *groups->list, compare_groups);
}

static bool is_one_error(const struct comparison_groups *groups, size_t group)
{
    const struct comparison_group *g = groups != NULL ? find(groups, group) : NULL;
    return groups == NULL || (g != NULL && g->cause == COMPARISON_REVISED);
}

struct interval comparison_difference(struct comparison_pair pair, struct comparison_side a,
                                      struct comparison_side b, struct uncertain_part *scratch)
{
    size_t n = 0;
    for (int i = 0; i < a.count; i++) {
        scratch[n] = a.parts[i];
        scratch[n++].mass *= -a.scale;
    }
    for (int i = 0; i < b.count; i++) {
        struct uncertain_part part = b.parts[i];
        part.mass *= b.scale;
        if (!is_one_error(pair.groups, part.group))
            part.group += OTHER_SIDE;
        if (!pair.is_one_place && part.field < OTHER_SIDE)
            part.field += OTHER_SIDE;
        scratch[n++] = part;
    }
    if (n == 0) /* nothing less nothing, and that is certain */
        return (struct interval){.half_width_pct = NAN};
    return uncertainty_sum(scratch, n);
}

double comparison_percent(double a, double b, enum comparison_undefined *why)
{
    *why = isnan(a)                               ? COMPARISON_NO_FIRST
           : isnan(b)                             ? COMPARISON_NO_SECOND
           : a == 0                               ? COMPARISON_FIRST_ZERO
           : (a > 0 && b < 0) || (a < 0 && b > 0) ? COMPARISON_OTHER_SIGN
                                                  : COMPARISON_DEFINED;
    return *why == COMPARISON_DEFINED ? 100 * (b - a) / fabs(a) : NAN;
}

/* ---- causes ----------------------------------------------------------------------------- */

struct causes {
    struct comparison_part_sum *list;
    struct sum sums[COMPARISON_CAUSES_MAX];
    int count;
};

static void add_cause(struct causes *c, const struct comparison_group *g, double value)
{
    int i = 0;
    for (; i < c->count; i++) {
        const struct comparison_part_sum *p = &c->list[i];
        if (p->cause == g->cause && strcmp(p->from, g->from) == 0 && strcmp(p->to, g->to) == 0)
            break;
    }
    if (i == COMPARISON_CAUSES_MAX) /* there are nine methods, so never in earnest */
        i--;
    if (i == c->count) {
        c->list[c->count++] = (struct comparison_part_sum){g->cause, g->from, g->to, 0};
        c->sums[i] = (struct sum){0, 0};
    }
    sum_add(&c->sums[i], value);
}

static void add_side(struct causes *c, const struct comparison_groups *groups,
                     struct comparison_side side, double sign)
{
    for (int i = 0; i < side.count; i++) {
        const struct comparison_group *g = find(groups, side.parts[i].group);
        if (g != NULL)
            add_cause(c, g, sign * side.scale * side.parts[i].mass);
    }
}

static int compare_causes(const void *pa, const void *pb)
{
    const struct comparison_part_sum *a = pa, *b = pb;
    if (a->cause != b->cause)
        return a->cause < b->cause ? -1 : 1;
    int order = strcmp(a->from, b->from);
    return order ? order : strcmp(a->to, b->to);
}

int comparison_causes(const struct comparison_groups *groups, struct comparison_side a,
                      struct comparison_side b, struct comparison_part_sum *out)
{
    struct causes causes = {.list = out};
    int count = 0;
    add_side(&causes, groups, a, -1);
    add_side(&causes, groups, b, 1);
    for (int i = 0; i < causes.count; i++) {
        double value = sum_value(causes.sums[i]);
        if (value == 0)
            continue;
        out[count] = out[i];
        out[count++].value = value;
    }
    qsort(out, (size_t)count, sizeof *out, compare_causes);
    return count;
}

const char *comparison_cause_word(enum comparison_cause cause)
{
    static const char *const words[] = {"method", "source", "revised", "added", "removed"};
    return words[cause];
}
