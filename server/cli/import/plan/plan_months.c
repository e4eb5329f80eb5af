/* Monthly profiles: month = year x share, on the same field. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/plan/plan.h"

static int compare_profiles(const void *a, const void *b)
{
    const struct profile *x = a;
    const struct profile *y = b;
    int c = strcmp(x->sector, y->sector);
    c = c != 0 ? c : strcmp(x->gas, y->gas);
    return c != 0 ? c : strcmp(x->fuel, y->fuel);
}

static int find_exact(const struct tables *t, const char *sector, const char *gas, const char *fuel)
{
    struct profile key = {.sector = sector, .gas = gas, .fuel = fuel};
    const struct profile *found =
        bsearch(&key, t->profiles, (size_t)t->profile_count, sizeof key, compare_profiles);
    return found != NULL ? (int)(found - t->profiles) : -1;
}

/* The profile of the sector itself or its nearest ancestor; there the one that says most. */
static int find_profile(const struct tables *t, const struct plan_slice *s)
{
    char sector[128];
    size_t len = strlen(s->sector);
    if (t->profile_count == 0 || len >= sizeof sector) {
        return -1;
    }
    memcpy(sector, s->sector, len + 1);
    for (;;) {
        const char *const gases[] = {s->gas, s->gas, "", ""};
        const char *const fuels[] = {s->fuel, "", s->fuel, ""};
        for (int i = 0; i < 4; i++) {
            int found = find_exact(t, sector, gases[i], fuels[i]);
            if (found >= 0) {
                return found;
            }
        }
        char *dot = strrchr(sector, '.');
        if (dot == NULL) {
            return -1;
        }
        *dot = '\0';
    }
}

/* Twelve masses that sum, in order, to the year's: the largest takes what rounding left. */
static void divide(double year_t, const double share[12], double month_t[12])
{
    int largest = 0;
    double shares = 0;
    for (int i = 0; i < 12; i++) {
        shares += share[i];
        largest = share[i] > share[largest] ? i : largest;
    }
    for (int i = 0; i < 12; i++) {
        month_t[i] = year_t * (share[i] / shares);
    }
    for (int pass = 0; pass < 3; pass++) {
        double sum = 0;
        for (int i = 0; i < 12; i++) {
            sum += month_t[i];
        }
        month_t[largest] += year_t - sum;
    }
}

static void expand(const struct plan *p, const struct plan_slice *s, const double share[12],
                   struct plan_slice *to)
{
    double month_t[12];
    divide(plan_slice_mass_t(p, s), share, month_t);
    for (int i = 0; i < 12; i++) {
        to[i] = *s;
        to[i].month = i + 1;
        to[i].mass_t = month_t[i];
    }
}

enum err plan_months(struct plan *p, const struct tables *t, struct arena *arena,
                     struct report_hybrid *told, struct why *why)
{
    int *profiles = arena_alloc(arena, (size_t)p->slice_count + 1, sizeof *profiles);
    int *uses = arena_alloc(arena, (size_t)t->profile_count + 1, sizeof *uses);
    int count = 0;
    for (int i = 0; profiles != NULL && uses != NULL && i < p->slice_count; i++) {
        profiles[i] = p->slices[i].month == 0 ? find_profile(t, &p->slices[i]) : -1;
        count += profiles[i] >= 0 ? 12 : 1;
        if (profiles[i] >= 0) {
            uses[profiles[i]]++;
        }
    }
    struct plan_slice *slices = arena_alloc(arena, (size_t)count + 1, sizeof *slices);
    if (profiles == NULL || uses == NULL || slices == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "the release does not fit the importer's memory");
    }
    for (int i = 0, at = 0; i < p->slice_count; i++) {
        if (profiles[i] >= 0) {
            expand(p, &p->slices[i], t->profiles[profiles[i]].share, &slices[at]);
            at += 12;
        } else {
            slices[at++] = p->slices[i];
        }
    }
    p->slices = slices;
    p->slice_count = p->slice_capacity = count;
    for (int i = 0; i < t->profile_count; i++) {
        report_profile(told, arena, &t->profiles[i], uses[i]);
    }
    return ERR_OK;
}
