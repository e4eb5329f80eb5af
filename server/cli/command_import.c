#include <stdio.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/import_module.h"

static int report(enum err e, const struct why *why)
{
    return e == ERR_OK ? 0 : arguments_fail(e, why);
}

static int explain(const struct import_module *module, struct arguments *a, const char *file)
{
    struct why why = {0};
    const char *manifest = arguments_value(a, "--output");
    return report(module->explain(file, manifest, &why), &why);
}

static int check_schema(const struct import_module *module, const struct arguments *a)
{
    struct why why = {0};
    return report(module->check_schema(a->argv, a->argc, &why), &why);
}

static int import(const struct import_module *module, struct arguments *a)
{
    struct import_options options = {.is_publish = true};
    options.report_file = arguments_value(a, "--report");
    options.is_dry_run = arguments_flag(a, "--dry-run");
    options.is_publish = !arguments_flag(a, "--no-publish");
    options.is_quiet = arguments_flag(a, "--quiet");
    options.manifest = arguments_word(a);
    if (options.manifest == NULL) {
        fputs("fluxgrid import: name a manifest: fluxgrid import MANIFEST.json\n", stderr);
        return 2;
    }
    struct settings settings;
    if (!arguments_settings(a, &settings)) {
        return 2;
    }
    options.database_url = settings.database_url;
    struct why why = {0};
    return report(module->run(&options, &why), &why);
}

int command_import(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct why why = {0};
    const struct import_module *module = import_module_load(&why);
    if (module == NULL) {
        return report(ERR_IO, &why);
    }
    if (arguments_flag(&a, "--schema")) {
        return check_schema(module, &a);
    }
    const char *file = arguments_value(&a, "--explain");
    return file != NULL ? explain(module, &a, file) : import(module, &a);
}
