#include "cli/import/raster/raster_axes.h"

#include <math.h>
#include <stdlib.h>

#include "geo/ellipsoid.h"

/* A part of a source cell, between a and b along the axis (latitudes with their sign turned, so
 * that both axes ascend). */
struct piece {
    int32_t source;
    double a, b;
    double share; /* of its source cell */
};

struct pieces {
    int32_t count;
    struct piece *list; /* ascending */
};

/* Near enough to a border to be meant for it; of a cell. */
#define BORDER_TOLERANCE 1e-4
/* Coordinates are often written as float4, with this much rounding in degrees. */
#define ROUNDING_DEG 2e-5

void raster_axis_fini(struct raster_axis *a)
{
    free(a->start);
    free(a->source);
    free(a->weight);
    free(a->extent);
    *a = (struct raster_axis){0};
}

/* The simple fraction that a rounded step is meant to be. */
static double tidy_step(double step, double tolerance)
{
    static const int denominators[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 60, 100, 120, 1000};
    double k = round(1 / step);
    if (k >= 1 && fabs(1 / k - step) <= tolerance) {
        return 1 / k;
    }
    for (size_t i = 0; i < sizeof denominators / sizeof *denominators; i++) {
        double times = round(step * denominators[i]);
        if (times >= 1 && fabs(times / denominators[i] - step) <= tolerance) {
            return times / denominators[i];
        }
    }
    return step;
}

/* Edges that are even but for rounding become so. Ascending. */
static void tidy(double *edges, int32_t n)
{
    double step = (edges[n] - edges[0]) / n;
    double tolerance = fmin(1e-4 * step + ROUNDING_DEG, 0.05 * step);
    for (int32_t i = 1; i < n; i++) {
        if (fabs(edges[i] - edges[0] - i * step) > tolerance) {
            return;
        }
    }
    step = tidy_step(step, 2 * ROUNDING_DEG / n + 1e-12);
    double first = edges[0];
    double half = round(first / (step / 2)) * (step / 2);
    first = fabs(half - first) <= tolerance ? half : first;
    for (int32_t i = 0; i <= n; i++) {
        edges[i] = first + i * step;
    }
}

/* A copy that ascends. @return NULL without memory or when they do not. */
static double *ascending(const double *edges, int32_t n, double sign, bool *is_turned)
{
    double *copy = malloc(((size_t)n + 1) * sizeof *copy);
    *is_turned = sign * edges[n] < sign * edges[0];
    for (int32_t i = 0; copy != NULL && i <= n; i++) {
        copy[i] = sign * edges[*is_turned ? n - i : i];
        if (i > 0 && !(copy[i] > copy[i - 1])) {
            free(copy);
            return NULL;
        }
    }
    return copy;
}

static double smallest(const double *edges, int32_t n)
{
    double least = INFINITY;
    for (int32_t i = 0; i < n; i++) {
        least = fmin(least, edges[i + 1] - edges[i]);
    }
    return least;
}

static int32_t source_of(int32_t i, int32_t n, bool is_turned)
{
    return is_turned ? n - 1 - i : i;
}

static enum err whole_pieces(const double *edges, int32_t n, bool is_turned, struct pieces *out)
{
    out->list = malloc(((size_t)n + 1) * sizeof *out->list);
    out->count = n;
    for (int32_t i = 0; out->list != NULL && i < n; i++) {
        out->list[i] = (struct piece){source_of(i, n, is_turned), edges[i], edges[i + 1], 1};
    }
    return out->list != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* Once around the world from -180: cells are moved by 360, and the one across 180 is halved. */
static enum err rolled_pieces(const double *edges, int32_t n, bool is_turned, double tolerance,
                              struct pieces *out)
{
    int32_t k = 0; /* the first cell that reaches beyond 180 */
    while (k < n && edges[k + 1] <= 180 + tolerance) {
        k++;
    }
    bool is_cut = k < n && edges[k] < 180 - tolerance;
    out->list = malloc(((size_t)n + 1) * sizeof *out->list);
    if (out->list == NULL) {
        return ERR_NO_MEMORY;
    }
    int32_t used = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t at = (k + i) % n;
        double shift = at >= k ? -360 : 0;
        struct piece p = {source_of(at, n, is_turned), edges[at] + shift, edges[at + 1] + shift, 1};
        if (i == 0 && is_cut) {
            p.share = (p.b + 180) / (p.b - p.a);
            p.a = -180;
        }
        out->list[used++] = p;
    }
    if (is_cut) {
        out->list[used++] = (struct piece){source_of(k, n, is_turned), edges[k], 180,
                                           (180 - edges[k]) / (edges[k + 1] - edges[k])};
    }
    out->list[0].a = -180;
    out->list[used - 1].b = 180;
    out->count = used;
    return ERR_OK;
}

