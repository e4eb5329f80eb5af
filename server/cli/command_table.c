#include "cli/command_table.h"

#include <stddef.h>
#include <string.h>

#include "cli/commands.h"

static const struct command_option no_options[] = {{NULL, NULL, NULL}};

static const struct command_option import_options[] = {
    {"--dry-run", NULL, "do, balance, compare and report everything, then take it back"},
    {"--no-publish", NULL, "leave the release a draft; 'fluxgrid publish' shows it"},
    {"--report", "FILE", "write the report as JSON"},
    {"--quiet", NULL, "no progress on standard error"},
    {"--explain", "FILE", "look at a file and write a manifest to start from, to standard output"},
    {"--output", "MANIFEST", "with --explain: write the manifest into this file"},
    {"--schema", NULL, "print the manifest's JSON Schema, or check manifests against it"},
    {NULL, NULL, NULL}};

static const struct command_option releases_options[] = {
    {"--changes", NULL, "with the changelog of each"},
    {"--history", NULL, "who published, withdrew and discarded what, and when (UTC)"},
    {NULL, NULL, NULL}};

static const struct command_option diff_options[] = {
    {"--by", "LIST",
     "of sector, year, month, district (default sector,year); gas and flow always are"},
    {"--level", "N", "of districts: 0 country, 1 region (default), 2 district"},
    {"--top", "N", "how many differences are printed, the largest first (default 20)"},
    {"--json", "FILE", "write all of it, with what is unchanged"},
    {NULL, NULL, NULL}};

static const struct command_option rollback_options[] = {
    {"--to", "VERSION", "withdraw all above this version; the same again does nothing"},
    {"--reason", "TEXT", "one line, kept, and told to whoever asks for what was withdrawn"},
    {NULL, NULL, NULL}};

static const struct command_option withdraw_options[] = {
    {"--reason", "TEXT", "one line, kept, and told to whoever asks for the release"},
    {NULL, NULL, NULL}};

static const struct command_option export_options[] = {
    {"--out", "FILE", "a cloud-optimised GeoTIFF (.tif) or CF netCDF (.nc)"},
    {"--mbtiles", "FILE", "an MBTiles pyramid of the server's own tiles"},
    {"--release", "NAME", "SLUG or SLUG@VERSION (default as the server's)"},
    {"--year", "YEAR", "of the release (default its latest)"},
    {"--month", "MONTH", "as YYYY-MM, of a release that has months"},
    {"--sector", "LIST", "codes, separated by commas (default all)"},
    {"--gwp", "SET", "of a CO2e layer (default AR5-100)"},
    {"--minus", "WHAT", "a year, a release or SLUG@VERSION:YEAR to subtract"},
    {"--what", "WORD", "with --out: mass (default), tonnes in each cell; or density, per km2"},
    {"--bbox", "BOX", "with --out: west,south,east,north in degrees"},
    {"--minzoom", "N", "with --mbtiles: the lowest zoom (default 0)"},
    {"--maxzoom", "N", "with --mbtiles: the highest (default where a pixel is half a cell)"},
    {"--style", "STYLE", "with --mbtiles: one of /v1/styles"},
    {"--force", NULL, "replace a file that is there"},
    {"--quiet", NULL, "no progress on standard error"},
    {NULL, NULL, NULL}};

static const struct command_option check_config_options[] = {
    {"--sample", NULL, "print a sample configuration file with every setting"}, {NULL, NULL, NULL}};

