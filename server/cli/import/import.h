/* import.h - `fluxgrid import MANIFEST.json`: one release from its files into the database. */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "base/err.h"

struct import_options {
    const char *manifest;
    const char *database_url;
    const char *report_file; /* JSON; NULL = none */
    bool is_dry_run;
    bool is_publish;
    bool is_quiet;
};

/** Prints the report to standard output, faults to standard error.
 *  @return as load_release; ERR_INPUT after faults were printed. */
enum err import_run(const struct import_options *options, struct why *why) MUST_CHECK;

/** Checks manifests against the schema alone: "NAME: valid" on standard output, faults on standard
 *  error. @param paths  count of them; with none, prints the schema itself.
 *  @return ERR_INPUT when one is not valid; ERR_IO, ERR_NO_MEMORY. */
enum err import_check_schema(char *const *paths, int count, struct why *why) MUST_CHECK;

#endif
