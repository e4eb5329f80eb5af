/* raster_strip.h - rows of a source, read some at a time, each cell checked once.
 *
 * Compressed files are read in chunks: a row at a time would unpack each chunk once a row.
 */
#ifndef IMPORT_RASTER_STRIP_H
#define IMPORT_RASTER_STRIP_H

#include "cli/import/raster/raster_source.h"
#include "geo/sum.h"

struct raster_strip {
    struct raster_source *source; /* borrowed */
    int32_t rows, base;           /* rows of a strip; first row of the one at hand, -1 = none */
    double *values;
    unsigned char *is_nodata;
    unsigned char *is_checked; /* of each strip */
    struct sum sum;            /* of the cells with data, each once, as the file has them */
};

enum err raster_strip_init(struct raster_strip *strip, struct raster_source *source) MUST_CHECK;
void raster_strip_fini(struct raster_strip *strip);
/** One row of the file. NaN, infinite and negative cells are issues with their pixel and value, and
 *  no data from then on. *values and *is_nodata are borrowed until the next call. */
enum err raster_strip_row(struct raster_strip *strip, int32_t row, const double **values,
                          const unsigned char **is_nodata, struct why *why) MUST_CHECK;

#endif
