#include "export/netcdf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export/export_cells.h"
#include "export/netcdf_header.h"
#include "geo/ellipsoid.h"

#define HEADER_MAX_BYTES ((size_t)1 << 20)
#define AXIS_MAX_BYTES   ((size_t)64 << 20)
#define STRIP_ROWS       GRID_BLOCK
#define BYTES_PER_VALUE  8 /* a double as netCDF has it */

enum { DIM_LAT, DIM_LON, DIM_SIDE };

#define WGS84_WKT                                                                                  \
    "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,"              \
    "AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,"          \
    "AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,"                            \
    "AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]"

struct writing {
    const struct export_map *map;
    struct cells cells;
    struct export_out *to;
    double *values;       /* of one strip: STRIP_ROWS rows */
    unsigned char *bytes; /* the same as they lie in the file */
};

/* ---- what is said ------------------------------------------------------------------------- */

static void describe_axes(struct nc_file *f, struct grid g)
{
    static const struct {
        const char *name, *bounds, *standard, *unit, *axis;
    } axes[] = {{"lat", "lat_bnds", "latitude", "degrees_north", "Y"},
                {"lon", "lon_bnds", "longitude", "degrees_east", "X"}};
    f->dimensions[DIM_LAT] = (struct nc_dimension){"lat", g.ny};
    f->dimensions[DIM_LON] = (struct nc_dimension){"lon", g.nx};
    f->dimensions[DIM_SIDE] = (struct nc_dimension){"nv", 2};
    f->dimension_count = 3;
    for (int i = 0; i < 2; i++) {
        struct nc_variable *v = nc_add_variable(f, axes[i].name, NC_DOUBLE, 1, i, 0);
        nc_variable_text(v, "standard_name", axes[i].standard);
        nc_variable_text(v, "long_name", axes[i].standard);
        nc_variable_text(v, "units", axes[i].unit);
        nc_variable_text(v, "axis", axes[i].axis);
        nc_variable_text(v, "bounds", axes[i].bounds);
        (void)nc_add_variable(f, axes[i].bounds, NC_DOUBLE, 2, i, DIM_SIDE);
    }
}

static void describe_period(struct nc_file *f)
{
    struct nc_variable *v = nc_add_variable(f, "time", NC_DOUBLE, 0, 0, 0);
    nc_variable_text(v, "standard_name", "time");
    nc_variable_text(v, "long_name", "time");
    nc_variable_text(v, "units", "days since 1970-01-01");
    nc_variable_text(v, "calendar", "standard");
    nc_variable_text(v, "axis", "T");
    nc_variable_text(v, "bounds", "time_bnds");
    (void)nc_add_variable(f, "time_bnds", NC_DOUBLE, 1, DIM_SIDE, 0);
}

static void describe_crs(struct nc_file *f)
{
    struct nc_variable *v = nc_add_variable(f, "crs", NC_INT, 0, 0, 0);
    nc_variable_text(v, "grid_mapping_name", "latitude_longitude");
    nc_variable_text(v, "long_name", "CRS definition");
    nc_variable_number(v, "longitude_of_prime_meridian", NC_DOUBLE, 0);
    nc_variable_number(v, "semi_major_axis", NC_DOUBLE, WGS84_A_M);
    nc_variable_number(v, "inverse_flattening", NC_DOUBLE, 298.257223563);
    nc_variable_text(v, "crs_wkt", WGS84_WKT);
    nc_variable_text(v, "spatial_ref", WGS84_WKT);
}

static void describe_cells(struct nc_file *f, const struct export_map *m, double mass_t)
{
    const struct export_about *a = &m->about;
    enum nc_type type = m->is_density ? NC_FLOAT : NC_DOUBLE;
    struct nc_variable *v = nc_add_variable(f, a->variable, type, 2, DIM_LAT, DIM_LON);
    nc_variable_text(v, "long_name", a->long_name);
    nc_variable_text(v, "units", a->udunit);
    nc_variable_text(v, "cell_methods", a->cell_methods);
    nc_variable_text(v, "grid_mapping", "crs");
    nc_variable_text(v, "coordinates", a->year != 0 ? "time" : "");
    nc_variable_number(v, "_FillValue", type, NAN);
    nc_variable_text(v, "unit_in_words", a->unit);
    nc_variable_number(v, "mass_sum_t", NC_DOUBLE, mass_t);
}

/* The cells come last: their variable alone may be larger than 4 GiB. */
static void describe(struct nc_file *f, const struct export_map *m, double mass_t)
{
    memset(f, 0, sizeof *f);
    describe_crs(f);
    describe_axes(f, m->grid);
    if (m->about.year != 0) {
        describe_period(f);
    }
    describe_cells(f, m, mass_t);
    nc_file_text(f, "Conventions", "CF-1.8");
    for (int i = 0; i < m->about.text_count; i++) {
        nc_file_text(f, m->about.texts[i].name, m->about.texts[i].value);
    }
    nc_file_text(f, "software", "Fluxgrid " FLUXGRID_VERSION);
}

/* ---- coordinates -------------------------------------------------------------------------- */

/* Days from 1970-01-01 to the first of a month, Gregorian; month 1..13. */
static double days_to(int year, int month)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int past = year - 1; /* whole years */
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int days = past * 365 + past / 4 - past / 100 + past / 400 - 719162;
    return days + before[month - 1] + (is_leap && month > 2);
}

