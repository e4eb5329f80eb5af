/* /v1/releases and /v1/releases/{release}: what is published, and what each release has. */
#include <string.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/doc.h"
#include "api/endpoints.h"
#include "api/releases.h"

#define FORMATS .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV

static void add_years(struct doc *d, json_t *o, const struct catalog *c, const struct release *r)
{
    json_t *list = doc_array(d, o, "years");
    int last = 0;
    for (int i = 0; i < r->slice_count; i++) {
        int year = c->slices[r->first_slice + i].year;
        if (year != last)
            doc_int(d, list, NULL, year);
        last = year;
    }
}

/* Years of which months can be asked. */
static void add_monthly_years(struct doc *d, json_t *o, const struct catalog *c,
                              const struct release *r)
{
    json_t *list = doc_array(d, o, "monthly_years");
    int last = 0;
    for (int i = 0; i < r->slice_count; i++) {
        const struct slice *s = &c->slices[r->first_slice + i];
        if (s->month != 0 && s->year != last) {
            doc_int(d, list, NULL, s->year);
            last = s->year;
        }
    }
}

static bool has_slice_of(const struct catalog *c, const struct release *r, int gas, int sector)
{
    for (int i = 0; i < r->slice_count; i++) {
        const struct slice *s = &c->slices[r->first_slice + i];
        if ((gas < 0 || s->gas == gas) && (sector < 0 || s->sector == sector))
            return true;
    }
    return false;
}

static void add_gases(struct doc *d, json_t *o, const struct catalog *c, const struct release *r)
{
    json_t *list = doc_array(d, o, "gases");
    for (int g = 0; g < c->gas_count; g++) {
        if (has_slice_of(c, r, g, -1))
            doc_text(d, list, NULL, c->gases[g].code);
    }
}

static void add_sectors(struct doc *d, json_t *o, const struct catalog *c, const struct release *r)
{
    json_t *list = doc_array(d, o, "sectors");
    for (int s = 0; s < c->sector_count; s++) {
        if (has_slice_of(c, r, -1, s))
            doc_text(d, list, NULL, c->sectors[s].code);
    }
}

/* Every layer name the tiles would accept: one authority for both. */
static void add_layers(struct doc *d, json_t *o, const struct answer *a, int release)
{
    json_t *list = doc_array(d, o, "layers");
    for (int flow = FLOW_EMISSION; flow <= FLOW_NET; flow++) {
        for (int gas = SELECTION_GAS_CO2E; gas < a->catalog->gas_count; gas++) {
            const char *name =
                selection_layer_name(a->catalog, (enum flow)flow, gas, a->params.arena);
            enum flow found_flow;
            int found_gas;
            if (name == NULL)
                d->failed = true;
            else if (selection_layer(a->catalog, release, name, &found_flow, &found_gas, NULL) ==
                     ERR_OK)
                doc_text(d, list, NULL, name);
        }
    }
}

/* The ground its grids cover; null for a release without a map. */
static void add_bbox(struct doc *d, json_t *o, const struct catalog *c, const struct release *r)
{
    double west = 180, south = 90, east = -180, north = -90;
    for (int i = 0; i < r->slice_count; i++) {
        int field = c->slices[r->first_slice + i].field;
        if (field < 0)
            continue;
        struct grid g = c->grids[c->fields[field].grid];
        double g_east = grid_edge_lon_deg(g, 0, g.nx);
        double g_south = grid_edge_lat_deg(g, 0, g.ny);
        west = g.x0_deg < west ? g.x0_deg : west;
        east = g_east > east ? g_east : east;
        south = g_south < south ? g_south : south;
        north = g.y0_deg > north ? g.y0_deg : north;
    }
    if (west < east)
        doc_bbox(d, o, "bbox", west, south, east, north);
    else
        doc_null(d, o, "bbox");
}

static void add_neighbour(struct doc *d, json_t *o, const struct answer *a, int index, int step,
                          const char *key)
{
    int next = catalog_release_neighbour(a->catalog, index, step);
    if (next >= 0)
        doc_text(d, o, key, a->catalog->releases[next].pinned);
    else
        doc_null(d, o, key);
}

/* "a b" as a list. */
static void add_words(struct doc *d, json_t *list, const char *words, struct arena *arena)
{
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        const char *word = arena_strndup(arena, words, len);
        if (word == NULL)
            d->failed = true;
        else
            doc_text(d, list, NULL, word);
        words += len + (words[len] == ' ');
    }
}

void releases_changelog(struct doc *d, json_t *list, const struct answer *a,
                        const struct release *r, bool names_release)
{
    for (int i = 0; i < r->change_count; i++) {
        const struct change *c = &a->catalog->changes[r->first_change + i];
        json_t *entry = doc_object(d, list, NULL);
        if (names_release)
            doc_text(d, entry, "release", r->pinned);
        doc_text(d, entry, "reason", c->reason);
        doc_text(d, entry, "name", doc_name(c->name, a->params.lang));
        doc_text(d, entry, "text", doc_name(c->text, a->params.lang));
        add_words(d, doc_array(d, entry, "sectors"), c->sectors, a->params.arena);
    }
}

