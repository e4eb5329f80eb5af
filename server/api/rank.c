/* /v1/rank: hot spots; districts, sources or cells by what they emit, and who holds most of it. */
#include <stdlib.h>

#include "api/answer_csv.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/rank_internal.h"
#include "base/clock.h"
#include "geo/cover.h"
#include "inventory/scope.h"

#define LEVEL_MAX    2
#define TOP_DEFAULT  10
#define LISTED_MAX   1000
#define KEPT_VALUES  ((size_t)1 << 17) /* 1 MB; beyond, the index has a stated error */
#define RANK_COLUMNS 24

static const struct rank_kind *const kinds[RANK_BY_COUNT] = {&rank_districts, &rank_sources,
                                                             &rank_cells};

/* ---- the selection ---- */

static enum err select_fields(struct rank *r)
{
    const struct params *p = &r->answer->params;
    struct selection s = params_selection(p, p->year_from);
    struct why nothing = {0};
    r->request = (struct totals_request){
        .params = p, .year_from = p->year_from, .year_to = p->year_to, .groupby = 0};
    enum err e = totals_matches(&r->request, r->worker, &r->matches, r->why);
    if (e != ERR_OK)
        return e;
    e = combination_build(r->answer->catalog, &s, NULL, r->worker->arena, &r->selected, &nothing);
    return e == ERR_NOT_FOUND ? ERR_OK : e; /* nothing selected is a ranking of nobody */
}

double rank_coefficient(const struct rank *r, int field)
{
    int low = 0, high = r->selected.term_count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (r->selected.terms[middle].field < field)
            low = middle + 1;
        else
            high = middle;
    }
    return r->selected.terms[low].coefficient;
}

enum err rank_fields(const struct rank *r, bool is_points, int **out, int *count)
{
    int *fields = arena_alloc(r->worker->arena, (size_t)r->selected.term_count + 1, sizeof *fields);
    *count = 0;
    if (fields == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < r->selected.term_count; i++) {
        int field = r->selected.terms[i].field;
        if (r->answer->catalog->fields[field].is_points == is_points)
            fields[(*count)++] = field;
    }
    *out = fields;
    return ERR_OK;
}

int rank_district(const struct rank *r)
{
    const struct params *p = &r->answer->params;
    return p->within == scope_country(p->catalog, p->release) ? -1 : p->within;
}

enum err rank_check_time(const struct rank *r)
{
    return clock_ms() < r->worker->deadline_ms
               ? ERR_OK
               : why_set(r->why, ERR_TIMEOUT, NULL, "the ranking took too long");
}

/* ---- the answer ---- */

static enum err write_csv(const struct doc *d, const struct rank *r, const json_t *rows,
                          struct http_reply *out)
{
    static const char *const common[] = {"value", "lo", "hi", "share", "cumulative_share", NULL};
    const char *columns[RANK_COLUMNS] = {"rank"};
    int n = 1;
    for (int i = 0; r->kind->columns[i] != NULL; i++)
        columns[n++] = r->kind->columns[i];
    for (int i = 0; common[i] != NULL; i++)
        columns[n++] = common[i];
    if (r->kind == &rank_districts)
        columns[n++] = "status";
    if (r->answer->params.per != PER_NOTHING)
        columns[n++] = "denominator";
    columns[n] = NULL;
    return answer_csv(d, r->answer, rows, columns, out);
}

static enum err write_geojson(const struct doc *d, struct rank *r, const json_t *rows,
                              struct http_reply *out)
{
    const char **shapes =
        arena_alloc(r->worker->arena, (size_t)r->leaders.count + 1, sizeof *shapes);
    if (shapes == NULL)
        return ERR_NO_MEMORY;
    enum err e = r->leaders.count > 0 ? r->kind->shapes(r, shapes) : ERR_OK;
    return e == ERR_OK ? geojson_collection(d, rows, r->kind->id, shapes, &out->body) : e;
}

/* The slices that took part, ascending as all matches of one row are. */
static enum err list_used(const struct rank *r, int **out, int *count)
{
    const struct catalog *c = r->answer->catalog;
    int *used = arena_alloc(r->worker->arena, (size_t)r->matches.count + 1, sizeof *used);
    *count = 0;
    if (used == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < r->matches.count; i++) {
        int slice = r->matches.list[i].slice, field = c->slices[slice].field;
        bool is_out = (field < 0 && r->kind != &rank_districts) ||
                      (r->kind == &rank_sources && !c->fields[field].is_points);
        if (!is_out)
            used[(*count)++] = slice;
    }
    *out = used;
    return ERR_OK;
}

/* Ground of what was drawn. A district's is in its own answer. */
static void add_area(struct doc *d, const struct rank *r)
{
    const struct shape *s = &r->drawn->areas[0].shape;
    struct shape_box box = shape_box(s);
    json_t *area = doc_object(d, d->root, "area");
    doc_number(d, area, "area_km2", cover_shape_km2(s));
    doc_bbox(d, area, "bbox", box.west, box.south, box.east, box.north);
    doc_int(d, area, "positions", (long long)s->count);
}

