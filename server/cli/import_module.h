/* import_module.h - the importer, which stands in a shared object of its own.
 *
 * GDAL brings a hundred libraries of file formats with it. The server reads none, so it shall
 * neither carry their memory nor expose itself to their faults: what needs GDAL is loaded by the
 * commands that do. docs/decisions/0025-the-importer-is-a-module.md.
 */
#ifndef CLI_IMPORT_MODULE_H
#define CLI_IMPORT_MODULE_H

#include "cli/import/explain/explain.h"
#include "cli/import/import.h"

struct import_module {
    const char *build; /* the sources' id: module and program are of one build */
    enum err (*run)(const struct import_options *options, struct why *why);
    enum err (*check_schema)(char *const *paths, int count, struct why *why);
    enum err (*explain)(const char *path, const char *manifest, struct why *why);
};

/** Loads it, from beside the program or from ../lib/fluxgrid, for the rest of the process.
 *  @return NULL with `why`: the file is missing, does not load, or is of another build. */
const struct import_module *import_module_load(struct why *why);

#endif
