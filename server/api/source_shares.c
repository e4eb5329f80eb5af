#include "api/source_shares.h"

#include <math.h>

#include "api/totals.h"
#include "inventory/indicators.h"
#include "inventory/scope.h"

#define PLACES_MAX 3 /* levels */

struct places { /* the country first */
    int list[PLACES_MAX];
    int count;
};

/* The finest district and those above it; a source outside all is the country's alone. */
static struct places places_of(const struct answer *a, const struct source_row *source)
{
    struct places p = {.count = 0};
    int district = catalog_district(a->catalog, source->district);
    if (district < 0)
        district = scope_country(a->catalog, a->params.release);
    for (; district >= 0 && p.count < PLACES_MAX; district = a->catalog->districts[district].parent)
        p.list[p.count++] = district;
    for (int i = 0; i < p.count / 2; i++) {
        int other = p.list[p.count - 1 - i];
        p.list[p.count - 1 - i] = p.list[i];
        p.list[i] = other;
    }
    return p;
}

static void add_places(struct doc *d, json_t *o, const struct answer *a, const struct places *p)
{
    json_t *list = doc_array(d, o, "districts");
    for (int i = 0; i < p->count; i++) {
        const struct district *of = &a->catalog->districts[p->list[i]];
        json_t *row = doc_object(d, list, NULL);
        doc_text(d, row, "code", of->code);
        doc_text(d, row, "name", doc_name(of->name, a->params.lang));
        doc_int(d, row, "level", of->level);
    }
}

static void add_share(struct doc *d, json_t *row, const struct answer *a, double part, double whole)
{
    double tonnes = unit_tonnes(a->params.unit);
    double share = indicators_share(part, whole);
    doc_number(d, row, "value", part / tonnes);
    doc_number(d, row, "of", whole / tonnes);
    doc_text(d, row, "unit", unit_word(a->params.unit));
    doc_number(d, row, "share", share);
    if (isnan(share))
        doc_text(d, row, "reason",
                 isnan(whole) ? "a memo item is in no total" : "of a total of 0 there is no share");
}

static json_t *add_row(struct doc *d, json_t *list, const struct answer *a, int district)
{
    json_t *row = doc_object(d, list, NULL);
    doc_text(d, row, "district", a->catalog->districts[district].code);
    doc_int(d, row, "level", a->catalog->districts[district].level);
    doc_int(d, row, "year", a->params.year_to);
    return row;
}

/* NaN where it is in no total: a memo item. */
static double total_of(const struct totals *t, int district, const struct source_amount *m)
{
    for (int i = 0; i < t->row_count; i++) {
        const struct totals_row *r = &t->rows[i];
        if (r->district == district && r->sector == m->sector && r->gas == m->gas &&
            r->flow == m->flow)
            return r->total.value;
    }
    return NAN;
}

static struct totals_request request_of(const struct params *p, const struct places *places,
                                        unsigned groupby)
{
    return (struct totals_request){.params = p,
                                   .year_from = p->year_to,
                                   .year_to = p->year_to,
                                   .districts = places->list,
                                   .district_count = places->count,
                                   .groupby = groupby};
}

/* Of the same sector, gas and flow, in masses of the gas. */
static enum err add_own(struct doc *d, json_t *list, const struct answer *a,
                        const struct places *places, const struct source_amounts *amounts,
                        struct http_worker *worker, struct why *why)
{
    struct params each = a->params;
    each.gas = SELECTION_ALL_GASES;
    each.gwp_set = -1;
    each.flow = FLOW_NET;
    struct totals_request q = request_of(&each, places, GROUP_SECTOR | GROUP_GAS | GROUP_FLOW);
    struct totals t;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e != ERR_OK)
        return e;
    for (int i = 0; i < places->count; i++) {
        for (int k = 0; k < amounts->count; k++) {
            const struct source_amount *m = &amounts->list[k];
            if (m->year != a->params.year_to)
                continue;
            json_t *row = add_row(d, list, a, places->list[i]);
            doc_text(d, row, "sector", a->catalog->sectors[m->sector].code);
            doc_text(d, row, "gas", a->catalog->gases[m->gas].code);
            doc_text(d, row, "flow", flow_word(m->flow));
            add_share(d, row, a, m->mass_t, total_of(&t, places->list[i], m));
        }
    }
    return ERR_OK;
}

/* Of all sectors and gases together. */
static enum err add_whole(struct doc *d, json_t *list, const struct answer *a,
                          const struct places *places, const struct source_amounts *amounts,
                          struct http_worker *worker, struct why *why)
{
    struct totals_request q = request_of(&a->params, places, 0);
    struct selection selection = params_selection(&a->params, a->params.year_to);
    struct totals t;
    double co2e = 0;
    enum err e = totals_compute(&q, worker, &t, why);
    if (e == ERR_OK)
        e = source_amounts_co2e(a, &selection, amounts, &co2e, why);
    for (int i = 0; e == ERR_OK && i < t.row_count; i++) {
        json_t *row = add_row(d, list, a, t.rows[i].district);
        doc_null(d, row, "sector");
        doc_text(d, row, "gas", "CO2E");
        doc_text(d, row, "flow", flow_word(FLOW_EMISSION));
        add_share(d, row, a, co2e, t.rows[i].total.value);
    }
    return e;
}

enum err source_shares(struct doc *d, json_t *o, const struct answer *a,
                       const struct source_row *source, const struct source_amounts *amounts,
                       struct http_worker *worker, struct why *why)
{
    struct places places = places_of(a, source);
    add_places(d, o, a, &places);
    json_t *list = doc_array(d, o, "shares");
    enum err e = add_own(d, list, a, &places, amounts, worker, why);
    return e == ERR_OK ? add_whole(d, list, a, &places, amounts, worker, why) : e;
}