static enum err write(struct doc *d, struct rank *r, struct http_reply *out)
{
    const struct answer *a = r->answer;
    int *used, used_count;
    enum err e = list_used(r, &used, &used_count);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    if (a->body != NULL)
        doc_put(d, json_object_get(d->root, "query"), "body",
                json_sprintf("sha256:%s", a->body_digest));
    e = rank_write(d, r);
    json_t *rows = json_object_get(d->root, "rows");
    if (r->drawn != NULL)
        add_area(d, r);
    if (e == ERR_OK)
        e = envelope_coverage(d, a, &r->request, r->worker, r->why);
    envelope_close(d, a, used, used_count);
    if (e != ERR_OK)
        return e;
    if (a->params.format == FORMAT_CSV)
        return write_csv(d, r, rows, out);
    return a->params.format == FORMAT_GEOJSON ? write_geojson(d, r, rows, out)
                                              : doc_write(d, &out->body);
}

static enum err build(struct rank *r, struct http_reply *out)
{
    struct doc d;
    doc_init(&d);
    enum err e = select_fields(r);
    if (e == ERR_OK)
        e = rank_order(r);
    if (e == ERR_OK && r->leaders.count > 0)
        e = r->kind->describe(r);
    if (e == ERR_OK)
        e = write(&d, r, out);
    doc_fini(&d);
    return e;
}

static enum err run_within(struct rank *r, struct http_reply *out)
{
    enum err e = ERR_NO_MEMORY;
    int top = r->answer->params.top;
    struct leader *list = arena_alloc(r->worker->arena, (size_t)top, sizeof *list);
    if (list != NULL)
        e = spread_init(&r->spread, KEPT_VALUES);
    if (e != ERR_OK)
        return e;
    leaders_init(&r->leaders, list, top);
    e = build(r, out);
    if (r->kind->close != NULL)
        r->kind->close(r);
    spread_edge_fini(&r->edge);
    spread_fini(&r->spread);
    return e;
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct rank r = {.answer = a, .kind = kinds[a->params.by], .worker = worker, .why = why};
    struct drawn drawn = {0};
    enum err e = ERR_OK;
    if (a->body != NULL)
        e = drawn_read(a->body, a->body_len, false, worker->arena, &drawn, why);
    else if (a->params.has_bbox && a->params.by != RANK_DISTRICT)
        e = drawn_box(a->params.bbox, worker->arena, &drawn, why);
    if (e != ERR_OK)
        return e;
    r.drawn = drawn.count > 0 ? &drawn : NULL;
    e = run_within(&r, out);
    drawn_fini(&drawn);
    return e;
}

/* ---- the question ---- */

static enum err refuse(struct why *why, enum param_id id, const char *rule, const char *allowed)
{
    enum err e = why_set(why, ERR_INPUT, params_name(id), "%s", rule);
    why_allow(why, "%s", allowed);
    return e;
}

static enum err check_districts(const struct answer *a, struct why *why)
{
    const struct params *p = &a->params;
    if (p->share > 0 && p->per != PER_NOTHING)
        return refuse(why, PARAM_SHARE, "ratios have no sum that districts could have a share of",
                      "share without per, or top");
    if (p->level > LEVEL_MAX)
        return refuse(why, PARAM_WITHIN, "this district has no districts in it",
                      "a region or the country, or level");
    if (p->level >= 0 && p->within >= 0 && p->level < a->catalog->districts[p->within].level)
        return refuse(why, PARAM_LEVEL, "no district of this level lies within the other",
                      "a level of its parts");
    return ERR_OK;
}

static enum err check_places(const struct answer *a, struct why *why)
{
    const struct params *p = &a->params;
    if (p->level >= 0)
        return refuse(why, PARAM_LEVEL, "a level chooses among districts",
                      "level with by=district");
    if (p->per != PER_NOTHING)
        return refuse(why, PARAM_PER, "only districts have people, a product and a size",
                      "per with by=district; cells have density_t_km2");
    if (p->has_bbox && p->within >= 0)
        return refuse(why, PARAM_BBOX, "a place is within a box or within a district",
                      "bbox or within");
    return ERR_OK;
}

static enum err check(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    if (p->by == RANK_BY_COUNT)
        p->by = a->kind->has_body ? RANK_CELL : RANK_DISTRICT;
    if (a->kind->has_body && p->by == RANK_DISTRICT)
        return refuse(why, PARAM_BY, "districts are ranked whole, and an outline cuts them",
                      "source, cell");
    if (p->top == 0)
        p->top = p->share > 0 ? LISTED_MAX : TOP_DEFAULT;
    if (p->by != RANK_DISTRICT)
        return check_places(a, why);
    if (p->level < 0)
        p->level = p->within < 0 ? 1 : a->catalog->districts[p->within].level + 1;
    return check_districts(a, why);
}

enum err rank_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                   struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/rank",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BBOX) | PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_BY) |
                      PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) |
                      PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_LEVEL) |
                      PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_PER) |
                      PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_SHARE) |
                      PARAM_BIT(PARAM_SIMPLIFY) | PARAM_BIT(PARAM_TOP) | PARAM_BIT(PARAM_UNIT) |
                      PARAM_BIT(PARAM_WITHIN) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}

enum err rank_area_plan(const struct http_request *r, const struct http_state *s,
                        struct http_plan *out, struct why *why)
{
    static const struct answer_kind drawn = {
        .path = "/v1/rank",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BY) | PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) |
                      PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) |
                      PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_MONTH) | PARAM_BIT(PARAM_RELEASE) |
                      PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_SHARE) | PARAM_BIT(PARAM_TOP) |
                      PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .has_body = true,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &drawn, out, why);
}
