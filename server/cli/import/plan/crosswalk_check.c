/* The same tonnes twice: under a code that is kept whole and under one of its members; and CO2 of
 * burnt biomass. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/crosswalk_internal.h"

struct entry { /* a sector that holds data of a year, gas and flow */
    int year;
    const char *gas;
    enum flow flow;
    const char *sector;
    const struct foreign_code *whole; /* it is kept whole, and counts in totals */
    const char *from;                 /* the code as read */
    struct place at;
};

static bool is_above(const char *ancestor, const char *code)
{
    size_t len = strlen(ancestor);
    return strncmp(ancestor, code, len) == 0 && (code[len] == '.' || code[len] == '\0');
}

static int compare_cubes(const struct entry *x, const struct entry *y)
{
    int c = x->year - y->year;
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    return c != 0 ? c : (int)x->flow - (int)y->flow;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int c = compare_cubes(x, y);
    c = c != 0 ? c : strcmp(x->sector, y->sector);
    c = c != 0 ? c : strcmp(x->from, y->from);
    c = c != 0 ? c : strcmp(x->at.file, y->at.file);
    return c != 0 ? c : (x->at.row > y->at.row) - (x->at.row < y->at.row);
}

static bool is_one_scheme(const char *a, const char *b)
{
    int len = crosswalk_scheme_length(a);
    return len == crosswalk_scheme_length(b) && strncmp(a, b, (size_t)len) == 0;
}

static bool holds(const struct foreign_code *whole, const char *sector)
{
    for (int i = 0; whole->members[i] != NULL; i++) {
        if (is_above(whole->members[i], sector) || is_above(sector, whole->members[i])) {
            return true;
        }
    }
    return false;
}

/* Within one scheme codes are apart by that scheme's own rules. */
static bool is_twice(const struct entry *whole, const struct entry *other)
{
    if (is_one_scheme(whole->from, other->from)) {
        return false;
    }
    if (other->whole == NULL) {
        return holds(whole->whole, other->sector);
    }
    bool is_any = false;
    for (int i = 0; other->whole->members[i] != NULL && !is_any; i++) {
        is_any = holds(whole->whole, other->whole->members[i]);
    }
    return is_any;
}

static void check_pair(const struct entry *whole, const struct entry *other, struct issues *issues)
{
    if (is_twice(whole, other)) {
        struct place at = other->at;
        at.value = other->from;
        issues_add(issues, at,
                   "%s is part of %s (%s:%ld) or holds part of it, for the same year, gas and "
                   "flow: the mass would count twice; keep one of the two",
                   other->from, whole->from, whole->at.file, whole->at.row);
    }
}

/* Pairs of different sectors of one year, gas and flow; entries of a run are sorted by sector. */
static void check_run(const struct entry *e, int count, struct issues *issues)
{
    for (int i = 0; i < count; i++) {
        bool is_new = i == 0 || strcmp(e[i - 1].sector, e[i].sector) != 0;
        for (int k = 0; e[i].whole != NULL && is_new && k < count; k++) {
            bool is_other = k == 0 || strcmp(e[k - 1].sector, e[k].sector) != 0 ||
                            strcmp(e[k - 1].from, e[k].from) != 0;
            if (is_other && !issues_are_full(issues)) {
                check_pair(&e[i], &e[k], issues);
            }
        }
    }
}

static struct entry entry_of(const struct crosswalk *x, const char *sector, const char *from,
                             const char *gas, enum flow flow, int year, struct place at)
{
    const struct foreign_code *known =
        crosswalk_is_foreign(sector) ? crosswalk_code(x, sector) : NULL;
    at.column = at.column != NULL ? at.column : "sector";
    return (struct entry){.year = year,
                          .gas = gas,
                          .flow = flow,
                          .sector = sector,
                          .whole = known != NULL && !known->is_memo ? known : NULL,
                          .from = from != NULL ? from : sector,
                          .at = at};
}

/* @return how many entries were written; room is for every row, grid and group. */
static int list_entries(const struct crosswalk *x, const struct manifest *m, const struct tables *t,
                        struct arena *arena, struct entry *e)
{
    int count = 0;
    for (int i = 0; i < t->total_count; i++) {
        const struct total *r = &t->totals[i];
        e[count++] = entry_of(x, r->sector, r->from, r->gas, r->flow, r->year, r->at);
    }
    for (int i = 0; i < m->grid_count; i++) {
        const struct manifest_grid *g = &m->grids[i];
        struct place at = {.file = m->name,
                           .column = arena_printf(arena, "grids[%d].sector", g->item)};
        e[count++] = entry_of(x, g->sector, g->from, g->gas, g->flow, g->year, at);
    }
    for (int i = 0; i < t->features.group_count; i++) {
        const struct feature_group *g = &t->features.groups[i];
        const char *from = g->from[0] != '\0' ? g->from : NULL;
        e[count++] = entry_of(x, g->sector, from, g->gas, g->flow, g->year,
                              features_group_place(m, &t->features, g, NULL, NULL));
    }
    return count;
}

static enum err check_whole(const struct crosswalk *x, const struct manifest *m,
                            const struct tables *t, struct arena *arena, struct issues *issues)
{
    size_t room = (size_t)(t->total_count + m->grid_count + t->features.group_count) + 1;
    struct entry *e = arena_alloc(arena, room, sizeof *e);
    if (e == NULL) {
        return ERR_NO_MEMORY;
    }
    int count = list_entries(x, m, t, arena, e);
    qsort(e, (size_t)count, sizeof *e, compare_entries);
    for (int first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && compare_cubes(&e[first], &e[end]) == 0;) {
            end++;
        }
        check_run(&e[first], end - first, issues);
    }
    return ERR_OK;
}

/* CO2 of burnt biomass was counted where the biomass was cut: a memo item of its own. */
static void check_biomass(const char *sector, const char *gas, enum flow flow, enum origin origin,
                          struct place at, struct issues *issues)
{
    if (strcmp(gas, "CO2") == 0 && flow == FLOW_EMISSION && origin == ORIGIN_NONFOSSIL &&
        is_above("IPCC2006:1.A", sector)) {
        at.column = at.column != NULL ? at.column : "sector";
        at.value = sector;
        issues_add(issues, at,
                   "CO2 of burnt biomass is a memo item and never in a total; give it the sector "
                   "CRT:1.D.3, or leave it out");
    }
}

enum err crosswalk_check(const struct manifest *m, const struct tables *t, struct arena *arena,
                         struct issues *issues)
{
    for (int i = 0; i < t->total_count && !issues_are_full(issues); i++) {
        const struct total *r = &t->totals[i];
        check_biomass(r->sector, r->gas, r->flow, r->origin, r->at, issues);
    }
    for (int i = 0; i < m->grid_count && !issues_are_full(issues); i++) {
        const struct manifest_grid *g = &m->grids[i];
        char path[40];
        snprintf(path, sizeof path, "grids[%d].sector", g->item);
        check_biomass(g->sector, g->gas, g->flow, g->origin,
                      (struct place){.file = m->name, .column = path}, issues);
    }
    for (int i = 0; i < t->features.group_count && !issues_are_full(issues); i++) {
        const struct feature_group *g = &t->features.groups[i];
        check_biomass(g->sector, g->gas, g->flow, g->origin,
                      features_group_place(m, &t->features, g, NULL, NULL), issues);
    }
    return t->crosswalk != NULL ? check_whole(t->crosswalk, m, t, arena, issues) : ERR_OK;
}
