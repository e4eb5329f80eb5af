#include "base/settings_table.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/networks.h"
#include "base/settings.h"

static const char *const log_levels[] = {"debug", "info", "warn", "error", NULL};

static enum err check_address(const char *value, const char **rule)
{
    unsigned char parsed[sizeof(struct in6_addr)];
    *rule = "a numeric IPv4 or IPv6 address such as 127.0.0.1, 0.0.0.0 or ::1";
    if (inet_pton(AF_INET, value, parsed) == 1 || inet_pton(AF_INET6, value, parsed) == 1) {
        return ERR_OK;
    }
    return ERR_INPUT;
}

static enum err check_url(const char *value, const char **rule)
{
    size_t len = strlen(value);
    *rule = "empty, or http:// or https:// with a host, and no slash at the end";
    if (len == 0) {
        return ERR_OK;
    }
    size_t scheme = strncmp(value, "https://", 8) == 0  ? 8
                    : strncmp(value, "http://", 7) == 0 ? 7
                                                        : 0;
    if (scheme == 0 || len == scheme || value[len - 1] == '/' ||
        strpbrk(value, " \"<>?#") != NULL) {
        return ERR_INPUT;
    }
    return ERR_OK;
}

/* The value stands in a header of the page, too: nothing but what an address needs. */
static enum err check_basemap(const char *value, const char **rule)
{
    static const char *const places[] = {"{z}", "{x}", "{y}"};
    *rule = "empty, or https:// or http:// with a host and a path that holds {z}, {x} and {y} once";
    if (value[0] == '\0') {
        return ERR_OK;
    }
    const char *host = strstr(value, "://");
    bool is_web = strncmp(value, "https://", 8) == 0 || strncmp(value, "http://", 7) == 0;
    if (!is_web || strchr("/:", host[3]) != NULL || strpbrk(value, " \t\"'<>;,\\*#") != NULL) {
        return ERR_INPUT;
    }
    const char *path = strchr(host + 3, '/');
    if (strcspn(host + 3, "@?") < strcspn(host + 3, "/")) { /* a name and password, or no path */
        return ERR_INPUT;
    }
    size_t braces = 0;
    for (const char *c = value; *c != '\0'; c++) {
        braces += *c == '{' || *c == '}';
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (path == NULL || strstr(path, places[i]) == NULL) {
            return ERR_INPUT;
        }
    }
    return braces == 6 ? ERR_OK : ERR_INPUT;
}

static enum err check_networks(const char *value, const char **rule)
{
    struct networks ignored;
    *rule =
        "empty, or up to 32 addresses and networks such as 127.0.0.1, 10.0.0.0/8, 2001:db8::/32";
    return networks_read(value, &ignored);
}

static enum err check_not_empty(const char *value, const char **rule)
{
    *rule = "not empty";
    return value[0] != '\0' ? ERR_OK : ERR_INPUT;
}

