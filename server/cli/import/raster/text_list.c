/* A list of values, from the north-west corner row by row: no coordinates, no gaps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/number_text.h"
#include "cli/import/raster/text_grid.h"
#include "cli/import/raster/text_lines.h"

#define HEADER_MAX 50

/* The world in square cells is twice as wide as high: 64800 values are 360 x 180. */
static enum err take_size(struct raster_source *s, int64_t count, struct why *why)
{
    const struct raster_spec *spec = s->spec;
    double half = round(sqrt((double)count / 2));
    if (spec->size[0] > 0) {
        s->nx = spec->size[0];
        s->ny = spec->size[1];
    } else if (2 * half * half == (double)count && half >= 1) {
        s->nx = (int32_t)(2 * half);
        s->ny = (int32_t)half;
    } else {
        return why_set(why, ERR_INPUT, spec->name,
                       "%s holds %lld values, which are no whole world of square cells (64800 for "
                       "1 degree); give \"size\", or fetch the file again",
                       spec->name, (long long)count);
    }
    if ((int64_t)s->nx * s->ny != count) {
        return why_set(why, ERR_INPUT, spec->name,
                       "%s holds %lld values, and %d x %d are %lld; mend \"size\", or fetch the "
                       "file again",
                       spec->name, (long long)count, (int)s->nx, (int)s->ny,
                       (long long)s->nx * s->ny);
    }
    return ERR_OK;
}

static void take_value(struct raster_source *s, const struct text_lines *t, int field,
                       struct text_grid *g, int64_t at)
{
    char column[24];
    snprintf(column, sizeof column, "value %d", field + 1);
    struct place place = {
        .file = t->name, .row = t->row, .column = column, .value = t->fields[field]};
    double value;
    if (!number_text_double(t->fields[field], &value)) {
        issues_add(s->issues, place, "must be a number such as 12.5 or 1.25e1; mend it");
    } else if (value < 0 && value != s->spec->fill) {
        issues_add(s->issues, place,
                   "must not be negative; mend it, or declare the value as no data (\"fill\")");
    } else {
        g->values[at] = value;
    }
}

/* One pass: counts when g is NULL, else stores. */
static enum err pass(struct raster_source *s, struct text_grid *g, int64_t *count, struct why *why)
{
    struct text_lines *t = calloc(1, sizeof *t);
    if (t == NULL) {
        return ERR_NO_MEMORY;
    }
    enum err e = text_lines_open(t, s->spec->path, s->spec->name, why);
    bool is_end = false;
    bool is_header = true;
    *count = 0;
    while (e == ERR_OK && !issues_are_full(s->issues)) {
        e = text_lines_next(t, &is_end, why);
        if (e != ERR_OK || is_end) {
            break;
        }
        is_header = is_header && t->row <= HEADER_MAX && !text_lines_is_data(t);
        for (int i = 0; i < t->field_count && !is_header; i++) {
            if (g != NULL) {
                take_value(s, t, i, g, *count);
            }
            (*count)++;
        }
    }
    text_lines_close(t);
    free(t);
    return e;
}

static enum err take_position(struct raster_source *s)
{
    bool is_up = s->spec->rows == RASTER_SOUTH_UP;
    snprintf(s->registration, sizeof s->registration, "values from %s, row by row",
             is_up ? "the south-west" : "the north-west");
    if (s->spec->has_extent) {
        return ERR_OK; /* the manifest's */
    }
    s->x_edges = raster_edges_regular(-180, 360.0 / s->nx, s->nx);
    s->y_edges = raster_edges_regular(is_up ? -90 : 90, (is_up ? 180.0 : -180.0) / s->ny, s->ny);
    return s->x_edges != NULL && s->y_edges != NULL ? ERR_OK : ERR_NO_MEMORY;
}

enum err text_list_read(struct raster_source *s, struct text_grid *g, struct why *why)
{
    int64_t count;
    enum err e = pass(s, NULL, &count, why);
    if (e == ERR_OK) {
        e = take_size(s, count, why);
    }
    if (e == ERR_OK) {
        e = text_grid_make(s, g, why);
    }
    if (e == ERR_OK) {
        e = pass(s, g, &count, why);
    }
    snprintf(s->what, sizeof s->what, "%lld values", (long long)count);
    return e == ERR_OK ? take_position(s) : e;
}
