/* fluxgrid: one binary, several commands. */
#include <stdio.h>
#include <string.h>

#include "base/settings.h"
#include "cli/commands.h"

#ifndef FLUXGRID_VERSION
#define FLUXGRID_VERSION "dev"
#endif
#ifndef FLUXGRID_BUILD_ID
#define FLUXGRID_BUILD_ID "dev"
#endif

struct command {
    const char *name;
    int (*run)(int argc, char *argv[]);
    const char *usage;
    const char *sentence;
};

static const struct command commands[] = {
    {"serve", command_serve, "serve", "serve the map and the answers until SIGTERM"},
    {"import", command_import,
     "import MANIFEST.json [--dry-run] [--no-publish] [--quiet] [--report FILE] | import --schema "
     "[MANIFEST.json ...]",
     "load one release, all or nothing"},
    {"releases", command_releases, "releases [SLUG] [--changes | --history]",
     "list the releases and their states, their changelog, or what happened to them"},
    {"diff", command_diff,
     "diff SLUG@FROM SLUG@TO [--by sector,year,district] [--level 0|1|2] [--top N] [--json FILE]",
     "compare two releases, drafts too"},
    {"publish", command_publish, "publish SLUG@VERSION",
     "show a draft, or a withdrawn release again"},
    {"rollback", command_rollback, "rollback SLUG [--to VERSION] [--reason TEXT]",
     "make the former published version the latest again; what is above it is withdrawn"},
    {"withdraw", command_withdraw, "withdraw SLUG@VERSION [--reason TEXT]",
     "take a release back; its addresses answer 410"},
    {"discard", command_discard, "discard SLUG@VERSION", "delete a draft and what it alone uses"},
    {"audit", command_audit, "audit SLUG@VERSION", "check the mass balance of what is stored"},
    {"check-config", command_check_config, "check-config [--sample]",
     "check the settings, or print a sample file"},
};

static void print_help(void)
{
    puts("fluxgrid - a carbon map that a ministry can run itself\n\nusage: fluxgrid COMMAND "
         "[arguments] [--setting value ...]\n");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        printf("  %s\n      %s\n", commands[i].usage, commands[i].sentence);
    }
    puts("\nsettings (flag, FLUXGRID_NAME in the environment, or a line of config/fluxgrid.conf; "
         "--config FILE for another file):\n");
    settings_write_help(stdout);
}

int main(int argc, char *argv[])
{
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        print_help();
        return argc > 1 ? 0 : 2;
    }
    if (strcmp(name, "--version") == 0) {
        printf("fluxgrid %s (build %s)\n", FLUXGRID_VERSION, FLUXGRID_BUILD_ID);
        return 0;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return commands[i].run(argc - 2, argv + 2);
        }
    }
    fprintf(stderr, "fluxgrid: there is no command '%.40s': try fluxgrid --help\n", name);
    return 2;
}
