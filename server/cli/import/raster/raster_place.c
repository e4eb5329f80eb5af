/* From where a file's cells are to a regular WGS 84 longitude/latitude grid. */
#include <math.h>
#include <stdlib.h>

#include "cli/import/raster/raster_internal.h"

#define PROBES 4
/* What a datum may move a place and still be WGS 84 for our cells: a tenth of a millimetre. */
#define SAME_PLACE_DEG 1e-9

/* The manifest's position, for files that have none. */
static enum err take_extent(struct raster *r, struct why *why)
{
    const struct raster_spec *spec = r->spec;
    struct raster_source *s = &r->source;
    bool has_own = s->x_edges != NULL || s->is_turned;
    if (!spec->has_extent) {
        return has_own ? ERR_OK
                       : why_set(why, ERR_INPUT, spec->name,
                                 "%s has no position (geotransform or coordinates); give "
                                 "\"extent\" and \"crs\", or georeference it",
                                 spec->name);
    }
    if (has_own) {
        return why_set(why, ERR_INPUT, spec->name,
                       "%s: extent: the file has a position of its own; take \"extent\" away",
                       spec->name);
    }
    const double *e = spec->extent; /* west, south, east, north */
    bool is_up = spec->rows == RASTER_SOUTH_UP;
    double width = (e[2] - e[0]) / s->nx;
    double height = (e[3] - e[1]) / s->ny;
    s->x_edges = raster_edges_regular(e[0], width, s->nx);
    s->y_edges = raster_edges_regular(is_up ? e[1] : e[3], is_up ? height : -height, s->ny);
    s->is_computed = true;
    return s->x_edges != NULL && s->y_edges != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err check_rows(const struct raster *r, struct why *why)
{
    const struct raster_source *s = &r->source;
    bool is_up = s->is_turned || s->y_edges[s->ny] > s->y_edges[0];
    if (!s->is_turned && r->spec->rows != RASTER_ROWS_AS_FILED &&
        is_up != (r->spec->rows == RASTER_SOUTH_UP)) {
        return why_set(why, ERR_INPUT, r->spec->name,
                       "%s: rows: the file's rows come from the %s; mend the manifest, or the file",
                       r->spec->name, is_up ? "south" : "north");
    }
    return ERR_OK;
}

/* The file's CRS or the declared one; when both are there they must be one. */
static enum err choose_crs(struct raster *r, struct why *why)
{
    const struct raster_spec *spec = r->spec;
    const char *of_file = r->source.crs;
    if (spec->crs[0] == '\0' && of_file == NULL) {
        return r->source.is_degrees
                   ? ERR_OK
                   : why_set(why, ERR_INPUT, spec->name,
                             "%s has no coordinate reference system; declare it, as in \"crs\": "
                             "\"EPSG:4326\"",
                             spec->name);
    }
    enum err e =
        raster_crs_new(spec->crs[0] != '\0' ? spec->crs : of_file, spec->name, &r->crs, why);
    if (e != ERR_OK || spec->crs[0] == '\0' || of_file == NULL) {
        return e;
    }
    struct raster_crs *other;
    e = raster_crs_new(of_file, spec->name, &other, why);
    if (e != ERR_OK) {
        return e;
    }
    if (!raster_crs_same(r->crs, other)) {
        e = why_set(why, ERR_INPUT, spec->name,
                    "%s: crs = '%.40s': the file says %s; mend one of them", spec->name, spec->crs,
                    raster_crs_label(other));
    }
    raster_crs_free(other);
    return e;
}

/* Do its longitudes and latitudes mean the places that WGS 84's do? */
static bool is_wgs84(struct raster *r)
{
    const struct raster_source *s = &r->source;
    if (r->crs == NULL) {
        return true;
    }
    if (!raster_crs_is_geographic(r->crs) || s->is_turned) {
        return false;
    }
    for (int i = 0; i <= PROBES * PROBES; i++) {
        double x = s->x_edges[(int64_t)(i % PROBES) * s->nx / PROBES];
        double y = s->y_edges[(int64_t)(i / PROBES) * s->ny / PROBES];
        y = y < -90 ? -90 : y > 90 ? 90 : y;
        double lon = x;
        double lat = y;
        if (raster_crs_to_wgs84(r->crs, 1, &lon, &lat) != ERR_OK ||
            fabs(lat - y) > SAME_PLACE_DEG ||
            (fabs(y) < 90 && fabs(remainder(lon - x, 360)) > SAME_PLACE_DEG)) {
            return false;
        }
    }
    return true;
}

/* Edges that were not computed are kept to the last bit: an equal grid is then one grid. */
static void take_grid(struct raster *r)
{
    const struct raster_source *s = &r->source;
    r->grid =
        (struct grid){r->lon.first, r->lat.first, r->lon.step, r->lat.step, r->lon.n, r->lat.n};
    if (s->is_computed || !r->lon.is_direct || !r->lat.is_direct) {
        return;
    }
    double west = s->x_edges[0];
    double north = s->y_edges[0];
    if (!r->lon.is_rolled && !r->lon.is_turned && west >= -180 && s->x_edges[s->nx] <= 180) {
        r->grid.x0_deg = west;
        r->grid.dx_deg = s->affine[1];
    }
    if (!r->lat.is_turned && north <= 90 && s->y_edges[s->ny] >= -90) {
        r->grid.y0_deg = north;
        r->grid.dy_deg = -s->affine[5];
    }
}

static enum err place_by_axes(struct raster *r, struct why *why)
{
    const struct raster_source *s = &r->source;
    const char *name = r->spec->name;
    enum err e = raster_axis_lat(s->y_edges, s->ny, s->is_computed, name, &r->lat, why);
    if (e == ERR_OK) {
        e = raster_axis_lon(s->x_edges, s->nx, s->is_computed, !r->is_density, name, &r->lon, why);
    }
    if (e == ERR_OK && (int64_t)r->lon.n * r->lat.n > RASTER_MAX_CELLS) {
        e = why_set(why, ERR_TOO_LARGE, name,
                    "%s: its irregular cells need %d x %d regular ones, and 2^31 is the limit; cut "
                    "it to the country",
                    name, (int)r->lon.n, (int)r->lat.n);
    }
    if (e != ERR_OK) {
        return e;
    }
    take_grid(r);
    for (int i = 0; i < RASTER_CACHED_ROWS; i++) {
        struct raster_cached *c = &r->cached[i];
        c->source = -1;
        c->values = malloc((size_t)r->lon.n * sizeof *c->values);
        c->is_nodata = malloc((size_t)r->lon.n);
        if (c->values == NULL || c->is_nodata == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    return ERR_OK;
}

enum err raster_read_place(struct raster *r, struct why *why)
{
    enum err e = take_extent(r, why);
    if (e == ERR_OK) {
        e = check_rows(r, why);
    }
    if (e == ERR_OK) {
        e = choose_crs(r, why);
    }
    if (e == ERR_OK) {
        e = raster_strip_init(&r->strip, &r->source);
    }
    if (e != ERR_OK) {
        return e;
    }
    if (is_wgs84(r)) {
        return place_by_axes(r, why);
    }
    e = raster_quads_new(&r->source, r->crs, &r->strip, r->is_density, &r->quads, why);
    if (e == ERR_OK) {
        r->grid = raster_quads_grid(r->quads);
    }
    return e;
}
