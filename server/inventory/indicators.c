#include "inventory/indicators.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "geo/sum.h"

double indicators_growth(double first, double last, int years)
{
    if (years <= 0 || !(first > 0) || !(last > 0))
        return NAN;
    return expm1(log(last / first) / years);
}

struct moments { /* of the points about their mean */
    double x, y; /* the mean */
    double xx, xy, yy;
};

static double mean_of(const double *xs, const double *ys, const double *of, size_t n, size_t *count)
{
    struct sum sum = {0};
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(xs[i]) || isnan(ys[i]))
            continue;
        sum_add(&sum, of[i]);
        (*count)++;
    }
    return *count > 0 ? sum_value(sum) / (double)*count : NAN;
}

/* About the mean in a second pass: years are large beside their spread. */
static struct moments moments_of(const double *xs, const double *ys, size_t n, size_t *count)
{
    struct moments m = {.x = mean_of(xs, ys, xs, n, count), .y = mean_of(xs, ys, ys, n, count)};
    struct sum xx = {0}, xy = {0}, yy = {0};
    for (size_t i = 0; i < n; i++) {
        if (isnan(xs[i]) || isnan(ys[i]))
            continue;
        sum_add(&xx, (xs[i] - m.x) * (xs[i] - m.x));
        sum_add(&xy, (xs[i] - m.x) * (ys[i] - m.y));
        sum_add(&yy, (ys[i] - m.y) * (ys[i] - m.y));
    }
    m.xx = sum_value(xx);
    m.xy = sum_value(xy);
    m.yy = sum_value(yy);
    return m;
}

/* Values that never change leave at most the rounding of their mean. */
static bool is_constant(const double *ys, size_t n)
{
    double first = NAN;
    for (size_t i = 0; i < n; i++) {
        if (isnan(first))
            first = ys[i];
        if (!isnan(ys[i]) && ys[i] != first)
            return false;
    }
    return true;
}

bool indicators_line(const double *xs, const double *ys, size_t n, double origin,
                     struct indicators_line *out)
{
    size_t count;
    struct moments m = moments_of(xs, ys, n, &count);
    if (count < INDICATORS_LINE_POINTS_MIN || !(m.xx > 0))
        return false;
    bool is_flat = is_constant(ys, n);
    double slope = is_flat ? 0 : m.xy / m.xx;
    *out = (struct indicators_line){.slope = slope,
                                    .at_origin = m.y + slope * (origin - m.x),
                                    .r2 = is_flat ? NAN : fmin(1, m.xy * m.xy / (m.xx * m.yy))};
    return true;
}

double indicators_share(double part, double whole)
{
    return part >= 0 && whole > 0 ? part / whole : NAN;
}

double indicators_quotient(double here, double all_here, double there, double all_there)
{
    double share = indicators_share(there, all_there);
    return share > 0 ? indicators_share(here, all_here) / share : NAN;
}

struct ranked {
    double value;
    int group;
    size_t place;
};

static int compare_ranked(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return (a->value < b->value) - (a->value > b->value);
}

/* As it is written: sums of the same masses in another order differ in the last bits. */
static double as_written(double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.12g", value);
    return strtod(text, NULL);
}

/* One group, from the largest value down. */
static void rank_group(const struct ranked *list, size_t n, int *position, int *of)
{
    int rank = 1;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && list[i].value != list[i - 1].value)
            rank = (int)i + 1;
        position[list[i].place] = rank;
        of[list[i].place] = (int)n;
    }
}

bool indicators_ranks(const double *values, const int *groups, size_t n, int *position, int *of)
{
    struct ranked *list = n < SIZE_MAX / sizeof *list ? malloc((n + 1) * sizeof *list) : NULL;
    size_t count = 0;
    if (list == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        position[i] = of[i] = 0;
        if (!isnan(values[i]))
            list[count++] = (struct ranked){as_written(values[i]), groups[i], i};
    }
    qsort(list, count, sizeof *list, compare_ranked);
    for (size_t from = 0, to = 0; from < count; from = to) {
        while (to < count && list[to].group == list[from].group)
            to++;
        rank_group(list + from, to - from, position, of);
    }
    free(list);
    return true;
}
