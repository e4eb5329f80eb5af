#include "api/envelope.h"

#include <math.h>

#include "api/citation.h"

const char *envelope_gwp(const struct answer *a)
{
    int set = a->params.gwp_set;
    return set < 0 ? NULL : a->catalog->gwp_sets[set].code;
}

const char *envelope_unit(const struct answer *a)
{
    const char *unit = unit_word(a->params.unit);
    if (a->params.per == PER_NOTHING)
        return unit;
    /* the answer is const to its readers, its arena is not */
    const char *both = arena_printf(a->params.arena, "%s/%s", unit, per_word(a->params.per));
    return both != NULL ? both : unit;
}

static void add_query(struct doc *d, const struct answer *a)
{
    const struct params *p = &a->params;
    json_t *query = doc_object(d, d->root, "query");
    for (int i = 0; i < PARAM_COUNT; i++) {
        const char *value = params_value(p, (enum param_id)i);
        if (value == NULL)
            continue;
        json_t *number =
            params_is_number((enum param_id)i) ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
        if (number != NULL)
            doc_put(d, query, params_name((enum param_id)i), number);
        else
            doc_text(d, query, params_name((enum param_id)i), value);
    }
    if (a->body != NULL)
        doc_put(d, query, "body", json_sprintf("sha256:%s", a->body_digest));
}

void envelope_open(struct doc *d, const struct answer *a)
{
    add_query(d, a);
    doc_text(d, d->root, "release", answer_release(a)->pinned);
    doc_text(d, d->root, "unit", envelope_unit(a));
    if (envelope_gwp(a) != NULL)
        doc_text(d, d->root, "gwp", envelope_gwp(a));
    else
        doc_null(d, d->root, "gwp");
    citation_add(d, a);
}

static void add_provenance(struct doc *d, json_t *list, const struct provenance *p)
{
    json_t *o = doc_object(d, list, NULL);
    doc_text(d, o, "dataset", p->dataset);
    doc_text(d, o, "document", p->document);
    doc_text(d, o, "locator", p->locator);
    doc_text(d, o, "retrieved", p->retrieved);
    doc_text(d, o, "checksum", p->checksum);
    doc_text(d, o, "transformation", p->transformation);
}

static void add_provenances(struct doc *d, const struct answer *a, const int *used, int count)
{
    const struct catalog *c = a->catalog;
    json_t *list = doc_array(d, d->root, "provenance");
    bool *is_used = arena_alloc(a->params.arena, (size_t)c->provenance_count + 1, sizeof *is_used);
    if (is_used == NULL) {
        d->failed = true;
        return;
    }
    for (int i = 0; i < count; i++) {
        if (c->slices[used[i]].provenance >= 0)
            is_used[c->slices[used[i]].provenance] = true;
    }
    for (int p = 0; p < c->provenance_count; p++) {
        if (is_used[p])
            add_provenance(d, list, &c->provenances[p]);
    }
}

void envelope_close(struct doc *d, const struct answer *a, const int *used, int used_count)
{
    const struct release *r = answer_release(a);
    add_provenances(d, a, used, used_count);
    doc_text(d, d->root, "attribution", r->attribution);
    doc_text(d, d->root, "licence", r->licence);
    doc_text(d, d->root, "warning", doc_name(r->warning, a->params.lang));
}

static void add_coverage(struct doc *d, json_t *to, const struct answer *a,
                         struct totals_coverage c)
{
    double tonnes = unit_tonnes(a->params.unit);
    doc_number(d, to, "allocated", c.allocated / tonnes);
    doc_number(d, to, "outside", c.outside / tonnes);
    doc_number(d, to, "unallocated", c.unallocated / tonnes);
    if (a->params.month != 0)
        doc_number(d, to, "yearly_only", c.yearly_only / tonnes);
}

/* Masses of different gases have no sum: one coverage for each. */
static enum err coverage_by_gas(struct doc *d, json_t *to, const struct answer *a,
                                const struct totals_request *q, struct http_worker *worker,
                                struct why *why)
{
    size_t gases = (size_t)a->catalog->gas_count;
    struct totals_coverage *all = arena_alloc(worker->arena, gases + 1, sizeof *all);
    enum err e = all == NULL ? ERR_NO_MEMORY : totals_coverage(q, true, worker, all, why);
    for (size_t g = 0; e == ERR_OK && g < gases; g++) {
        const struct totals_coverage *c = &all[g];
        if (c->allocated != 0 || c->outside != 0 || c->unallocated != 0 || c->yearly_only != 0)
            add_coverage(d, doc_object(d, to, a->catalog->gases[g].code), a, *c);
    }
    return e;
}

enum err envelope_coverage(struct doc *d, const struct answer *a, const struct totals_request *q,
                           struct http_worker *worker, struct why *why)
{
    return envelope_coverage_of(d, doc_object(d, d->root, "coverage"), a, q, worker, why);
}

enum err envelope_coverage_of(struct doc *d, json_t *o, const struct answer *a,
                              const struct totals_request *q, struct http_worker *worker,
                              struct why *why)
{
    doc_text(d, o, "unit", unit_word(a->params.unit));
    if (a->params.gas == SELECTION_ALL_GASES)
        return coverage_by_gas(d, doc_object(d, o, "by_gas"), a, q, worker, why);
    struct totals_coverage c;
    enum err e = totals_coverage(q, false, worker, &c, why);
    if (e == ERR_OK)
        add_coverage(d, o, a, c);
    return e;
}

static void add_interval(struct doc *d, json_t *row, struct interval t, double divisor)
{
    doc_number(d, row, "value", t.value / divisor);
    doc_number(d, row, "lo", t.lo / divisor);
    doc_number(d, row, "hi", t.hi / divisor);
}

void envelope_interval(struct doc *d, json_t *row, const struct answer *a, struct interval t)
{
    add_interval(d, row, t, unit_tonnes(a->params.unit));
}

double envelope_denominator(const struct answer *a, enum per per, int district, int year,
                            const char **status)
{
    *status = "official";
    if (district < 0) /* a release without a country of its own */
        return NAN;
    if (per == PER_KM2)
        return a->catalog->districts[district].area_km2;
    const struct district_stat *s = catalog_stat(a->catalog, district, year);
    if (s == NULL)
        return NAN;
    bool is_estimated = per == PER_CAPITA ? s->is_estimated : s->is_gdp_estimated;
    *status = is_estimated ? "estimated" : "official";
    return per == PER_CAPITA ? s->population : s->gdp;
}

static const char *denominator_words(enum per per)
{
    return per == PER_GDP ? "gross domestic product" : per == PER_KM2 ? "area" : "population";
}

json_t *envelope_no_denominator(const struct answer *a, enum per per, int district, int year)
{
    return json_sprintf("no %s is known for %s in %d", denominator_words(per),
                        district < 0 ? "the release" : a->catalog->districts[district].code, year);
}

void envelope_value(struct doc *d, json_t *row, const struct answer *a, int district, int year,
                    struct interval t, const char *status)
{
    if (a->params.per == PER_NOTHING) {
        envelope_interval(d, row, a, t);
        doc_text(d, row, "status", status);
        return;
    }
    const char *known;
    double denominator = envelope_denominator(a, a->params.per, district, year, &known);
    bool is_defined = denominator > 0;
    add_interval(d, row, t, is_defined ? denominator * unit_tonnes(a->params.unit) : NAN);
    doc_text(d, row, "status", status);
    doc_number(d, row, "denominator", denominator);
    if (is_defined)
        doc_text(d, row, "denominator_status", known);
    else
        doc_put(d, row, "reason", envelope_no_denominator(a, a->params.per, district, year));
}
