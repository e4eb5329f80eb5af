/* netcdf_classic.h - how long a netCDF file of the classic formats must be.
 *
 * The library reads zeros behind the end of a file that was cut short, so that a truncated
 * inventory would be taken for one without emissions. The header says where every variable ends.
 * Formats: CDF-1, CDF-2 (64-bit offsets), CDF-5 (64-bit sizes); of the netCDF specification.
 */
#ifndef IMPORT_NETCDF_CLASSIC_H
#define IMPORT_NETCDF_CLASSIC_H

#include "base/err.h"

/** Is the file as long as its header says? A file of another format is no concern: ERR_OK.
 *  @return ERR_INPUT with both lengths, or when the header itself is cut; ERR_IO. */
enum err netcdf_classic_check(const char *path, const char *name, struct why *why) MUST_CHECK;

#endif
