#include <stdio.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/import/explain/explain.h"
#include "cli/import/import.h"

static int explain(struct arguments *a, const char *file)
{
    struct why why = {0};
    const char *manifest = arguments_value(a, "--output");
    enum err e = import_explain(file, manifest, &why);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}

static int check_schema(const struct arguments *a)
{
    struct why why = {0};
    enum err e = import_check_schema(a->argv, a->argc, &why);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}

int command_import(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct import_options options = {.is_publish = true};
    if (arguments_flag(&a, "--schema")) {
        return check_schema(&a);
    }
    const char *file = arguments_value(&a, "--explain");
    if (file != NULL) {
        return explain(&a, file);
    }
    options.report_file = arguments_value(&a, "--report");
    options.is_dry_run = arguments_flag(&a, "--dry-run");
    options.is_publish = !arguments_flag(&a, "--no-publish");
    options.is_quiet = arguments_flag(&a, "--quiet");
    options.manifest = arguments_word(&a);
    if (options.manifest == NULL) {
        fputs("fluxgrid import: name a manifest: fluxgrid import MANIFEST.json\n", stderr);
        return 2;
    }
    struct settings settings;
    if (!arguments_settings(&a, &settings)) {
        return 2;
    }
    options.database_url = settings.database_url;
    struct why why = {0};
    enum err e = import_run(&options, &why);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}
