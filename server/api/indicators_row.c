#include "api/indicators_row.h"

#include <math.h>

#include "api/district_row.h"
#include "api/envelope.h"

#define NO_DATA       "the release has no data of this"
#define NOTHING_ABOVE "there is no district above it"
/* Parts of a net sum may be larger than the whole, or of the other sign. */
#define NO_NET_SHARE "what is net has no shares: ask for flow=emission or removal"

const char *const indicators_columns[] = {"district",
                                          "name",
                                          "level",
                                          "parent",
                                          "year",
                                          "sector",
                                          "value",
                                          "lo",
                                          "hi",
                                          "status",
                                          "area_km2",
                                          "population",
                                          "population_status",
                                          "gdp",
                                          "gdp_unit",
                                          "gdp_status",
                                          "per_capita",
                                          "per_capita_lo",
                                          "per_capita_hi",
                                          "per_km2",
                                          "per_km2_lo",
                                          "per_km2_hi",
                                          "per_gdp",
                                          "per_gdp_lo",
                                          "per_gdp_hi",
                                          "share_of_parent",
                                          "share_of_country",
                                          "rank",
                                          "rank_of",
                                          "rank_in_parent",
                                          "rank_in_parent_of",
                                          "trend_from",
                                          "trend_points",
                                          "trend_growth_pct",
                                          "trend_slope",
                                          "trend_at_first",
                                          "trend_r2",
                                          "location_quotient",
                                          "reasons",
                                          NULL};

/* A row while it is written. */
struct writing {
    struct doc *d;
    json_t *row;
    json_t *reasons; /* by column: why it is null */
    const struct indicators_facts *f;
    const struct totals_row *total;
    int district, at, run;
};

/* A number, or null and the reason. */
static void add(const struct writing *w, const char *key, double value, const char *reason)
{
    doc_number(w->d, w->row, key, value);
    if (!isfinite(value))
        doc_text(w->d, w->reasons, key, isnan(w->total->total.value) ? NO_DATA : reason);
}

struct ratio_keys {
    enum per per;
    const char *value, *lo, *hi;
};

static void add_ratio(const struct writing *w, const struct ratio_keys *keys)
{
    const struct answer *a = w->f->a;
    const char *status;
    double by = envelope_denominator(a, keys->per, w->district, a->params.year_to, &status);
    double divisor = by > 0 ? by * unit_tonnes(a->params.unit) : NAN;
    const struct interval *t = &w->total->total;
    doc_number(w->d, w->row, keys->value, t->value / divisor);
    doc_number(w->d, w->row, keys->lo, t->lo / divisor);
    doc_number(w->d, w->row, keys->hi, t->hi / divisor);
    if (!(by > 0))
        doc_put(w->d, w->reasons, keys->value,
                envelope_no_denominator(a, keys->per, w->district, a->params.year_to));
    else if (isnan(t->value))
        doc_text(w->d, w->reasons, keys->value, NO_DATA);
}

