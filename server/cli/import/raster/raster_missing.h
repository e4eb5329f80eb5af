/* raster_missing.h - which numbers of a file mean "no data", as they lie in it (before unpacking).
 *
 * A value that is taken for a mass because only one of a file's two missing values was known is
 * the worst that can happen to a total: 1e20 t.
 */
#ifndef IMPORT_RASTER_MISSING_H
#define IMPORT_RASTER_MISSING_H

#include <stdbool.h>
#include <stddef.h>

#define RASTER_MISSING_MAX 4

struct raster_missing {
    bool is_float4; /* the file's cells are: what is declared in more digits is rounded as they */
    int count;
    double values[RASTER_MISSING_MAX]; /* NaN among them: cells that are NaN */
    bool has_range;
    double low, high; /* what lies outside is no data */
};

/** One more value; NaN counts, and what does not fit is passed over. */
void raster_missing_add(struct raster_missing *m, double value);
void raster_missing_range(struct raster_missing *m, double low, double high);
bool raster_is_missing(const struct raster_missing *m, double value);
/** In words, for the report: "-9999", "1e+20, below 0". @return nothing; "" when there is none. */
void raster_missing_write(const struct raster_missing *m, char *out, size_t size);

#endif
