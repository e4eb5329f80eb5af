/* /v1/compare: two years, releases or districts side by side, with the difference and its causes.
 * Decision 20 says how the difference is split and which errors the sides share. */
#include <stdio.h>
#include <string.h>

#include "api/answer_csv.h"
#include "api/compare_facts.h"
#include "api/compare_row.h"
#include "api/emissions_row.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/params_internal.h"
#include "api/releases.h"
#include "inventory/scope.h"

#define GROUPS_ALLOWED (GROUP_SECTOR | GROUP_GAS | GROUP_FLOW | GROUP_DISTRICT)

static void add_side(struct doc *d, json_t *sides, const char *key, const struct compare_facts *f,
                     const struct compare_side *s)
{
    const struct release *r = &f->answer->catalog->releases[s->params.release];
    json_t *o = doc_object(d, sides, key);
    doc_text(d, o, "release", r->pinned);
    doc_int(d, o, "year", s->params.year_to);
    if (s->params.district >= 0)
        doc_text(d, o, "district", f->answer->catalog->districts[s->params.district].code);
    else
        doc_null(d, o, "district");
    doc_text(d, o, "attribution", r->attribution);
    doc_text(d, o, "licence", r->licence);
    doc_text(d, o, "warning", doc_name(r->warning, f->answer->params.lang));
}

/* Is the changelog of this release about what lies between the two? Of one slug, those above the
 * lower version up to the higher one; of two slugs, that of the second. */
static bool is_between(const struct compare_facts *f, int release)
{
    const struct params *p = &f->answer->params;
    const struct release *all = p->catalog->releases;
    const struct release *a = &all[p->release], *b = &all[p->to_release], *r = &all[release];
    if (strcmp(a->slug, b->slug) != 0)
        return release == p->to_release;
    if (strcmp(r->slug, a->slug) != 0)
        return false;
    int from_a = catalog_version_compare(r->version, a->version);
    int from_b = catalog_version_compare(r->version, b->version);
    return (from_a > 0 && from_b <= 0) || (from_b > 0 && from_a <= 0);
}

static void add_changes(struct doc *d, const struct compare_facts *f)
{
    json_t *list = doc_array(d, d->root, "changes");
    for (int i = 0; i < f->answer->catalog->release_count && !f->is_one_release; i++) {
        if (is_between(f, i))
            releases_changelog(d, list, f->answer, &f->answer->catalog->releases[i], true);
    }
}

static enum err add_coverage(struct doc *d, const struct compare_facts *f,
                             struct http_worker *worker, struct why *why)
{
    json_t *o = doc_object(d, d->root, "coverage");
    enum err e =
        envelope_coverage_of(d, doc_object(d, o, "a"), f->answer, &f->a.request, worker, why);
    if (e != ERR_OK)
        return e;
    return envelope_coverage_of(d, doc_object(d, o, "b"), f->answer, &f->b.request, worker, why);
}

static enum err close(struct doc *d, const struct compare_facts *f, struct http_worker *worker)
{
    const struct totals *a = &f->a.totals, *b = &f->b.totals;
    int count = a->used_count + b->used_count;
    int *used = arena_alloc(worker->arena, (size_t)count + 1, sizeof *used);
    if (used == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < count; i++)
        used[i] = i < a->used_count ? a->used[i] : b->used[i - a->used_count];
    add_changes(d, f);
    envelope_close(d, f->answer, used, count);
    return ERR_OK;
}

static enum err write_csv(struct doc *d, const struct compare_facts *f, const json_t *rows,
                          struct http_reply *out)
{
    const char *columns[COMPARE_COLUMNS_MAX];
    json_t *table = doc_array(d, d->root, "table");
    for (size_t i = 0; i < json_array_size(rows); i++)
        compare_row_flat(d, doc_object(d, table, NULL), f, json_array_get(rows, i));
    compare_row_columns(f->answer, columns);
    return answer_csv(d, f->answer, table, columns, out);
}

