/* netcdf.h - an export as a CF netCDF file in the classic format with 64-bit offsets (CDF-2).
 *
 * A header and rows of big-endian numbers: it streams, and needs no library (netCDF's and HDF5's
 * are not thread-safe, and want a file with a name). The same map gives the same bytes.
 * Thread-safe.
 */
#ifndef EXPORT_NETCDF_H
#define EXPORT_NETCDF_H

#include "export/export.h"
#include "export/out.h"

/** @return as export_cells_read(); ERR_IO, ERR_TOO_LARGE of the output. */
enum err netcdf_write(const struct export_map *m, struct export_out *to, struct export_total *out,
                      struct why *why) MUST_CHECK;

#endif
