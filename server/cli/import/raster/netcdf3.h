/* netcdf3.h - is a classic netCDF file (CDF-1, CDF-2, CDF-5) whole?
 *
 * The netCDF library reads what is missing at the end of a cut file as zeros and says nothing, so
 * the header's own sizes are held against the file's.
 */
#ifndef IMPORT_NETCDF3_H
#define IMPORT_NETCDF3_H

#include "base/err.h"

/** @return ERR_OK also for files of another form; ERR_INPUT when the file ends too early or its
 *  header makes no sense; ERR_IO. @param name  how messages call it. */
enum err netcdf3_check_whole(const char *path, const char *name, struct why *why) MUST_CHECK;

#endif
