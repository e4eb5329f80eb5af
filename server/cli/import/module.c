/* What the program finds when it loads the importer. */
#include "cli/import_module.h"

#ifndef FLUXGRID_BUILD_ID
#define FLUXGRID_BUILD_ID "dev"
#endif

extern const struct import_module fluxgrid_import_module;

const struct import_module fluxgrid_import_module = {
    .build = FLUXGRID_BUILD_ID,
    .run = import_run,
    .check_schema = import_check_schema,
    .explain = import_explain,
};
