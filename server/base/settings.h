/* settings.h - every setting of the program, in one table.
 *
 * Sources, later wins: built-in default, config/fluxgrid.conf ("name = value" lines, # comments),
 * environment (FLUXGRID_NAME; DATABASE_URL for database_url), command-line flags (--name value).
 * The sample file and the help are generated from the same table. Immutable after settings_load,
 * so readable from any thread. Unknown names in the file or the flags are errors; unknown
 * FLUXGRID_ variables are not, as other programs may have their own.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

#define SETTINGS_DEFAULT_FILE "config/fluxgrid.conf"

struct settings {
    char listen_address[64];         /* "127.0.0.1" */
    int64_t port;                    /* 8080 */
    char admin_address[64];          /* "127.0.0.1": /metrics, /livez, /readyz */
    int64_t admin_port;              /* 9090; 0 = off */
    char public_url[256];            /* "" = derived from Host */
    char operator_tokens_file[512];  /* "" = operators' addresses are off */
    char operator_database_url[512]; /* "" = they can purge, but not publish */
    char trusted_proxies[512];       /* "" = none: addresses and networks, with commas between */
    char database_url[512];          /* libpq conninfo or URI; "" = PG* variables */
    char basemap_url[512];           /* template with {z}, {x}, {y}; "" = none */
    char basemap_attribution[256];
    char static_dir[256];               /* "static" */
    char styles_dir[256];               /* "config/styles" */
    char default_release[64];           /* slug; "" = the first published */
    char default_gwp[16];               /* "AR5-100" */
    int64_t event_threads;              /* 0 = one per core, at most 4 */
    int64_t workers;                    /* 0 = 2 per core */
    int64_t queue_length;               /* 256 */
    int64_t response_cache_mib;         /* 128 */
    int64_t block_cache_mib;            /* 256 */
    int64_t max_connections;            /* 8000 */
    int64_t max_connections_per_client; /* 256; 0 = no limit */
    int64_t rate_limit_per_s;           /* 2000 units; 0 = no limit */
    int64_t rate_limit_burst;           /* 20000 units */
    char unlimited_clients[512];        /* "127.0.0.0/8, ::1" */
    int64_t header_timeout_ms;          /* 5000, absolute */
    int64_t request_timeout_ms;         /* 10000: deadline of a job */
    int64_t response_timeout_ms;        /* 30000 */
    int64_t idle_timeout_ms;            /* 8000 */
    int64_t statement_timeout_ms;       /* 8000 */
    int64_t max_body_bytes;             /* 1 MiB */
    int64_t latest_max_age_s;           /* 60 */
    int64_t drain_timeout_ms;           /* 10000 */
    char log_level[16];                 /* "info" */
};

/** Fills *out from defaults, file, environment and flags.
 *  @param file  must exist; NULL takes SETTINGS_DEFAULT_FILE where it exists, else none.
 *  @param argc,argv  only --name value / --name=value pairs (no program name, no subcommand); '-'
 *         and '_' are the same in a name; unknown ones are ERR_INPUT.
 *  @param why  its parameter names the place: "file:line", "--flag" or the variable.
 *  @return ERR_INPUT with the setting, the value's fault and the bounds; ERR_IO for the file. */
enum err settings_load(struct settings *out, const char *file, int argc, char *const argv[],
                       struct why *why) MUST_CHECK;
/** Is there a setting of this name (as a flag: '-' and '_' are the same)? */
bool settings_have(const char *name, size_t len);
void settings_write_sample(FILE *to); /* config/fluxgrid.conf.sample */
void settings_write_help(FILE *to);   /* the options part of --help */

#endif