static enum err beyond(const char *file, const char *axis, double low, double high, struct why *why)
{
    return why_set(why, ERR_INPUT, file,
                   "%s: its %ss reach from %.6g to %.6g, over the world's edge; are longitude and "
                   "latitude swapped, or is the CRS another one? Mend the file, or declare \"crs\"",
                   file, axis, low, high);
}

static enum err lon_pieces(double *e, int32_t n, bool is_turned, bool is_whole, const char *file,
                           struct raster_axis *out, struct pieces *pieces, struct why *why)
{
    double least = smallest(e, n);
    double tolerance = BORDER_TOLERANCE * least;
    double twice = e[n] - e[0] - 360; /* 0 when it goes around, a cell when it does so and more */
    double shift = e[0] >= 180 - tolerance ? -360 : e[n] <= -180 + tolerance ? 360 : 0;
    for (int32_t i = 0; i <= n; i++) {
        e[i] += shift;
    }
    out->is_rolled = shift != 0;
    if (twice > tolerance) {
        if (is_whole || twice > 1.01 * least || e[0] < -360 || e[n] > 540) {
            return is_whole && twice <= 1.01 * least
                       ? why_set(why, ERR_INPUT, file,
                                 "%s: its first and last column are the same meridian, and their "
                                 "mass would count twice; leave one of them out",
                                 file)
                       : beyond(file, "longitude", e[0], e[n], why);
        }
        e[0] += twice / 2;
        e[n] = e[0] + 360;
        out->is_clipped = true;
    }
    if (e[0] >= -180 - tolerance && e[n] <= 180 + tolerance) {
        e[0] = fmax(e[0], -180);
        e[n] = fmin(e[n], 180);
        return whole_pieces(e, n, is_turned, pieces);
    }
    if (fabs(e[n] - e[0] - 360) > tolerance) {
        return e[0] >= -360 && e[n] <= 540 && e[n] - e[0] < 360
                   ? why_set(why, ERR_INPUT, file,
                             "%s: it lies across the 180th meridian (%.6g to %.6g); cut it there "
                             "into two",
                             file, e[0], e[n])
                   : beyond(file, "longitude", e[0], e[n], why);
    }
    if (e[0] < -180) {
        for (int32_t i = 0; i <= n; i++) {
            e[i] += 360;
        }
    }
    out->is_rolled = true;
    return rolled_pieces(e, n, is_turned, tolerance, pieces);
}

/* Cell borders along the target, if the smallest piece fits into all of them; else half of it. */
static void choose_target(const struct pieces *p, struct raster_axis *out)
{
    double first = p->list[0].a;
    double span = p->list[p->count - 1].b - first;
    double least = INFINITY;
    for (int32_t i = 0; i < p->count; i++) {
        least = fmin(least, p->list[i].b - p->list[i].a);
    }
    double n = round(span / least);
    bool is_aligned = n * least > 0.9 * span;
    for (int32_t i = 0; i < p->count && is_aligned; i++) {
        double at = (p->list[i].b - first) / span * n;
        is_aligned = fabs(at - round(at)) < 1e-6;
    }
    n = is_aligned ? n : ceil(span / (least / 2) - 1e-9);
    out->first = first;
    out->n = n < INT32_MAX ? (int32_t)n : INT32_MAX;
    out->step = span / n;
}

static double measure(bool is_lat, double at)
{
    return is_lat ? ellipsoid_q(at < -90 ? -90 : at > 90 ? 90 : at) : at;
}

