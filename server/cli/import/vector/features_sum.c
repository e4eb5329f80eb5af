/* The groups summed, and what stands twice. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/vector/features_internal.h"
#include "geo/sum.h"

static int compare_masses(const void *a, const void *b)
{
    const struct feature_mass *x = a;
    const struct feature_mass *y = b;
    int c = (x->group > y->group) - (x->group < y->group);
    return c != 0 ? c : (x->feature > y->feature) - (x->feature < y->feature);
}

static void sum_group(struct features *f, struct feature_group *g)
{
    struct sum mass = {0, 0};
    struct sum square = {0, 0};
    for (int i = g->first; i < g->first + g->count; i++) {
        double u = f->masses[i].mass_t * f->masses[i].uncertainty_pct;
        sum_add(&mass, f->masses[i].mass_t);
        sum_add(&square, f->masses[i].mass_t == 0 ? 0 : u * u);
    }
    g->mass_t = sum_value(mass);
    g->uncertainty_pct = g->mass_t > 0 ? sqrt(sum_value(square)) / g->mass_t : NAN;
}

struct by_code { /* of one section */
    const struct features *f;
    int feature;
};

static int compare_codes(const void *a, const void *b)
{
    const struct by_code *x = a;
    const struct by_code *y = b;
    const struct feature *p = &x->f->list[x->feature];
    const struct feature *q = &y->f->list[y->feature];
    int c = p->section - q->section;
    c = c != 0 ? c : strcmp(p->code, q->code);
    return c != 0 ? c : x->feature - y->feature;
}

static bool is_elsewhere(const struct feature *a, const struct feature *b)
{
    return a->point != NULL && b->point != NULL &&
           (a->point->lon != b->point->lon || a->point->lat != b->point->lat);
}

/* Numbers the codes: features of one section and code have one number. 0 = without a code. */
static void number_codes(const struct manifest *m, const struct features *f, struct by_code *list,
                         int *numbers, struct issues *issues)
{
    int number = 0;
    for (int i = 0; i < f->count; i++) {
        list[i] = (struct by_code){f, i};
    }
    qsort(list, (size_t)f->count, sizeof *list, compare_codes);
    for (int i = 0; i < f->count; i++) {
        const struct feature *at = &f->list[list[i].feature];
        const struct feature *before = i > 0 ? &f->list[list[i - 1].feature] : NULL;
        bool is_same =
            before != NULL && before->section == at->section && strcmp(before->code, at->code) == 0;
        number += !is_same;
        numbers[list[i].feature] = at->code[0] != '\0' ? number : 0;
        if (is_same && is_elsewhere(before, at)) {
            issues_add(issues, features_place(m, at, "id", at->code),
                       "stands at another place in row %ld; give each source an id of its own, or "
                       "correct the place",
                       before->row);
        }
    }
}

struct numbered {
    int number, mass;
};

static int compare_numbered(const void *a, const void *b)
{
    const struct numbered *x = a;
    const struct numbered *y = b;
    int c = (x->number > y->number) - (x->number < y->number);
    return c != 0 ? c : x->mass - y->mass;
}

/* One id has one mass a group. */
static void check_group(const struct manifest *m, const struct features *f,
                        const struct feature_group *g, const int *numbers, struct numbered *list,
                        struct issues *issues)
{
    for (int i = 0; i < g->count; i++) {
        list[i] = (struct numbered){numbers[f->masses[g->first + i].feature], g->first + i};
    }
    qsort(list, (size_t)g->count, sizeof *list, compare_numbered);
    for (int i = 1; i < g->count && !issues_are_full(issues); i++) {
        if (list[i].number != 0 && list[i].number == list[i - 1].number) {
            const struct feature *at = &f->list[f->masses[list[i].mass].feature];
            const struct feature *before = &f->list[f->masses[list[i - 1].mass].feature];
            issues_add(issues, features_place(m, at, "id", at->code),
                       "has a mass of %s %s in %d here and in row %ld; keep one of them, or give "
                       "each source an id of its own",
                       g->sector, g->gas, g->year, before->row);
        }
    }
}

static void group_masses(struct features *f)
{
    qsort(f->masses, (size_t)f->mass_count, sizeof *f->masses, compare_masses);
    for (int i = 0; i < f->mass_count; i++) {
        struct feature_group *g = &f->groups[f->masses[i].group];
        g->first = g->count == 0 ? i : g->first;
        g->count++;
    }
}

enum err features_sum(const struct manifest *m, struct arena *arena, struct issues *issues,
                      struct features *f)
{
    struct by_code *by_code = arena_alloc(arena, (size_t)f->count + 1, sizeof *by_code);
    int *numbers = arena_alloc(arena, (size_t)f->count + 1, sizeof *numbers);
    struct numbered *list = arena_alloc(arena, (size_t)f->mass_count + 1, sizeof *list);
    if (by_code == NULL || numbers == NULL || list == NULL) {
        return ERR_NO_MEMORY;
    }
    group_masses(f);
    number_codes(m, f, by_code, numbers, issues);
    for (int i = 0; i < f->group_count && !issues_are_full(issues); i++) {
        check_group(m, f, &f->groups[i], numbers, list, issues);
        sum_group(f, &f->groups[i]);
    }
    return ERR_OK;
}

double features_beside_t(const struct manifest *m, const struct features *f, int year,
                         const char *gas, enum flow flow)
{
    struct sum sum = {0, 0};
    for (int i = 0; i < f->group_count; i++) {
        const struct feature_group *g = &f->groups[i];
        if (!m->features[g->section].is_within && g->year == year && g->flow == flow &&
            strcmp(g->gas, gas) == 0) {
            sum_add(&sum, g->mass_t);
        }
    }
    return sum_value(sum);
}
