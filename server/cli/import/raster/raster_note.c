/* What was found in a raster and made of it, for the report. */
#include <math.h>

#include "cli/import/raster/raster_internal.h"

static void member(struct buf *out, const char *name, const char *text)
{
    buf_add_json_str(out, name);
    buf_add_char(out, ':');
    if (text[0] != '\0') {
        buf_add_json_str(out, text);
    } else {
        buf_add_str(out, "null");
    }
    buf_add_char(out, ',');
}

static void number(struct buf *out, const char *name, double value)
{
    buf_printf(out, "\"%s\":", name);
    buf_add_json_double(out, value);
}

static void add_value(struct buf *out, const struct raster *r)
{
    member(out, "fill", r->source.fill);
    member(out, "packing", r->source.packing);
    if (!r->spec->is_mass) {
        member(out, "unit", r->is_density ? "weights per area" : "weights");
        return;
    }
    member(out, "unit", r->unit_used);
    member(out, "unit_from", r->is_unit_of_file ? "file" : "manifest");
    buf_printf(out, "\"days\":%d,", r->days);
    if (r->source.calendar != UNIT_STANDARD) {
        member(out, "calendar", "the file's, without leap years as they are");
    }
    number(out, r->is_density ? "tonnes_per_unit_and_km2" : "tonnes_per_unit", r->tonnes);
    buf_add_char(out, ',');
}

static void add_place(struct buf *out, const struct raster *r)
{
    const struct raster_source *s = &r->source;
    bool is_up = !s->is_turned && s->y_edges[s->ny] > s->y_edges[0];
    member(out, "crs", r->crs != NULL ? raster_crs_label(r->crs) : "WGS 84 by its axes");
    member(out, "registration", s->registration);
    member(out, "rows", s->is_turned ? "turned" : is_up ? "south-up" : "north-up");
    member(out, "longitudes",
           r->quads != NULL   ? ""
           : r->lon.is_rolled ? "beyond 180, turned to -180..180"
                              : "-180..180");
    member(out, "border", r->spec->is_cut ? "cut" : "whole");
    buf_printf(out, "\"clipped_at_world_edge\":%s,",
               r->lon.is_clipped || r->lat.is_clipped ? "true" : "false");
}

void raster_note(const struct raster *r, struct buf *out)
{
    bool is_direct = r->quads == NULL && r->lon.is_direct && r->lat.is_direct;
    buf_add_char(out, '{');
    member(out, "file", r->spec->name);
    member(out, "what", r->source.what);
    member(out, "driver", r->source.driver);
    add_place(out, r);
    add_value(out, r);
    member(out, "regridded",
           is_direct          ? ""
           : r->quads != NULL ? "conservatively, on ground area, at half its cells or finer"
                              : "irregular or halved cells shared out by ground area");
    if (r->quads != NULL) {
        buf_printf(out, "\"segments_of_an_edge\":%d,", raster_quads_segments(r->quads));
    }
    buf_printf(out, "\"file_cells\":[%d,%d],\"cells\":[%d,%d],", (int)r->source.nx,
               (int)r->source.ny, (int)r->grid.nx, (int)r->grid.ny);
    number(out, "sum_of_file", raster_file_sum(r));
    buf_add_char(out, ',');
    number(out, "step_lon_deg", r->grid.dx_deg);
    buf_add_char(out, ',');
    number(out, "step_lat_deg", r->grid.dy_deg);
    buf_add_char(out, '}');
}