static void add_axis(struct buf *out, struct grid g, bool is_lat)
{
    int32_t n = is_lat ? g.ny : g.nx;
    double (*edge)(struct grid, int, int32_t) = is_lat ? grid_edge_lat_deg : grid_edge_lon_deg;
    for (int32_t i = 0; i < n; i++) {
        nc_add_number(out, NC_DOUBLE, (edge(g, 0, i) + edge(g, 0, i + 1)) / 2);
    }
    for (int32_t i = 0; i < n; i++) {
        nc_add_number(out, NC_DOUBLE, edge(g, 0, i));
        nc_add_number(out, NC_DOUBLE, edge(g, 0, i + 1));
    }
}

static void add_period(struct buf *out, const struct export_about *a)
{
    double from = days_to(a->year, a->month == 0 ? 1 : a->month);
    double to = days_to(a->year, a->month == 0 ? 13 : a->month + 1);
    nc_add_number(out, NC_DOUBLE, (from + to) / 2);
    nc_add_number(out, NC_DOUBLE, from);
    nc_add_number(out, NC_DOUBLE, to);
}

/* ---- the file ----------------------------------------------------------------------------- */

/* Header and coordinates: everything but the cells. The same length whatever mass_t is. */
static enum err write_head(const struct export_map *m, double mass_t, struct buf *out,
                           struct why *why)
{
    struct nc_file f;
    describe(&f, m, mass_t);
    netcdf_header_write(&f, out);
    nc_add_number(out, NC_INT, 0); /* crs */
    add_axis(out, m->grid, true);
    add_axis(out, m->grid, false);
    if (m->about.year != 0) {
        add_period(out, &m->about);
    }
    return out->failed == ERR_OK
               ? ERR_OK
               : why_set(why, out->failed, NULL, "the coordinates do not fit the memory");
}

static size_t swap_doubles(const double *values, size_t n, unsigned char *bytes)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        bits = __builtin_bswap64(bits);
        memcpy(bytes + 8 * i, &bits, sizeof bits);
    }
    return 8 * n;
}

static size_t swap_floats(const double *values, size_t n, unsigned char *bytes)
{
    for (size_t i = 0; i < n; i++) {
        float narrow = (float)values[i];
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        bits = __builtin_bswap32(bits);
        memcpy(bytes + 4 * i, &bits, sizeof bits);
    }
    return 4 * n;
}

static void per_km2(const struct export_map *m, struct cell_box box, double *values)
{
    for (int32_t i = 0; i < box.rows; i++) {
        double km2 = export_cells_row_km2(m, box.row + i);
        double *line = values + (ptrdiff_t)i * box.cols;
        for (int32_t col = 0; col < box.cols; col++) {
            line[col] /= km2;
        }
    }
}

static enum err write_strip(struct writing *w, int32_t row, struct why *why)
{
    struct grid g = w->map->grid;
    int32_t left = g.ny - row;
    struct cell_box box = {.cols = g.nx, .row = row, .rows = left < STRIP_ROWS ? left : STRIP_ROWS};
    size_t n = (size_t)box.rows * (size_t)box.cols;
    enum err e = export_go_on(w->map, (double)row / g.ny, why);
    if (e == ERR_OK) {
        e = export_cells_read(&w->cells, box, w->values, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    if (w->map->is_density) {
        per_km2(w->map, box, w->values);
    }
    size_t bytes = w->map->is_density ? swap_floats(w->values, n, w->bytes)
                                      : swap_doubles(w->values, n, w->bytes);
    return out_add(w->to, w->bytes, bytes, why);
}

static enum err write_cells(struct writing *w, struct export_total *out, struct why *why)
{
    enum err e = ERR_OK;
    for (int32_t row = 0; e == ERR_OK && row < w->map->grid.ny; row += STRIP_ROWS) {
        e = write_strip(w, row, why);
    }
    return e == ERR_OK ? export_cells_end(&w->cells, out, why) : e;
}

/* The header says what the cells sum to, so it is written again after them. */
static enum err write_all(struct writing *w, struct buf *head, struct export_total *out,
                          struct why *why)
{
    struct export_total total;
    enum err e = write_head(w->map, 0, head, why);
    if (e == ERR_OK) {
        e = out_add(w->to, head->data, head->len, why);
    }
    if (e == ERR_OK) {
        e = write_cells(w, &total, why);
    }
    buf_reset(head);
    if (e == ERR_OK) {
        e = write_head(w->map, total.mass_t, head, why);
    }
    if (e == ERR_OK) {
        e = out_rewrite_start(w->to, head->data, head->len, why);
    }
    if (e == ERR_OK) {
        *out = total;
    }
    return e;
}

enum err netcdf_write(const struct export_map *m, struct export_out *to, struct export_total *out,
                      struct why *why)
{
    size_t cells = (size_t)m->grid.nx * STRIP_ROWS;
    struct writing w = {.map = m, .cells = {.map = m}, .to = to};
    struct buf head;
    buf_init(&head, HEADER_MAX_BYTES + AXIS_MAX_BYTES);
    w.values = malloc(cells * sizeof(double));
    w.bytes = malloc(cells * (size_t)BYTES_PER_VALUE);
    enum err e = w.values == NULL || w.bytes == NULL
                     ? why_set(why, ERR_NO_MEMORY, NULL, "out of memory")
                     : write_all(&w, &head, out, why);
    free(w.values);
    free(w.bytes);
    buf_fini(&head);
    return e;
}