static void add_ratios(const struct writing *w)
{
    static const struct ratio_keys keys[] = {
        {PER_CAPITA, "per_capita", "per_capita_lo", "per_capita_hi"},
        {PER_KM2, "per_km2", "per_km2_lo", "per_km2_hi"},
        {PER_GDP, "per_gdp", "per_gdp_lo", "per_gdp_hi"},
    };
    const char *status;
    double gdp =
        envelope_denominator(w->f->a, PER_GDP, w->district, w->f->a->params.year_to, &status);
    doc_number(w->d, w->row, "gdp", gdp);
    const struct district_stat *s =
        catalog_stat(w->f->a->catalog, w->district, w->f->a->params.year_to);
    if (isfinite(gdp)) {
        doc_text(w->d, w->row, "gdp_unit", s->gdp_unit);
        doc_text(w->d, w->row, "gdp_status", status);
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        add_ratio(w, &keys[i]);
}

static void add_share(const struct writing *w, const char *key, int of)
{
    if (of < 0) {
        add(w, key, NAN, NOTHING_ABOVE);
        return;
    }
    double whole = indicators_facts_row(w->f, of, w->run)->total.value;
    bool is_net = w->f->a->params.flow == FLOW_NET;
    add(w, key, is_net ? NAN : indicators_share(w->total->total.value, whole),
        is_net ? NO_NET_SHARE : "of a total of 0 there is no share");
}

static void add_rank(const struct writing *w, const char *key, const char *of_key,
                     const struct indicators_rank *ranks)
{
    struct indicators_rank rank = {0};
    if (w->f->runs > 0)
        rank = ranks[w->f->place[w->district] * w->f->runs + w->run];
    if (rank.of == 0) {
        add(w, key, NAN, NOTHING_ABOVE);
        doc_null(w->d, w->row, of_key);
        return;
    }
    doc_int(w->d, w->row, key, rank.position);
    doc_int(w->d, w->row, of_key, rank.of);
}

/* The value of a year, NaN when the series has none. */
static double value_of_year(const struct indicators_facts *f, size_t n, int year)
{
    for (size_t i = 0; i < n; i++) {
        if ((int)f->years[i] == year)
            return f->values[i];
    }
    return NAN;
}

static void add_trend(const struct writing *w)
{
    const struct indicators_facts *f = w->f;
    const struct params *p = &f->a->params;
    bool is_asked = p->year_from < p->year_to;
    size_t n = is_asked ? indicators_facts_series(f, w->at, w->run) : 0;
    double tonnes = unit_tonnes(p->unit);
    struct indicators_line line = {NAN, NAN, NAN};
    bool has_line = n > 0 && indicators_line(f->years, f->values, n, p->year_from, &line);
    double growth = indicators_growth(value_of_year(f, n, p->year_from),
                                      value_of_year(f, n, p->year_to), p->year_to - p->year_from);
    static const char single[] = "a trend needs several years: year=first..last";
    const char *few = is_asked ? "fewer than three years have data" : single;
    doc_int(w->d, w->row, "trend_from", p->year_from);
    doc_int(w->d, w->row, "trend_points", (long long)n);
    add(w, "trend_growth_pct", 100 * growth,
        is_asked ? "growth is between two years that both have a value above 0" : single);
    add(w, "trend_slope", line.slope / tonnes, few);
    add(w, "trend_at_first", line.at_origin / tonnes, few);
    add(w, "trend_r2", line.r2, has_line ? "the values never change" : few);
}

static void add_quotient(const struct writing *w)
{
    const struct indicators_facts *f = w->f;
    if (!(f->a->params.groupby & GROUP_SECTOR))
        return;
    int country = indicators_facts_country(f->a->catalog, w->district);
    double there = indicators_facts_row(f, country, w->run)->total.value;
    double quotient = indicators_quotient(w->total->total.value, f->whole[f->place[w->district]],
                                          there, f->whole[f->place[country]]);
    bool is_net = f->a->params.flow == FLOW_NET;
    add(w, "location_quotient", is_net ? NAN : quotient,
        is_net ? NO_NET_SHARE : "a total that its shares are of is 0");
}

static void add_keys(const struct writing *w)
{
    const struct answer *a = w->f->a;
    district_row(w->d, w->row, a, w->district, false);
    doc_int(w->d, w->row, "year", a->params.year_to);
    if (a->params.groupby & GROUP_SECTOR)
        doc_text(w->d, w->row, "sector", a->catalog->sectors[w->total->sector].code);
}

void indicators_row(struct doc *d, json_t *row, const struct indicators_facts *f, int at, int run)
{
    int district = f->districts[at];
    const struct catalog *c = f->a->catalog;
    struct writing w = {.d = d,
                        .row = row,
                        .f = f,
                        .total = indicators_facts_row(f, district, run),
                        .district = district,
                        .at = at,
                        .run = run};
    add_keys(&w);
    envelope_interval(d, row, f->a, w.total->total);
    doc_text(d, row, "status", w.total->status);
    w.reasons = doc_object(d, row, "reasons");
    add_ratios(&w);
    add_share(&w, "share_of_parent", c->districts[district].parent);
    int country = indicators_facts_country(c, district);
    add_share(&w, "share_of_country", country);
    add_rank(&w, "rank", "rank_of", f->in_country);
    add_rank(&w, "rank_in_parent", "rank_in_parent_of", f->in_parent);
    add_trend(&w);
    add_quotient(&w);
}

void indicators_units(struct doc *d, const struct answer *a)
{
    const char *unit = unit_word(a->params.unit);
    json_t *units = doc_object(d, d->root, "units");
    doc_put(d, units, "per_capita", json_sprintf("%s/capita", unit));
    doc_put(d, units, "per_km2", json_sprintf("%s/km2", unit));
    doc_put(d, units, "per_gdp", json_sprintf("%s/gdp", unit));
    doc_put(d, units, "trend_growth_pct", json_string("%/yr"));
    doc_put(d, units, "trend_slope", json_sprintf("%s/yr", unit));
    doc_text(d, units, "trend_at_first", unit);
}