const struct command command_table[] = {
    {"serve",
     command_serve,
     {"serve"},
     "serve the map and the answers until SIGTERM",
     "Listens on listen_address and port, and for operators on admin_address and admin_port.\n"
     "SIGTERM and SIGINT drain and end it; SIGHUP re-reads styles and static files;\n"
     "SIGUSR2 starts a successor with the same sockets and drains once that serves.\n"
     "Refuses to run as root.\n",
     0,
     no_options},
    {"import",
     command_import,
     {"import MANIFEST.json [--dry-run] [--no-publish] [--quiet] [--report FILE]",
      "import --explain FILE [--output MANIFEST]", "import --schema [MANIFEST.json ...]"},
     "load one release, all or nothing; or look at a file; or check manifests",
     "Checks everything, loads it in one transaction, compares it with the former release and\n"
     "publishes it. Refused or killed, it leaves the database as it was. docs/import.md is the\n"
     "reference of the manifest.\n",
     -1,
     import_options},
    {"releases",
     command_releases,
     {"releases [SLUG] [--changes | --history]"},
     "list the releases and their states, their changelog, or what happened to them",
     "Columns between tabs: release, state (draft, published, superseded, withdrawn), time of\n"
     "first publication (UTC), title, and what there is to say of the state.\n",
     1,
     releases_options},
    {"diff",
     command_diff,
     {"diff SLUG@FROM SLUG@TO [--by LIST] [--level N] [--top N] [--json FILE]"},
     "compare two releases, drafts too",
     "Totals, the largest differences with the changelog's reasons, sectors that changed without\n"
     "a reason, and what is said differently. Ends with 0 whether or not they differ.\n",
     2,
     diff_options},
    {"publish",
     command_publish,
     {"publish SLUG@VERSION"},
     "show a draft, or a withdrawn release again",
     "Servers follow within a second. The latest of a slug is its highest published version: one\n"
     "below it may be published, and is superseded from the start. The same again does nothing.\n",
     1,
     no_options},
    {"rollback",
     command_rollback,
     {"rollback SLUG [--to VERSION] [--reason TEXT]"},
     "make the former published version the latest again; what is above it is withdrawn",
     "One transaction: readers see the one release or the other. 'fluxgrid publish' of what was\n"
     "withdrawn undoes it. Refused when there is no former published version.\n",
     1,
     rollback_options},
    {"withdraw",
     command_withdraw,
     {"withdraw SLUG@VERSION [--reason TEXT]"},
     "take a release back; its addresses answer 410",
     "Its content stays in the database, and 'fluxgrid publish' shows it again. HTTP caches may\n"
     "hold its pinned answers until they are purged.\n",
     1,
     withdraw_options},
    {"discard",
     command_discard,
     {"discard SLUG@VERSION"},
     "delete a draft and what it alone uses",
     "For good. What was ever published is not deleted: withdraw it.\n",
     1,
     no_options},
    {"audit",
     command_audit,
     {"audit SLUG@VERSION"},
     "check the mass balance of what is stored",
     "A line a check; ends with 1 when one of them fails.\n",
     1,
     no_options},
    {"export",
     command_export,
     {"export LAYER --out FILE [--what WORD] [--bbox BOX] [--release NAME] [--year YEAR]",
      "export LAYER --mbtiles FILE [--minzoom N] [--maxzoom N] [--style STYLE] [--force]",
      "export LAYER .. [--month MONTH] [--sector LIST] [--gwp SET] [--minus WHAT] [--quiet]"},
     "write a map as GeoTIFF, netCDF or MBTiles",
     "LAYER is as on tiles: net-co2e, emissions-co2, removals-co2. Release, period, sectors, GWP "
     "set\n"
     "and --minus go with both forms. The file is FILE.part until it is whole. What was written "
     "is\n"
     "said on standard output: cells and tonnes, or tiles.\n",
     1,
     export_options},
    {"token",
     command_token,
     {"token NAME"},
     "make a token with which an operator may act over HTTP",
     "Prints the line for operator_tokens_file (NAME and a digest) on standard output, and the\n"
     "token itself, which nobody can read again, on standard error. To replace one, add the new\n"
     "line, send SIGHUP, change to the new token, then remove the old line.\n",
     1,
     no_options},
    {"check-config",
     command_check_config,
     {"check-config [--sample]"},
     "check the settings, or print a sample file",
     "",
     0,
     check_config_options},
};

const int command_table_count = (int)(sizeof command_table / sizeof command_table[0]);

const struct command *command_find(const char *name)
{
    for (int i = 0; i < command_table_count; i++) {
        if (strcmp(command_table[i].name, name) == 0) {
            return &command_table[i];
        }
    }
    return NULL;
}