static void add_withdrawn(struct doc *d, json_t *list, const struct withdrawn *w)
{
    json_t *o = doc_object(d, list, NULL);
    doc_text(d, o, "id", w->pinned);
    doc_text(d, o, "state", "withdrawn");
    doc_text(d, o, "withdrawn", w->at);
    doc_text(d, o, "reason", w->reason);
}

static void add_release(struct doc *d, json_t *o, const struct answer *a, int index)
{
    const struct release *r = &a->catalog->releases[index];
    doc_text(d, o, "id", r->pinned);
    doc_text(d, o, "slug", r->slug);
    doc_text(d, o, "version", r->version);
    doc_bool(d, o, "latest", r->is_latest);
    doc_text(d, o, "state", r->is_latest ? "published" : "superseded");
    add_neighbour(d, o, a, index, -1, "supersedes");
    add_neighbour(d, o, a, index, 1, "superseded_by");
    doc_text(d, o, "title", doc_name(r->title, a->params.lang));
    doc_text(d, o, "publisher", r->publisher);
    doc_text(d, o, "licence", r->licence);
    doc_text(d, o, "attribution", r->attribution);
    doc_text(d, o, "citation", r->citation);
    doc_text(d, o, "method", r->method);
    doc_text(d, o, "warning", doc_name(r->warning, a->params.lang));
    doc_text(d, o, "sha256", r->sha256);
    doc_text(d, o, "published", r->published);
    releases_changelog(d, doc_array(d, o, "changes"), a, r, false);
    add_years(d, o, a->catalog, r);
    add_monthly_years(d, o, a->catalog, r);
    add_gases(d, o, a->catalog, r);
    add_layers(d, o, a, index);
    add_sectors(d, o, a->catalog, r);
    add_bbox(d, o, a->catalog, r);
}

/* What is one of for each release; of the changelog, the reasons alone. */
static const char *const columns[] = {"id",        "slug",       "version",       "latest",
                                      "state",     "supersedes", "superseded_by", "title",
                                      "publisher", "licence",    "attribution",   "citation",
                                      "method",    "warning",    "sha256",        "published",
                                      "reasons",   "years",      "monthly_years", "gases",
                                      "layers",    "sectors",    "bbox",          "withdrawn",
                                      "reason",    NULL};

static void add_reasons(struct doc *d, json_t *release)
{
    json_t *list = doc_array(d, release, "reasons");
    const json_t *changes = json_object_get(release, "changes");
    for (size_t i = 0; i < json_array_size(changes); i++)
        doc_put(d, list, NULL, json_incref(json_object_get(json_array_get(changes, i), "reason")));
}

/* A line for each release, and one for each that was taken back. */
static enum err write_csv(struct doc *d, json_t *releases, json_t *withdrawn,
                          struct http_reply *out)
{
    for (size_t i = 0; i < json_array_size(releases); i++)
        add_reasons(d, json_array_get(releases, i));
    if (withdrawn != NULL && json_array_extend(releases, withdrawn) != 0)
        d->failed = true;
    return answer_csv_table(d, releases, columns, NULL, &out->body);
}

static enum err run_list(struct answer *a, struct http_worker *worker, struct http_reply *out,
                         struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    json_t *list = doc_array(&d, d.root, "releases");
    for (int i = 0; i < a->catalog->release_count; i++)
        add_release(&d, doc_object(&d, list, NULL), a, i);
    json_t *withdrawn = doc_array(&d, d.root, "withdrawn");
    for (int i = 0; i < a->catalog->withdrawn_count; i++)
        add_withdrawn(&d, withdrawn, &a->catalog->withdrawn[i]);
    enum err e = a->params.format == FORMAT_CSV ? write_csv(&d, list, withdrawn, out)
                                                : doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

static enum err run_one(struct answer *a, struct http_worker *worker, struct http_reply *out,
                        struct why *why)
{
    (void)worker, (void)why;
    struct doc d;
    doc_init(&d);
    bool is_csv = a->params.format == FORMAT_CSV;
    json_t *list = is_csv ? doc_array(&d, d.root, "releases") : NULL;
    add_release(&d, is_csv ? doc_object(&d, list, NULL) : d.root, a, a->subject);
    enum err e = is_csv ? write_csv(&d, list, NULL, out) : doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

enum err releases_plan(const struct http_request *r, const struct http_state *s,
                       struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/releases",
        .rules = {.accepted = PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG), FORMATS},
        .scope = SCOPE_CATALOG,
        .run = run_list,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err release_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/releases/",
        .rules = {.accepted = PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG), FORMATS},
        .scope = SCOPE_CATALOG,
        .subject = SUBJECT_RELEASE,
        .run = run_one,
    };
    return answer_plan(r, s, &kind, out, why);
}
