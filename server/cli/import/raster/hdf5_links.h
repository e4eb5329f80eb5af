/* hdf5_links.h - does an HDF5 (or netCDF-4) file lead out of itself?
 *
 * HDF5 has links to other files, data that lie in other files, and virtual datasets made of them;
 * the library follows all three in silence, out of the manifest's folder. One thread.
 */
#ifndef IMPORT_HDF5_LINKS_H
#define IMPORT_HDF5_LINKS_H

#include "base/err.h"

/** Refuses them. A file of another format is no concern: ERR_OK.
 *  @return ERR_INPUT with the name of the object. */
enum err hdf5_links_check(const char *path, const char *name, struct why *why) MUST_CHECK;

#endif
