#include "cli/import/field/shares.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct shares *shares_new(int32_t nx, int32_t ny)
{
    struct shares *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return NULL;
    }
    s->nx = nx;
    s->ny = ny;
    s->first_run = calloc((size_t)ny + 1, sizeof *s->first_run);
    s->first_cut = calloc((size_t)ny + 1, sizeof *s->first_cut);
    if (s->first_run == NULL || s->first_cut == NULL) {
        shares_free(s);
        return NULL;
    }
    return s;
}

void shares_free(struct shares *s)
{
    if (s != NULL) {
        free(s->districts);
        free(s->runs);
        free(s->cuts);
        free(s->first_run);
        free(s->first_cut);
    }
    free(s);
}

/* Room for one more in a heap array. */
static bool has_room(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    size_t wanted = *capacity > 0 ? *capacity * 2 : 256;
    void *larger = realloc(*items, wanted * size);
    if (larger == NULL) {
        return false;
    }
    *items = larger;
    *capacity = wanted;
    return true;
}

int shares_add_district(struct shares *s, int64_t id, int level, bool is_union, int parent)
{
    assert(level >= 0 && level < SHARES_LEVELS && parent < s->district_count);
    size_t capacity = (size_t)s->district_capacity;
    void *items = s->districts;
    if (!has_room(&items, (size_t)s->district_count, &capacity, sizeof *s->districts)) {
        return -1;
    }
    s->districts = items;
    s->district_capacity = (int)capacity;
    s->districts[s->district_count] = (struct shares_district){
        .id = id, .level = level, .is_union = is_union, .parent = parent, .owner = {-1, -1, -1}};
    return s->district_count++;
}

static enum err add_whole(struct shares *s, int district, int32_t cell)
{
    int32_t row = cell / s->nx;
    int32_t col = cell % s->nx;
    struct shares_run *last = s->run_count > 0 ? &s->runs[s->run_count - 1] : NULL;
    if (last != NULL && last->leaf == district && last->row == row &&
        last->col + last->len == col) {
        last->len++;
        return ERR_OK;
    }
    void *items = s->runs;
    if (!has_room(&items, s->run_count, &s->run_capacity, sizeof *s->runs)) {
        return ERR_NO_MEMORY;
    }
    s->runs = items;
    s->runs[s->run_count++] = (struct shares_run){row, col, 1, district};
    return ERR_OK;
}

enum err shares_add(struct shares *s, int district, int32_t cell, double fraction)
{
    assert(cell >= 0 && cell / s->nx < s->ny && district >= 0 && district < s->district_count);
    if (fraction >= 1) {
        return add_whole(s, district, cell);
    }
    void *items = s->cuts;
    if (!has_room(&items, s->cut_count, &s->cut_capacity, sizeof *s->cuts)) {
        return ERR_NO_MEMORY;
    }
    s->cuts = items;
    s->cuts[s->cut_count++] = (struct shares_cut){cell, district, fraction};
    return ERR_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct shares_run *x = a;
    const struct shares_run *y = b;
    if (x->row != y->row) {
        return x->row < y->row ? -1 : 1;
    }
    return (x->col > y->col) - (x->col < y->col);
}

/* The leaf breaks ties, so that sums do not depend on the sort. */
static int by_cell(const void *a, const void *b)
{
    const struct shares_cut *x = a;
    const struct shares_cut *y = b;
    if (x->cell != y->cell) {
        return x->cell < y->cell ? -1 : 1;
    }
    return (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

static void index_rows(struct shares *s)
{
    size_t run = 0;
    size_t cut = 0;
    for (int32_t row = 0; row <= s->ny; row++) {
        while (run < s->run_count && s->runs[run].row < row) {
            run++;
        }
        while (cut < s->cut_count && s->cuts[cut].cell / s->nx < row) {
            cut++;
        }
        s->first_run[row] = run;
        s->first_cut[row] = cut;
    }
}

/* A leaf counts in itself and, as long as they are unions, in those above. */
static void find_owners(struct shares *s)
{
    for (int i = 0; i < s->district_count; i++) {
        struct shares_district *d = &s->districts[i];
        if (d->is_union) {
            continue;
        }
        d->owner[d->level] = i;
        for (int up = d->parent; up >= 0 && s->districts[up].is_union;
             up = s->districts[up].parent) {
            d->owner[s->districts[up].level] = up;
        }
    }
}

static bool same_leaves(const struct shares *s, int level, int other)
{
    for (int i = 0; i < s->district_count; i++) {
        const int *owner = s->districts[i].owner;
        if ((owner[level] < 0) != (owner[other] < 0)) {
            return false;
        }
    }
    return true;
}

static void find_groups(struct shares *s)
{
    bool is_there[SHARES_LEVELS] = {false};
    for (int i = 0; i < s->district_count; i++) {
        is_there[s->districts[i].level] = true;
    }
    for (int level = 0; level < SHARES_LEVELS; level++) {
        s->group[level] = is_there[level] ? level : -1;
        for (int other = 0; other < level && is_there[level]; other++) {
            if (s->group[other] == other && same_leaves(s, level, other)) {
                s->group[level] = other;
                break;
            }
        }
    }
}

enum err shares_finish(struct shares *s)
{
    if (s->run_count > 0) {
        qsort(s->runs, s->run_count, sizeof *s->runs, by_place);
    }
    if (s->cut_count > 0) {
        qsort(s->cuts, s->cut_count, sizeof *s->cuts, by_cell);
    }
    index_rows(s);
    find_owners(s);
    find_groups(s);
    return ERR_OK;
}
