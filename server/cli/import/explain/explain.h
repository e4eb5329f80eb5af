/* explain.h - `fluxgrid import --explain FILE`: what is in a file, and a manifest to start from.
 *
 * Any raster that the importer reads, any vector file, and text tables. Nothing is changed and no
 * database is asked. What can be told from the file is filled in; what a person must decide is a
 * text that begins with "TODO".
 */
#ifndef IMPORT_EXPLAIN_H
#define IMPORT_EXPLAIN_H

#include "base/err.h"

/** The description goes to standard output when the manifest goes to a file, else to standard
 *  error, so that the manifest can be redirected.
 *  @param manifest  where it is written to; NULL = standard output. An existing file is refused.
 *  @return ERR_INPUT (no such file, or none that is known), ERR_IO, ERR_NO_MEMORY. */
enum err import_explain(const char *path, const char *manifest, struct why *why) MUST_CHECK;

#endif