/* What one piece gives to the target cells it touches; ascending, so that entries are in order. */
static int32_t share_out(const struct piece *p, const struct raster_axis *a, bool is_lat,
                         int32_t used, int32_t *targets)
{
    int32_t from = (int32_t)fmax(floor((p->a - a->first) / a->step + 1e-6), 0);
    int32_t to = (int32_t)fmin(ceil((p->b - a->first) / a->step - 1e-6), a->n) - 1;
    from = from < a->n ? from : a->n - 1;
    to = to > from ? to : from;
    double sum = 0;
    int32_t begin = used;
    for (int32_t t = from; t <= to; t++) {
        double low = t == from ? p->a : a->first + t * a->step;
        double high = t == to ? p->b : a->first + (t + 1) * a->step;
        double overlap = measure(is_lat, high) - measure(is_lat, low);
        targets[used] = t;
        a->source[used] = p->source;
        a->weight[used++] = overlap;
        sum += overlap;
    }
    for (int32_t i = begin; i < used; i++) {
        a->weight[i] = begin + 1 == used ? p->share : a->weight[i] / sum * p->share;
    }
    a->extent[p->source] += sum;
    return used;
}

static enum err plan(const struct pieces *p, int32_t n_source, bool is_lat, struct raster_axis *out)
{
    size_t room = (size_t)p->count * 2 + (size_t)out->n + 2;
    out->start = calloc((size_t)out->n + 1, sizeof *out->start);
    out->source = malloc(room * sizeof *out->source);
    out->weight = malloc(room * sizeof *out->weight);
    out->extent = calloc((size_t)n_source, sizeof *out->extent);
    int32_t *targets = malloc(room * sizeof *targets);
    if (out->start == NULL || out->source == NULL || out->weight == NULL || out->extent == NULL ||
        targets == NULL) {
        free(targets);
        return ERR_NO_MEMORY;
    }
    int32_t used = 0;
    for (int32_t i = 0; i < p->count; i++) {
        used = share_out(&p->list[i], out, is_lat, used, targets);
    }
    out->is_direct = used == out->n;
    for (int32_t i = 0; i < used; i++) {
        out->start[targets[i] + 1]++;
        out->is_direct = out->is_direct && targets[i] == i && out->weight[i] == 1;
    }
    for (int32_t t = 0; t < out->n; t++) {
        out->start[t + 1] += out->start[t];
    }
    free(targets);
    return ERR_OK;
}

static enum err finish(enum err e, struct pieces *p, double *edges, int32_t n, bool is_lat,
                       struct raster_axis *out, const char *file, struct why *why)
{
    if (e == ERR_OK) {
        choose_target(p, out);
        e = out->n < (1 << 27) ? plan(p, n, is_lat, out)
                               : why_set(why, ERR_TOO_LARGE, file,
                                         "%s: its cells are too uneven to be put on one grid; "
                                         "regrid it before",
                                         file);
    }
    if (e == ERR_OK && is_lat) {
        out->first = -out->first;
    }
    if (e != ERR_OK) {
        raster_axis_fini(out);
    }
    free(p->list);
    free(edges);
    return e;
}

static enum err unordered(const char *file, struct why *why)
{
    return why_set(why, ERR_INPUT, file,
                   "%s: its coordinates neither ascend nor descend; sort them", file);
}

enum err raster_axis_lon(const double *edges, int32_t n, bool is_computed, bool is_whole,
                         const char *file, struct raster_axis *out, struct why *why)
{
    *out = (struct raster_axis){0};
    struct pieces p = {0};
    double *e = ascending(edges, n, 1, &out->is_turned);
    if (e == NULL) {
        return unordered(file, why);
    }
    if (is_computed) {
        tidy(e, n);
    }
    enum err done = lon_pieces(e, n, out->is_turned, is_whole, file, out, &p, why);
    return finish(done, &p, e, n, false, out, file, why);
}

enum err raster_axis_lat(const double *edges, int32_t n, bool is_computed, const char *file,
                         struct raster_axis *out, struct why *why)
{
    *out = (struct raster_axis){0};
    struct pieces p = {0};
    double *e = ascending(edges, n, -1, &out->is_turned); /* minus the latitude: from the north */
    if (e == NULL) {
        return unordered(file, why);
    }
    if (is_computed) {
        tidy(e, n);
    }
    enum err done = ERR_OK;
    double tolerance = BORDER_TOLERANCE * smallest(e, n);
    if (n > 1 && (e[1] < -90 + tolerance || e[n - 1] > 90 - tolerance)) {
        done = beyond(file, "latitude", -e[n], -e[0], why);
    } else {
        out->is_clipped = e[0] < -90 - tolerance || e[n] > 90 + tolerance;
        e[0] = fmax(e[0], -90);
        e[n] = fmin(e[n], 90);
        done = whole_pieces(e, n, out->is_turned, &p);
    }
    return finish(done, &p, e, n, true, out, file, why);
}