static enum err build(struct doc *d, const struct compare_facts *f, struct http_worker *worker,
                      struct http_reply *out, struct why *why)
{
    const struct answer *a = f->answer;
    envelope_open(d, a);
    doc_text(d, d->root, "to_release", a->catalog->releases[a->params.to_release].pinned);
    json_t *sides = doc_object(d, d->root, "sides");
    add_side(d, sides, "a", f, &f->a);
    add_side(d, sides, "b", f, &f->b);
    json_t *rows = doc_array(d, d->root, "rows");
    for (int i = 0; i < f->row_count; i++)
        compare_row(d, doc_object(d, rows, NULL), f, &f->rows[i]);
    enum err e = add_coverage(d, f, worker, why);
    if (e == ERR_OK)
        e = close(d, f, worker);
    if (e != ERR_OK)
        return e;
    if (a->params.format == FORMAT_CSV)
        return write_csv(d, f, rows, out);
    return doc_write(d, &out->body);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct compare_facts facts;
    enum err e = compare_facts_read(a, worker, &facts, why);
    const struct totals *sides[] = {&facts.a.totals, &facts.b.totals};
    for (int i = 0; i < 2 && e == ERR_OK; i++)
        e = emissions_row_limit(sides[i], "fewer keys in groupby", why);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    e = build(&d, &facts, worker, out, why);
    doc_fini(&d);
    return e;
}

/* ---- rules ------------------------------------------------------------------------------ */

static enum err check_groupby(struct params *p, struct why *why)
{
    if (!(p->sent & PARAM_BIT(PARAM_GROUPBY)))
        p->groupby = 0;
    if (p->groupby & ~(unsigned)GROUPS_ALLOWED) {
        why_allow(why, "a list of sector, gas, flow, district");
        return why_set(why, ERR_INPUT, "groupby", "a row has one period on each side");
    }
    if (!(p->groupby & GROUP_DISTRICT) || compare_is_one_place(p))
        return ERR_OK;
    why_allow(why, "to_district as district, or groupby without district");
    return why_set(why, ERR_INPUT, "groupby", "the two sides do not have the same districts");
}

/* What is not said of side b is as in side a. */
static enum err settle_to(struct params *p, struct why *why)
{
    char text[16];
    bool has_district = (p->sent & PARAM_BIT(PARAM_DISTRICT)) != 0;
    if (!has_district)
        p->district = scope_country(p->catalog, p->release);
    if (!(p->sent & PARAM_BIT(PARAM_TO_YEAR))) {
        snprintf(text, sizeof text, "%d", p->year_to);
        enum err e = param_read_to_year(p, text, why);
        if (e != ERR_OK)
            return e;
    }
    if (p->sent & PARAM_BIT(PARAM_TO_DISTRICT))
        return ERR_OK;
    if (!has_district) {
        p->to_district = scope_country(p->catalog, p->to_release);
        return ERR_OK;
    }
    return param_read_to_district(p, p->catalog->districts[p->district].code, why);
}

static enum err check(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    uint64_t other =
        PARAM_BIT(PARAM_TO_YEAR) | PARAM_BIT(PARAM_TO_RELEASE) | PARAM_BIT(PARAM_TO_DISTRICT);
    if (!(p->sent & other)) {
        why_allow(why, "at least one of to_year, to_release, to_district");
        return why_set(why, ERR_INPUT, "to_year", "nothing says what to compare with");
    }
    enum err e = settle_to(p, why);
    return e == ERR_OK ? check_groupby(p, why) : e;
}

enum err compare_plan(const struct http_request *r, const struct http_state *s,
                      struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/compare",
        .rules = {.accepted =
                      PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_DISTRICT) |
                      PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_GAS) |
                      PARAM_BIT(PARAM_GROUPBY) | PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) |
                      PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_PER) | PARAM_BIT(PARAM_RELEASE) |
                      PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_TO_DISTRICT) |
                      PARAM_BIT(PARAM_TO_RELEASE) | PARAM_BIT(PARAM_TO_YEAR) |
                      PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .check = check,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
