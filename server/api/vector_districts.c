/* /tiles/districts/{z}/{x}/{y}.mvt: outlines and label points of districts, with their values. */
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/vector_tile.h"
#include "inventory/scope.h"

struct shown {
    int *districts; /* by code */
    int count;
};

static bool is_shown(const struct answer *a, const double box[4], int district)
{
    const struct params *p = &a->params;
    const struct district *d = &a->catalog->districts[district];
    if ((p->level >= 0 && d->level != p->level) || (p->parent >= 0 && d->parent != p->parent))
        return false;
    return d->east >= box[0] && d->west <= box[2] && d->north >= box[1] && d->south <= box[3] &&
           scope_has(a->catalog, p->release, district);
}

static enum err find_shown(const struct answer *a, struct arena *arena, struct shown *out)
{
    double box[4];
    vector_tile_box(a->tile, box);
    *out = (struct shown){.districts = arena_alloc(arena, (size_t)a->catalog->district_count + 1,
                                                   sizeof *out->districts)};
    if (out->districts == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < a->catalog->district_count; i++) {
        if (is_shown(a, box, i))
            out->districts[out->count++] = i;
    }
    return ERR_OK;
}

static void add_row(struct doc *d, json_t *rows, const struct answer *a, int district,
                    const struct totals_row *total)
{
    const struct district *of = &a->catalog->districts[district];
    json_t *row = doc_object(d, rows, NULL);
    doc_text(d, row, "code", of->code);
    doc_text(d, row, "name", doc_name(of->name, a->params.lang));
    doc_int(d, row, "level", of->level);
    if (of->parent >= 0)
        doc_text(d, row, "parent", a->catalog->districts[of->parent].code);
    doc_text(d, row, "unit", envelope_unit(a));
    if (total != NULL)
        envelope_value(d, row, a, district, a->params.year_to, total->total, total->status);
    else
        doc_text(d, row, "status", "no-data");
}

/* Rows of totals follow the districts in order; one without slices has no row at all. */
static enum err make_rows(const struct answer *a, const struct shown *s, const struct totals *t,
                          struct arena *arena, const char **out)
{
    struct doc d;
    doc_init(&d);
    json_t *rows = doc_array(&d, d.root, "rows");
    int at = 0;
    for (int i = 0; i < s->count; i++) {
        bool has_total = at < t->row_count && t->rows[at].district == s->districts[i];
        add_row(&d, rows, a, s->districts[i], has_total ? &t->rows[at] : NULL);
        at += has_total;
    }
    enum err e = vector_tile_rows(&d, rows, arena, out);
    doc_fini(&d);
    return e;
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct shown shown;
    struct totals totals;
    const char *rows;
    out->content_type = VECTOR_TILE_TYPE;
    enum err e = find_shown(a, worker->arena, &shown);
    if (e != ERR_OK || shown.count == 0)
        return e;
    struct totals_request q = {.params = &a->params,
                               .year_from = a->params.year_from,
                               .year_to = a->params.year_to,
                               .districts = shown.districts,
                               .district_count = shown.count};
    e = totals_compute(&q, worker, &totals, why);
    if (e == ERR_OK)
        e = make_rows(a, &shown, &totals, worker->arena, &rows);
    return e == ERR_OK ? store_district_tile(worker->db, a->catalog, rows, a->tile,
                                             worker->deadline_ms, &out->body, why)
                       : e;
}

enum err district_tile_plan(const struct http_request *r, const struct http_state *s,
                            struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/tiles/districts/",
        .rules = {.accepted = VECTOR_DISTRICT_PARAMS, .formats = 1u << FORMAT_JSON},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_TILE,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
