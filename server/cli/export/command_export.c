/* export: a map as a file - GeoTIFF, netCDF, or a pyramid of tiles. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/export_request.h"
#include "api/values.h"
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/export/mbtiles.h"
#include "cli/export/part_file.h"
#include "cli/session.h"
#include "export/export_grid.h"
#include "export/export_write.h"
#include "store/store.h"

#define CATALOG_TIMEOUT_MS 600000
#define EXPORT_TIMEOUT_MS  ((int64_t)7 * 86400 * 1000)
#define BLOCK_CACHE_BYTES  ((size_t)64 << 20)
#define ARENA_MAX          ((size_t)64 << 20)
#define MAX_PARAMETERS     10

struct options {
    const char *layer;
    const char *out, *mbtiles; /* one of the two */
    bool is_forced, is_quiet;
    int min_zoom, max_zoom;
    int count; /* the request's parameters */
    const char *names[MAX_PARAMETERS], *values[MAX_PARAMETERS];
};

/* What an export works with. */
struct tools {
    struct session session;
    struct arena arena;
    struct catalog *catalog;
    struct style_set *styles;
    struct block_cache *blocks;
    bool shows_progress;
    int shown_pct;
};

static volatile sig_atomic_t is_interrupted;

static void on_signal(int which)
{
    is_interrupted = which;
}

static void catch_signals(void)
{
    struct sigaction act = {.sa_handler = on_signal};
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGHUP, &act, NULL);
}

static bool go_on(void *context, double share)
{
    struct tools *t = context;
    int pct = (int)(share * 100);
    if (t->shows_progress && pct != t->shown_pct) {
        t->shown_pct = pct;
        fprintf(stderr, "\r%3d %%", pct);
    }
    return !is_interrupted;
}

/* ---- options ------------------------------------------------------------------------------ */

static void take(struct arguments *a, struct options *o, const char *flag)
{
    const char *value = arguments_value(a, flag);
    if (value != NULL) {
        o->names[o->count] = flag + 2;
        o->values[o->count++] = value;
    }
}

static bool complain(const char *sentence)
{
    fprintf(stderr, "fluxgrid export: %s\n", sentence);
    return false;
}

static bool read_zoom(struct arguments *a, const char *flag, int *out)
{
    const char *text = arguments_value(a, flag);
    if (text == NULL || value_int(text, 0, MBTILES_MAX_ZOOM, out)) {
        return true;
    }
    fprintf(stderr, "fluxgrid export: %s = '%.20s': must be a whole number from 0 to %d\n", flag,
            text, MBTILES_MAX_ZOOM);
    return false;
}

static bool read_what(struct arguments *a, struct options *o)
{
    const char *what = arguments_value(a, "--what");
    if (what == NULL || strcmp(what, "mass") == 0) {
        return true;
    }
    o->names[o->count] = "per";
    o->values[o->count++] = "km2";
    return strcmp(what, "density") == 0 || complain("--what: must be mass or density");
}

static bool read_tiles_form(struct arguments *a, struct options *o)
{
    take(a, o, "--style");
    if (arguments_value(a, "--bbox") != NULL || arguments_value(a, "--what") != NULL) {
        return complain("--bbox and --what go with --out");
    }
    return read_zoom(a, "--minzoom", &o->min_zoom) && read_zoom(a, "--maxzoom", &o->max_zoom);
}

static bool read_cells_form(struct arguments *a, struct options *o)
{
    if (export_format_of(o->out) == EXPORT_FORMATS) {
        return complain("--out: the name must end in .tif or .nc");
    }
    if (arguments_value(a, "--style") != NULL || arguments_value(a, "--minzoom") != NULL ||
        arguments_value(a, "--maxzoom") != NULL) {
        return complain("--style, --minzoom and --maxzoom go with --mbtiles");
    }
    take(a, o, "--bbox");
    return read_what(a, o);
}

static bool read_options(struct arguments *a, struct options *o)
{
    *o = (struct options){.max_zoom = -1};
    o->is_forced = arguments_flag(a, "--force");
    o->is_quiet = arguments_flag(a, "--quiet");
    take(a, o, "--release");
    take(a, o, "--year");
    take(a, o, "--month");
    take(a, o, "--sector");
    take(a, o, "--gwp");
    take(a, o, "--minus");
    o->out = arguments_value(a, "--out");
    o->mbtiles = arguments_value(a, "--mbtiles");
    if ((o->out == NULL) == (o->mbtiles == NULL)) {
        return complain("name one file: --out FILE.tif, --out FILE.nc or --mbtiles FILE");
    }
    if (!(o->out != NULL ? read_cells_form(a, o) : read_tiles_form(a, o))) {
        return false;
    }
    o->layer = arguments_word(a);
    return o->layer != NULL || complain("name a layer, such as net-co2e or emissions-co2");
}