/* clang-format off */
#define AT(field) offsetof(struct settings, field), sizeof((struct settings *)0)->field
#define INTEGER(field, its_unit, low, high, preset, its_sentence) \
    {#field, SETTING_INTEGER, its_unit, low, high, preset, "", NULL, NULL, AT(field), its_sentence}
#define TEXT(field, its_check, preset, its_sentence) \
    {#field, SETTING_TEXT, "", 0, 0, 0, preset, NULL, its_check, AT(field), its_sentence}
#define CHOICE(field, its_choices, preset, its_sentence) \
    {#field, SETTING_TEXT, "", 0, 0, 0, preset, its_choices, NULL, AT(field), its_sentence}

const struct setting settings_table[] = {
    TEXT(listen_address, check_address, "127.0.0.1",
         "Address the public listener binds to; anything but loopback belongs behind a proxy."),
    INTEGER(port, "", 0, 65535, 8080, "Port of the public listener; 0 takes any free one."),
    TEXT(admin_address, check_address, "127.0.0.1",
         "Address of /metrics, /livez and /readyz; never a public one."),
    INTEGER(admin_port, "", 0, 65535, 9090, "Port of the admin listener; 0 switches it off."),
    TEXT(public_url, check_url, "",
         "Address people reach the server by, with its base path; empty takes the Host header."),
    TEXT(trusted_proxies, check_networks, "",
         "Proxies whose X-Forwarded-* or Forwarded headers say how people reach the server."),
    TEXT(database_url, NULL, "",
         "libpq URI or conninfo of the database; empty leaves it to the PG* variables."),
    TEXT(operator_tokens_file, NULL, "",
         "File of operators' tokens, for their addresses on the admin listener; empty: none."),
    TEXT(operator_database_url, NULL, "",
         "As database_url, of a role that may publish; empty: operators cannot over HTTP."),
    TEXT(static_dir, check_not_empty, "static", "Directory of the web map, served at /."),
    TEXT(basemap_url, check_basemap, "",
         "Tiles that people may lay below the map, from another server; empty: none."),
    TEXT(basemap_attribution, NULL, "", "What their makers want said beside them, as plain text."),
    TEXT(styles_dir, check_not_empty, "config/styles", "Directory of the style files."),
    TEXT(default_release, NULL, "",
         "Inventory a request gets that names none; empty takes the first published."),
    TEXT(default_gwp, check_not_empty, "AR5-100",
         "GWP set a CO2e request gets that names none."),
    INTEGER(event_threads, "threads", 0, 64, 0,
            "HTTP event threads; 0 takes one per core, at most 4."),
    INTEGER(workers, "threads", 0, 256, 0,
            "Workers, each with one database connection; 0 takes two per core. One more where "
            "operators act over HTTP."),
    INTEGER(queue_length, "jobs", 1, 65536, 256,
            "Jobs that may wait for a worker; the next one is refused with 503."),
    INTEGER(response_cache_mib, "MiB", 0, 1048576, 128,
            "Memory for finished responses; 0 keeps none."),
    INTEGER(block_cache_mib, "MiB", 0, 1048576, 256,
            "Memory for decoded blocks of cells; 0 keeps none."),
    INTEGER(max_connections, "connections", 1, 1000000, 8000,
            "Clients connected at once; the next one is refused."),
    INTEGER(max_connections_per_client, "connections", 0, 1000000, 256,
            "Of them, how many may come from one address (IPv6: one /64); 0 = as many as it likes."),
    INTEGER(rate_limit_per_s, "units per second", 0, 1000000, 2000,
            "What one client may ask: 1 an answer at hand, 10 one to compute, 200 a long one; 0 = no limit."),
    INTEGER(rate_limit_burst, "units", 1, 100000000, 20000,
            "What a client that was quiet may ask at once, over its rate."),
    TEXT(unlimited_clients, check_networks, "127.0.0.0/8, ::1",
         "Clients without a limit of requests and connections, such as the ministry's own network."),
    INTEGER(header_timeout_ms, "ms", 100, 600000, 5000,
            "Time a client has to send its request headers, counted from the first byte."),
    INTEGER(request_timeout_ms, "ms", 100, 600000, 10000,
            "Time a request may take from its arrival to its answer."),
    INTEGER(response_timeout_ms, "ms", 100, 3600000, 30000,
            "Time a client has to take its answer."),
    INTEGER(idle_timeout_ms, "ms", 100, 3600000, 8000,
            "Time a connection may stay open without a request."),
    INTEGER(statement_timeout_ms, "ms", 10, 600000, 8000,
            "Time one database statement may take."),
    INTEGER(max_body_bytes, "bytes", 0, 16777216, 1048576,
            "Largest request body: an area of 20 000 positions with all their digits takes 0.9 MB."),
    INTEGER(latest_max_age_s, "s", 0, 86400, 60,
            "Time a client may keep an answer from the latest release without asking again."),
    INTEGER(drain_timeout_ms, "ms", 0, 600000, 10000,
            "Time running requests get to finish after SIGTERM."),
    CHOICE(log_level, log_levels, "info", "Lowest level of event that is logged."),
};
/* clang-format on */
const int settings_table_count = (int)(sizeof settings_table / sizeof settings_table[0]);
