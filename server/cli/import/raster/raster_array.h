/* raster_array.h - what the parts of the reader of arrays with named dimensions share.
 *
 * GDAL's types stay in the .c files: handles are void pointers here.
 */
#ifndef IMPORT_RASTER_ARRAY_H
#define IMPORT_RASTER_ARRAY_H

#include <stddef.h>

#include "cli/import/raster/cf_time.h"
#include "cli/import/raster/raster_missing.h"
#include "cli/import/raster/raster_source.h"

#define ARRAY_MAX_DIMENSIONS 10
#define ARRAY_NAME_BYTES     64

enum array_axis { ARRAY_OTHER, ARRAY_X, ARRAY_Y, ARRAY_TIME };

struct array_dimension {
    char name[ARRAY_NAME_BYTES];
    size_t size;
    enum array_axis axis;
    bool is_degrees; /* its coordinates say so */
    bool is_km;
    double *values; /* coordinates, or NULL */
    char **texts;   /* coordinates that are words, or NULL; malloc, each */
    double *bounds; /* size x 2, or NULL */
    bool has_time;
    struct cf_time time;
};

struct array_file {
    void *dataset, *root, *array;
    size_t dimension_count;
    struct array_dimension dimensions[ARRAY_MAX_DIMENSIONS];
    size_t x, y;                        /* which of them */
    size_t fixed[ARRAY_MAX_DIMENSIONS]; /* place along each of the others */
    struct raster_missing missing;
    double scale, offset;
};

/** Dimensions and their coordinates, and which are east and north. */
enum err array_read_dimensions(struct raster_source *s, struct array_file *f,
                               struct why *why) MUST_CHECK;
/** A place along every other dimension, as the manifest and its period say. */
enum err array_select(struct raster_source *s, struct array_file *f, struct why *why) MUST_CHECK;
/** The date of a place in time; year 0 = unknown, month 0 = a whole year. */
struct cf_date array_date_of(const struct array_dimension *d, size_t i);
/** A place as "select" names it: its text, date, number or "#3". @return as snprintf. */
int array_write_place(const struct array_dimension *d, size_t i, char *out, size_t size);
void array_free_dimensions(struct array_file *f);
/** An attribute of an array as text; "" = none. */
void array_attribute(void *array, const char *name, char *out, size_t size);
/** Which of the array's numbers mean no data, and its scale and offset. */
void array_read_missing(struct raster_source *s, struct array_file *f);

#endif
