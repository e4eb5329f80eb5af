/* export_write.h - an export written in one of its formats, to a file or into memory. Thread-safe.
 */
#ifndef EXPORT_EXPORT_WRITE_H
#define EXPORT_EXPORT_WRITE_H

#include <stdio.h>

#include "base/buf.h"
#include "export/export.h"

enum export_format { EXPORT_GEOTIFF, EXPORT_NETCDF, EXPORT_FORMATS };

/** "tif", "nc". */
const char *export_suffix(enum export_format format);
/** The format of a name that ends in a suffix; EXPORT_FORMATS = of none. */
enum export_format export_format_of(const char *name);

/** @param to  open for writing, empty; borrowed. @param folder  where a nameless file may lie
 *  meanwhile. @return as geotiff_write() and netcdf_write(). */
enum err export_write_file(const struct export_map *m, enum export_format format, FILE *to,
                           const char *folder, struct export_total *out,
                           struct why *why) MUST_CHECK;
/** The same bytes, into an empty buffer.
 *  @return ERR_TOO_LARGE past its maximum, with what would be allowed. */
enum err export_write_memory(const struct export_map *m, enum export_format format, struct buf *to,
                             struct export_total *out, struct why *why) MUST_CHECK;

#endif
