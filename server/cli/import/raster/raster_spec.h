/* raster_spec.h - which part of which file a raster is, and what the manifest says of it.
 *
 * Texts that are not given are "", numbers NaN or 0. All memory is the manifest's arena.
 */
#ifndef IMPORT_RASTER_SPEC_H
#define IMPORT_RASTER_SPEC_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define RASTER_MAX_SELECTS 8

enum raster_form { RASTER_GDAL, RASTER_TABLE, RASTER_LIST };
enum raster_registration { RASTER_AS_FILED, RASTER_CENTRE, RASTER_CORNER };
enum raster_rows { RASTER_ROWS_AS_FILED, RASTER_NORTH_UP, RASTER_SOUTH_UP };
enum raster_per { RASTER_PER_UNIT, RASTER_PER_CELL, RASTER_PER_KM2, RASTER_PER_HA, RASTER_PER_M2 };

struct raster_select { /* one place along a dimension */
    const char *dimension;
    const char *value; /* the coordinate's value, or "#3" = the third */
};

struct raster_spec {
    const char *path, *name; /* openable, and as messages call it */
    const char *band;        /* description, or number from 1 */
    const char *variable;
    int select_count;
    struct raster_select selects[RASTER_MAX_SELECTS];
    const char *driver; /* GDAL's short name */
    const char *crs;    /* "EPSG:32642", WKT or PROJ text */
    enum raster_form form;
    const char *columns[3]; /* of a table: longitude, latitude, value */
    enum raster_registration registration;
    enum raster_rows rows;
    bool has_extent;
    double extent[4];              /* outer edges of the cells: west, south, east, north */
    double step_deg[2];            /* of a table: longitude, latitude; 0 = deduced */
    int size[2];                   /* of a list: columns, rows; 0 = deduced */
    double fill;                   /* one more value that means no data */
    const char *const *companions; /* NULL-terminated names of files that are read with it */
    bool is_mass;                  /* masses in a unit; else weights */
    const char *unit;
    enum raster_per per;
    const char *gas;
    int year, month; /* month 0 = the whole year; year 0 = no period (weights) */
    double days;     /* declared length of the period */
    bool is_cut;     /* cells at the border of the country hold only what is inside */
};

/** A whole file as it is. */
static inline struct raster_spec raster_spec_of(const char *path, const char *name)
{
    return (struct raster_spec){.path = path,
                                .name = name,
                                .band = "",
                                .variable = "",
                                .driver = "",
                                .crs = "",
                                .columns = {"", "", ""},
                                .fill = NAN,
                                .unit = "",
                                .gas = "",
                                .days = NAN};
}

#endif