/* ---- tools -------------------------------------------------------------------------------- */

static enum err tools_open(struct tools *t, struct why *why)
{
    enum err e = store_catalog(t->session.db, clock_ms() + CATALOG_TIMEOUT_MS, &t->catalog, why);
    if (e == ERR_OK) {
        e = style_set_load(t->session.settings.styles_dir, &t->styles, why);
    }
    if (e == ERR_OK && (t->blocks = block_cache_new(BLOCK_CACHE_BYTES)) == NULL) {
        e = why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    return e;
}

static void tools_close(struct tools *t)
{
    block_cache_free(t->blocks);
    style_set_unref(t->styles);
    catalog_unref(t->catalog);
    arena_fini(&t->arena);
    session_close(&t->session);
}

/* The command line as the request that it stands for. */
static struct http_request request_of(struct options *o, struct tools *t)
{
    return (struct http_request){.method = "GET",
                                 .path = "",
                                 .query_count = o->count,
                                 .query_names = o->names,
                                 .query_values = o->values,
                                 .arena = &t->arena};
}

/* ---- exports ------------------------------------------------------------------------------ */

static enum err write_cells(struct options *o, struct tools *t, const struct part_file *to,
                            struct why *why)
{
    struct http_request request = request_of(o, t);
    struct http_state state = {
        .settings = &t->session.settings, .catalog = t->catalog, .styles = t->styles};
    struct export_request q;
    struct export_map m;
    struct export_total total;
    enum err e = export_request_read(&q, &request, &state, o->layer, &t->arena, why);
    if (e == ERR_OK) {
        e = export_request_map(&q, t->catalog, EXPORT_MAX_CELLS, &t->arena, &m, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    m.blocks = t->blocks;
    m.db = t->session.db;
    m.deadline_ms = clock_ms() + EXPORT_TIMEOUT_MS;
    m.go_on = go_on;
    m.context = t;
    e = export_write_file(&m, export_format_of(o->out), to->file, to->folder, &total, why);
    if (e == ERR_OK) {
        printf("%s: %d x %d cells, %lld with data, %.12g t\n", o->out, m.grid.nx, m.grid.ny,
               (long long)total.filled, total.mass_t);
    }
    return e;
}

static enum err read_map(struct options *o, struct tools *t, struct mbtiles *m, struct why *why)
{
    static const char *const allowed[] = {"release", "year",  "month", "sector",
                                          "gwp",     "minus", "style", NULL};
    struct http_request request = request_of(o, t);
    struct http_state state = {
        .settings = &t->session.settings, .catalog = t->catalog, .styles = t->styles};
    struct combination combination;
    enum err e = map_request_read(&m->map, &request, &state, export_release_text(&request, &state),
                                  o->layer, allowed, &t->arena, why);
    if (e == ERR_OK) {
        e = combination_build(t->catalog, &m->map.selection,
                              m->map.has_minus ? &m->map.minus : NULL, &t->arena, &combination,
                              why);
    }
    return e == ERR_OK
               ? export_grid_choose(t->catalog, &combination, NULL, INT64_MAX, &m->grid, why)
               : e;
}

static enum err write_tiles(struct options *o, struct tools *t, const struct part_file *to,
                            struct why *why)
{
    struct mbtiles m = {.catalog = t->catalog,
                        .min_zoom = o->min_zoom,
                        .max_zoom = o->max_zoom,
                        .blocks = t->blocks,
                        .db = t->session.db,
                        .go_on = go_on,
                        .context = t};
    enum err e = read_map(o, t, &m, why);
    if (e == ERR_OK) {
        e = mbtiles_write(&m, to->path, why);
    }
    if (e == ERR_OK) {
        printf("%s: %lld tiles, zoom %d to %d\n", o->mbtiles, (long long)m.tile_count, m.min_zoom,
               m.max_zoom);
    }
    return e;
}

static enum err export(struct options *o, struct tools *t, struct why *why) {
    struct part_file to = {.file = NULL};
    enum err e = part_file_open(&to, o->out != NULL ? o->out : o->mbtiles, o->is_forced, why);
    if (e != ERR_OK){return e;}
e = tools_open(t, why);
if (e == ERR_OK) {
    e = o->out != NULL ? write_cells(o, t, &to, why) : write_tiles(o, t, &to, why);
}
if (t->shown_pct >= 0) {
    fputs("\r     \r", stderr);
}
return part_file_end(&to, e, why);
}

int command_export(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct options o;
    struct tools t = {.shown_pct = -1};
    arena_init(&t.arena, ARENA_MAX);
    if (!read_options(&a, &o) || !session_open(&t.session, &a)) {
        tools_close(&t);
        return 2;
    }
    t.shows_progress = !o.is_quiet && isatty(STDERR_FILENO);
    catch_signals();
    struct why why = {0};
    enum err e = export(&o, &t, &why);
    tools_close(&t);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}
