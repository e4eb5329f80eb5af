/* export.h - a map as a file: a combination of fields in the cells of its finest grid.
 *
 * What a file is made of, shared by the writers (geotiff.h, netcdf.h). Cells stream by strips
 * (export_cells.h), so memory does not grow with the grid. The
 * files are written without a library (docs/decisions/0022-export.md). Any thread; one at a time
 * per struct.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "inventory/combination.h"
#include "store/block_cache.h"

#define EXPORT_MAX_TEXTS 24

/** One remark; name: letters, digits and "_". */
struct export_text {
    const char *name;
    const char *value; /* UTF-8; "" = left out */
};

/** What is told with the cells. All borrowed. */
struct export_about {
    const char *variable;     /* "mass", "density" */
    const char *long_name;    /* "net-co2e, 2022: tonnes per cell" */
    const char *unit;         /* for people: "t CO2e (AR5-100)" */
    const char *udunit;       /* for UDUNITS: "t", "t km-2" */
    const char *cell_methods; /* of CF */
    const char *copyright;    /* attribution and licence in a line */
    int year, month;          /* the period; month 0 = whole year; year 0 = no one period */
    int text_count;
    struct export_text texts[EXPORT_MAX_TEXTS]; /* "title" first */
};

struct export_map {
    const struct catalog *catalog;
    const struct combination *combination;
    struct grid grid; /* export_grid_choose() */
    bool is_whole;    /* no box cut it: its mass must be the combination's */
    bool is_density;  /* t/km2 of ground in place of tonnes per cell */
    struct export_about about;
    struct block_cache *blocks;
    struct conn *db;
    int64_t deadline_ms;
    /** Told how far it is, 0..1; false ends it. NULL = no one asks. */
    bool (*go_on)(void *context, double share);
    void *context;
};

/** What was written. */
struct export_total {
    double mass_t;  /* compensated sum over the cells, also of a density */
    int64_t filled; /* cells with data */
};

/** ERR_OK while the export may go on; else what ended it. */
enum err export_go_on(const struct export_map *m, double share, struct why *why) MUST_CHECK;

#endif
