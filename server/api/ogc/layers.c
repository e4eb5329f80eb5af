#include "api/ogc/layers.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"

#define KEY_DIGITS      16 /* of the digest */
#define TIMES_MAX_BYTES ((size_t)1 << 20)
#define BOX_LAT_MAX     85.0511287798066 /* of spherical Mercator's square */

static const char *quantity_of(const struct ogc_layer *l)
{
    return l->flow == FLOW_NET ? "net" : "density";
}

static void widen(double box[4], struct grid g)
{
    double own[4] = {g.x0_deg, grid_edge_lat_deg(g, 0, g.ny), grid_edge_lon_deg(g, 0, g.nx),
                     g.y0_deg};
    for (int i = 0; i < 2; i++) {
        box[i] = own[i] < box[i] ? own[i] : box[i];
        box[i + 2] = own[i + 2] > box[i + 2] ? own[i + 2] : box[i + 2];
    }
}

/* Nothing was placed: the world. And no more than the map shows. */
static void settle_box(double box[4])
{
    if (box[0] >= box[2]) {
        memcpy(box, (double[]){-180, -90, 180, 90}, 4 * sizeof *box);
    }
    box[1] = box[1] < -BOX_LAT_MAX ? -BOX_LAT_MAX : box[1];
    box[3] = box[3] > BOX_LAT_MAX ? BOX_LAT_MAX : box[3];
}

/* The years and the ground of a layer; slices of one release are sorted by year. */
static enum err read_facts(const struct catalog *c, struct selection s, struct arena *arena,
                           struct ogc_layer *l)
{
    const struct release *r = &c->releases[s.release];
    int count = 0, last = 0;
    for (int i = 0; i < r->slice_count; i++) {
        int year = c->slices[r->first_slice + i].year;
        count += year != last;
        last = year;
    }
    int *years = arena_alloc(arena, (size_t)count + 1, sizeof *years);
    unsigned *months = arena_alloc(arena, (size_t)count + 1, sizeof *months);
    if (years == NULL || months == NULL) {
        return ERR_NO_MEMORY;
    }
    double box[4] = {180, 90, -180, -90};
    for (int i = 0; i < r->slice_count; i++) {
        const struct slice *slice = &c->slices[r->first_slice + i];
        s.year = slice->year;
        if (!selection_takes(c, &s, slice)) {
            continue;
        }
        if (l->year_count == 0 || years[l->year_count - 1] != slice->year) {
            years[l->year_count++] = slice->year;
        }
        if (slice->month != 0) {
            months[l->year_count - 1] |= 1U << slice->month;
        }
        if (slice->field >= 0) {
            struct grid g = c->grids[c->fields[slice->field].grid];
            double cell_deg = g.dx_deg < g.dy_deg ? g.dx_deg : g.dy_deg;
            widen(box, g);
            l->cell_deg = l->cell_deg == 0 || cell_deg < l->cell_deg ? cell_deg : l->cell_deg;
        }
    }
    settle_box(box);
    memcpy(l->box, box, sizeof box);
    l->years = years;
    l->months = months;
    return ERR_OK;
}

/* What a layer is, but for its names. year_count is 0 when there is nothing of it. */
static enum err describe(const struct catalog *c, struct selection s, const char *name,
                         struct arena *arena, struct ogc_layer *out)
{
    struct ogc_layer l = {.name = name,
                          .release_index = s.release,
                          .flow = s.flow,
                          .gas_index = s.gas,
                          .gas = s.gas == SELECTION_GAS_CO2E ? "CO2E" : c->gases[s.gas].code};
    enum err e = read_facts(c, s, arena, &l);
    *out = l;
    return e;
}

static enum err name_layer(struct ogc_layer *l, const char *release, struct arena *arena)
{
    l->release = release;
    l->identifier = arena_printf(arena, "%s/%s", release, l->name);
    return l->identifier == NULL ? ERR_NO_MEMORY : ERR_OK;
}

/* One layer under its one or two names. */
static enum err add_layer(const struct catalog *c, int release, const char *name,
                          struct arena *arena, struct ogc_layer *list, int *count)
{
    const struct release *r = &c->releases[release];
    struct selection s = {.release = release, .gwp_set = -1};
    enum err e = selection_layer(c, release, name, &s.flow, &s.gas, NULL);
    struct ogc_layer l = {0};
    if (e == ERR_OK) {
        e = describe(c, s, name, arena, &l);
    }
    if (e != ERR_OK || l.year_count == 0) {
        return e;
    }
    if (r->is_latest) {
        e = name_layer(&l, r->slug, arena);
        list[(*count)++] = l;
    }
    if (e == ERR_OK) {
        e = name_layer(&l, r->pinned, arena);
        list[(*count)++] = l;
    }
    return e;
}

