/* The plan of a regridding: how finely edges bend, how fine the target is, how high the window. */
#include <math.h>
#include <stdlib.h>

#include "cli/import/raster/raster_quads_internal.h"
#include "geo/ellipsoid.h"

#define DEG          (M_PI / 180.0)
#define PROBES       9
#define LINE_PROBES  128
#define WINDOW_BYTES ((size_t)512 << 20)
#define MARGIN_ROWS  3
/* How far an edge may run beside its densified course, of a target cell. */
#define BEND_TOLERANCE 5e-6
/* A step that covers the sphere in fewer cells than this is not small enough to be regridded. */
#define STEP_MAX_DEG 1.0
#define CELL_MIN_M   0.5 /* degrees that are taken for metres end below this */

void quads_place(const struct raster_source *s, double col, double row, double *x, double *y)
{
    if (s->is_turned) {
        const double *t = s->affine;
        *x = t[0] + col * t[1] + row * t[2];
        *y = t[3] + col * t[4] + row * t[5];
        return;
    }
    int32_t c = (int32_t)fmin(fmax(floor(col), 0), s->nx - 1);
    int32_t r = (int32_t)fmin(fmax(floor(row), 0), s->ny - 1);
    *x = s->x_edges[c] + (col - c) * (s->x_edges[c + 1] - s->x_edges[c]);
    *y = s->y_edges[r] + (row - r) * (s->y_edges[r + 1] - s->y_edges[r]);
}

enum err quads_transform(struct raster_quads *q, size_t n, double *x, double *y, struct why *why)
{
    if (raster_crs_to_wgs84(q->crs, n, x, y) != ERR_OK) {
        return why_set(why, ERR_INPUT, q->source->spec->name,
                       "%s: its cells have no place on the globe in %s; is the CRS right, are the "
                       "axes swapped? Mend the file, or declare \"crs\"",
                       q->source->spec->name, raster_crs_label(q->crs));
    }
    for (size_t i = 0; i < n && isfinite(q->middle_lon); i++) {
        x[i] += x[i] - q->middle_lon > 180 ? -360 : x[i] - q->middle_lon < -180 ? 360 : 0;
    }
    return ERR_OK;
}

/* Metres of one degree of latitude and of longitude. */
static void degree_m(double lat_deg, double *lat_m, double *lon_m)
{
    double s = sin(lat_deg * DEG);
    double w2 = 1 - WGS84_E2 * s * s;
    *lat_m = WGS84_A_M * (1 - WGS84_E2) / (w2 * sqrt(w2)) * DEG;
    *lon_m = WGS84_A_M / sqrt(w2) * cos(lat_deg * DEG) * DEG;
}

struct probe {                     /* over all places that were looked at */
    double least_m;                /* shortest side of a cell */
    double most_lat_m, most_lon_m; /* of a degree */
    double bend_deg;               /* largest way of an edge's middle from the middle of its ends */
};

/* One cell: corners, then the middles of its west and north edge. */
static enum err probe_cell(struct raster_quads *q, double col, double row, struct probe *p,
                           struct why *why)
{
    static const double at[5][2] = {{0, 0}, {1, 0}, {0, 1}, {0.5, 0}, {0, 0.5}};
    double x[5];
    double y[5];
    for (int i = 0; i < 5; i++) {
        quads_place(q->source, col + at[i][0], row + at[i][1], &x[i], &y[i]);
    }
    enum err e = quads_transform(q, 5, x, y, why);
    if (e != ERR_OK) {
        return e;
    }
    double lat_m;
    double lon_m;
    degree_m(y[0], &lat_m, &lon_m);
    p->most_lat_m = fmax(p->most_lat_m, lat_m);
    p->most_lon_m = fmax(p->most_lon_m, lon_m);
    for (int i = 1; i <= 2; i++) {
        p->least_m = fmin(p->least_m, hypot((x[i] - x[0]) * lon_m, (y[i] - y[0]) * lat_m));
        double bend = hypot(x[i + 2] - (x[0] + x[i]) / 2, y[i + 2] - (y[0] + y[i]) / 2);
        p->bend_deg = fmax(p->bend_deg, bend);
    }
    return ERR_OK;
}

static enum err probe_all(struct raster_quads *q, struct probe *p, struct why *why)
{
    const struct raster_source *s = q->source;
    double x;
    double y;
    q->middle_lon = NAN;
    quads_place(s, s->nx / 2.0, s->ny / 2.0, &x, &y);
    enum err e = quads_transform(q, 1, &x, &y, why);
    q->middle_lon = x;
    *p = (struct probe){.least_m = INFINITY};
    for (int i = 0; i < PROBES * PROBES && e == ERR_OK; i++) {
        int across = i % PROBES;
        int down = i / PROBES;
        double col = floor((double)across / (PROBES - 1) * (s->nx - 1));
        double row = floor((double)down / (PROBES - 1) * (s->ny - 1));
        e = probe_cell(q, col, row, p, why);
    }
    return e;
}

/* Where the edges between source rows run: bounds, and for each source row the span of latitudes.
 */
static enum err probe_lines(struct raster_quads *q, double bounds[4], double *north, double *south,
                            struct why *why)
{
    const struct raster_source *s = q->source;
    double x[LINE_PROBES + 1];
    double y[LINE_PROBES + 1];
    bounds[0] = bounds[1] = INFINITY;
    bounds[2] = bounds[3] = -INFINITY;
    for (int32_t row = 0; row <= s->ny; row++) {
        for (int i = 0; i <= LINE_PROBES; i++) {
            quads_place(s, (double)i / LINE_PROBES * s->nx, row, &x[i], &y[i]);
        }
        enum err e = quads_transform(q, LINE_PROBES + 1, x, y, why);
        if (e != ERR_OK) {
            return e;
        }
        north[row] = -INFINITY;
        south[row] = INFINITY;
        for (int i = 0; i <= LINE_PROBES; i++) {
            north[row] = fmax(north[row], y[i]);
            south[row] = fmin(south[row], y[i]);
            bounds[0] = fmin(bounds[0], x[i]);
            bounds[2] = fmax(bounds[2], x[i]);
        }
        bounds[1] = fmin(bounds[1], south[row]);
        bounds[3] = fmax(bounds[3], north[row]);
    }
    return ERR_OK;
}

/* 1/n of a degree, with the grid's edges on multiples of it: grids of one step then fit together.
 */
static enum err choose_grid(struct raster_quads *q, const struct probe *p, const double bounds[4],
                            struct why *why)
{
    const char *name = q->source->spec->name;
    double per_lon = ceil(p->most_lon_m / (p->least_m / 2) - 1e-9);
    double per_lat = ceil(p->most_lat_m / (p->least_m / 2) - 1e-9);
    if (!(p->least_m >= CELL_MIN_M) || !(per_lon >= 1 / STEP_MAX_DEG) || !(per_lon < 1e7)) {
        return why_set(why, ERR_INPUT, name,
                       "%s: a cell is %.3g m wide, which is no width of a grid; is the CRS right?",
                       name, p->least_m);
    }
    double west = floor(bounds[0] * per_lon) - 1;
    double east = ceil(bounds[2] * per_lon) + 1;
    double north = ceil(bounds[3] * per_lat) + 1;
    double south = floor(bounds[1] * per_lat) - 1;
    north = fmin(north, 90 * per_lat);
    south = fmax(south, -90 * per_lat);
    if (west < -180 * per_lon || east > 180 * per_lon) {
        return why_set(why, ERR_INPUT, name,
                       "%s: it lies across the 180th meridian; cut it there into two", name);
    }
    if ((east - west) * (north - south) > (double)RASTER_MAX_CELLS) {
        return why_set(why, ERR_TOO_LARGE, name,
                       "%s: at half its cells it would be %.0f x %.0f cells, and 2^31 is the "
                       "limit; cut it to the country",
                       name, east - west, north - south);
    }
    q->grid = (struct grid){west / per_lon, north / per_lat,        1 / per_lon,
                            1 / per_lat,    (int32_t)(east - west), (int32_t)(north - south)};
    return ERR_OK;
}

static int32_t target_row(struct grid g, double lat_deg)
{
    double row = floor((g.y0_deg - lat_deg) / g.dy_deg);
    return row < 0 ? 0 : row > g.ny - 1 ? g.ny - 1 : (int32_t)row;
}

/* For each source row in working order, the first target row that it or a later one touches; and
 * how many target rows are at work at once. */
static enum err choose_window(struct raster_quads *q, const double *north, const double *south,
                              struct why *why)
{
    int32_t ny = q->source->ny;
    int32_t last = 0;
    int32_t first = q->grid.ny;
    q->is_upward = north[ny] > north[0];
    for (int32_t i = ny - 1; i >= 0; i--) {
        int32_t row = q->is_upward ? ny - 1 - i : i;
        int32_t top = target_row(q->grid, fmax(north[row], north[row + 1])) - MARGIN_ROWS;
        first = top < first ? top : first;
        q->first_row[i] = first > 0 ? first : 0;
    }
    for (int32_t i = 0; i < ny; i++) {
        int32_t row = q->is_upward ? ny - 1 - i : i;
        int32_t bottom = target_row(q->grid, fmin(south[row], south[row + 1])) + MARGIN_ROWS;
        last = bottom > last ? bottom : last;
        int32_t rows = last - q->first_row[i] + 1;
        q->window_rows = rows > q->window_rows ? rows : q->window_rows;
    }
    size_t bytes = (size_t)q->window_rows * (size_t)q->grid.nx * sizeof *q->window;
    if (bytes > WINDOW_BYTES) {
        return why_set(why, ERR_TOO_LARGE, q->source->spec->name,
                       "%s: its rows are turned so far against the parallels that regridding needs "
                       "%zu MB at once, and %zu MB is the limit; turn it, or cut it into parts",
                       q->source->spec->name, bytes >> 20, WINDOW_BYTES >> 20);
    }
    return ERR_OK;
}

enum err quads_plan(struct raster_quads *q, struct why *why)
{
    struct probe p;
    double bounds[4];
    size_t lines = (size_t)q->source->ny + 1;
    double *north = malloc(lines * sizeof *north);
    double *south = malloc(lines * sizeof *south);
    q->first_row = malloc(lines * sizeof *q->first_row);
    enum err e = north != NULL && south != NULL && q->first_row != NULL ? ERR_OK : ERR_NO_MEMORY;
    if (e == ERR_OK) {
        e = probe_all(q, &p, why);
    }
    if (e == ERR_OK) {
        e = probe_lines(q, bounds, north, south, why);
    }
    if (e == ERR_OK) {
        e = choose_grid(q, &p, bounds, why);
    }
    if (e == ERR_OK) { /* k segments bend k^2 times less */
        double segments = ceil(sqrt(p.bend_deg / (BEND_TOLERANCE * q->grid.dy_deg)));
        q->segments = (int)fmin(fmax(segments, 1), QUADS_MAX_SEGMENTS);
        e = choose_window(q, north, south, why);
    }
    free(north);
    free(south);
    return e;
}