enum err ogc_layer_find(const struct catalog *c, const char *release, const char *name,
                        struct arena *arena, struct ogc_layer *out, struct why *why)
{
    struct selection s = {.gwp_set = -1};
    bool is_pinned = false;
    *out = (struct ogc_layer){0};
    enum err e = catalog_release(c, release, &s.release, &is_pinned, why);
    if (e == ERR_OK) {
        e = selection_layer(c, s.release, name, &s.flow, &s.gas, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    const char *own = selection_layer_name(c, s.flow, s.gas, arena);
    e = own == NULL ? ERR_NO_MEMORY : describe(c, s, own, arena, out);
    if (e == ERR_OK && out->year_count == 0) {
        return why_set(why, ERR_NOT_FOUND, "layer", "There is nothing of this layer.");
    }
    const struct release *r = &c->releases[s.release];
    return e == ERR_OK ? name_layer(out, is_pinned ? r->pinned : r->slug, arena) : e;
}

/* @param last  index behind the last of the releases meant. */
static enum err layers_between(const struct catalog *c, int first, int last, struct arena *arena,
                               struct ogc_layer **out, int *count)
{
    size_t most = (size_t)(last - first) * (size_t)(c->gas_count + 1) * 3 * 2;
    struct ogc_layer *list = arena_alloc(arena, most + 1, sizeof *list);
    enum err e = list == NULL ? ERR_NO_MEMORY : ERR_OK;
    int n = 0;
    for (int release = first; e == ERR_OK && release < last; release++) {
        const char **names = NULL;
        int name_count = 0;
        e = selection_layers(c, release, arena, &names, &name_count);
        for (int i = 0; e == ERR_OK && i < name_count; i++) {
            e = add_layer(c, release, names[i], arena, list, &n);
        }
    }
    *out = list;
    *count = n;
    return e;
}

enum err ogc_layers(const struct catalog *c, struct arena *arena, struct ogc_layer **out,
                    int *count)
{
    return layers_between(c, 0, c->release_count, arena, out, count);
}

enum err ogc_layers_of(const struct catalog *c, int release, struct arena *arena,
                       struct ogc_layer **out, int *count)
{
    return layers_between(c, release, release + 1, arena, out, count);
}

enum err ogc_layer_split(const char *identifier, struct arena *arena, const char **release,
                         const char **layer, struct why *why)
{
    const char *slash = strchr(identifier, '/');
    if (slash == NULL) {
        (void)why_set(why, ERR_NOT_FOUND, "layer", "There is no such layer.");
        why_allow(why, "{release}/{flow}-{gas}, as the capabilities list them");
        return ERR_NOT_FOUND;
    }
    *release = arena_strndup(arena, identifier, (size_t)(slash - identifier));
    *layer = slash + 1;
    return *release == NULL ? ERR_NO_MEMORY : ERR_OK;
}

const char *ogc_layer_times(const struct ogc_layer *l, struct arena *arena)
{
    struct buf b;
    buf_init(&b, TIMES_MAX_BYTES);
    for (int i = 0; i < l->year_count; i++) {
        buf_printf(&b, "%s%04d", i == 0 ? "" : ",", l->years[i]);
        for (int m = 1; m <= 12; m++) {
            if ((l->months[i] & 1U << m) != 0) {
                buf_printf(&b, ",%04d-%02d", l->years[i], m);
            }
        }
    }
    const char *list =
        b.failed != ERR_OK ? NULL : arena_strndup(arena, b.len > 0 ? b.data : "", b.len);
    buf_fini(&b);
    return list;
}

bool ogc_style_fits(const struct style *s, const struct ogc_layer *l)
{
    return strcmp(s->quantity, quantity_of(l)) == 0;
}

bool ogc_style_is_default(const struct style_set *set, const struct style *s,
                          const struct ogc_layer *l)
{
    return style_default(set, quantity_of(l), l->gas) == s;
}

const char *ogc_legend_url(const char *base_url, const struct style *s, const struct ogc_layer *l,
                           struct arena *arena)
{
    return arena_printf(arena, "%s/legend/%s.png?flow=%s&gas=%s&lang=en", base_url, s->id,
                        flow_word(l->flow), l->gas);
}

/* Of everything but the revision that the layers are made of. */
static bool digest_of(const struct catalog *c, const struct style_set *styles,
                      char out[DIGEST_HEX_SIZE])
{
    struct digest *d = digest_new();
    if (d == NULL) {
        return false;
    }
    for (int i = 0; i < style_count(styles); i++) {
        const struct style *s = style_at(styles, i);
        digest_add(d, s->digest, strlen(s->digest) + 1);
    }
    for (int i = 0; i < c->release_count; i++) {
        const struct release *r = &c->releases[i];
        digest_add(d, r->pinned, strlen(r->pinned) + 1);
        digest_add(d, r->sha256, strlen(r->sha256) + 1);
    }
    digest_hex(d, out);
    digest_free(d);
    return true;
}

const char *ogc_catalog_key(const struct catalog *c, const struct style_set *styles,
                            struct arena *arena)
{
    char digest[DIGEST_HEX_SIZE];
    return digest_of(c, styles, digest)
               ? arena_printf(arena, "%" PRId64 "-%.*s", c->revision, KEY_DIGITS, digest)
               : NULL;
}
