#include "api/compare_row.h"

#include <math.h>

#include "api/emissions_row.h"
#include "api/envelope.h"

/* ---- sides ------------------------------------------------------------------------------ */

static double scale_of(const struct compare_facts *f, const struct compare_side *s,
                       const struct totals_row *row)
{
    const char *status;
    enum per per = f->answer->params.per;
    if (row == NULL)
        return NAN;
    if (per == PER_NOTHING)
        return 1;
    double denominator =
        envelope_denominator(f->answer, per, row->district, s->params.year_to, &status);
    return denominator > 0 ? 1 / denominator : NAN;
}

static bool has_value(const struct compare_facts *f, const struct compare_side *s,
                      const struct totals_row *row)
{
    return !isnan(scale_of(f, s, row)) && !isnan(row->total.value);
}

static double value_of(const struct compare_facts *f, const struct compare_side *s,
                       const struct totals_row *row)
{
    return row == NULL ? NAN : row->total.value * scale_of(f, s, row);
}

static struct comparison_side side_of(const struct compare_facts *f, const struct compare_side *s,
                                      const struct totals_row *row)
{
    return (struct comparison_side){row->parts, row->part_count, scale_of(f, s, row)};
}

static void add_side(struct doc *d, json_t *row, const char *key, const struct compare_facts *f,
                     const struct compare_side *s, const struct totals_row *t)
{
    if (t == NULL)
        doc_null(d, row, key);
    else
        envelope_value(d, doc_object(d, row, key), f->answer, t->district, s->params.year_to,
                       t->total, t->status);
}

/* Why a side has no value, in words that need no other member. */
static json_t *no_value(const struct compare_facts *f, const char *name,
                        const struct compare_side *s, const struct totals_row *t)
{
    if (t == NULL)
        return json_sprintf("%s, %s in %d, has nothing of this row", name,
                            f->answer->catalog->releases[s->params.release].pinned,
                            s->params.year_to);
    if (isnan(t->total.value))
        return json_sprintf("%s has no data", name);
    return json_sprintf("%s has no denominator", name);
}

/* ---- difference ------------------------------------------------------------------------- */

static void add_interval(struct doc *d, json_t *row, const char *key, const struct compare_facts *f,
                         struct interval t)
{
    envelope_interval(d, doc_object(d, row, key), f->answer, t);
}

static void add_percent(struct doc *d, json_t *row, double a, double b)
{
    enum comparison_undefined undefined;
    doc_number(d, row, "percent", comparison_percent(a, b, &undefined));
    if (undefined == COMPARISON_FIRST_ZERO)
        doc_text(d, row, "reason", "a is 0, of which there is no per cent");
    if (undefined == COMPARISON_OTHER_SIGN)
        doc_text(d, row, "reason", "one side is above 0 and the other below");
}

static bool add_difference(struct doc *d, json_t *row, const struct compare_facts *f,
                           const struct compare_row *r)
{
    bool has_a = has_value(f, &f->a, r->a), has_b = has_value(f, &f->b, r->b);
    if (!has_a || !has_b) {
        doc_null(d, row, "difference");
        doc_null(d, row, "percent");
        doc_put(d, row, "reason",
                has_a ? no_value(f, "b", &f->b, r->b) : no_value(f, "a", &f->a, r->a));
        return false;
    }
    struct comparison_pair pair = {f->is_one_release ? NULL : &f->between, f->is_one_place};
    add_interval(
        d, row, "difference", f,
        comparison_difference(pair, side_of(f, &f->a, r->a), side_of(f, &f->b, r->b), f->scratch));
    add_percent(d, row, value_of(f, &f->a, r->a), value_of(f, &f->b, r->b));
    return true;
}

/* ---- split ------------------------------------------------------------------------------ */

static void add_causes(struct doc *d, json_t *row, const struct compare_facts *f,
                       struct comparison_side before, struct comparison_side after)
{
    struct comparison_part_sum causes[COMPARISON_CAUSES_MAX];
    json_t *list = doc_array(d, row, "recalculation_by");
    if (f->is_one_release)
        return;
    int count = comparison_causes(&f->recalculated, before, after, causes);
    for (int i = 0; i < count; i++) {
        json_t *o = doc_object(d, list, NULL);
        doc_text(d, o, "cause", comparison_cause_word(causes[i].cause));
        const char *const methods[] = {causes[i].from, causes[i].to};
        for (int m = 0; m < 2; m++) {
            const char *key = m == 0 ? "from" : "to";
            if (methods[m][0] != '\0')
                doc_text(d, o, key, methods[m]);
            else
                doc_null(d, o, key);
        }
        doc_number(d, o, "value", causes[i].value / unit_tonnes(f->answer->params.unit));
    }
}

static void add_no_split(struct doc *d, json_t *row)
{
    doc_null(d, row, "recalculation");
    doc_null(d, row, "real_change");
    doc_array(d, row, "recalculation_by");
}

static void add_split(struct doc *d, json_t *row, const struct compare_facts *f,
                      const struct compare_row *r)
{
    const struct comparison_pair releases = {f->is_one_release ? NULL : &f->recalculated, true};
    const struct comparison_pair years = {NULL, true};
    struct comparison_side a = side_of(f, &f->a, r->a), b = side_of(f, &f->b, r->b);
    struct comparison_side pivot = side_of(f, &f->pivot, r->pivot);
    struct interval to_pivot =
        comparison_difference(f->is_newer_b ? releases : years, a, pivot, f->scratch);
    struct interval from_pivot =
        comparison_difference(f->is_newer_b ? years : releases, pivot, b, f->scratch);
    add_interval(d, row, "recalculation", f, f->is_newer_b ? to_pivot : from_pivot);
    add_interval(d, row, "real_change", f, f->is_newer_b ? from_pivot : to_pivot);
    add_causes(d, row, f, f->is_newer_b ? a : pivot, f->is_newer_b ? pivot : b);
}

static void add_split_or_reason(struct doc *d, json_t *row, const struct compare_facts *f,
                                const struct compare_row *r, bool has_difference)
{
    if (has_difference && f->no_split == NULL && has_value(f, &f->pivot, r->pivot)) {
        add_split(d, row, f, r);
        return;
    }
    add_no_split(d, row);
    if (!has_difference)
        doc_text(d, row, "split_reason", "there is no difference to split");
    else if (f->no_split != NULL)
        doc_text(d, row, "split_reason", f->no_split);
    else
        doc_put(d, row, "split_reason", no_value(f, "the year between", &f->pivot, r->pivot));
}

void compare_row(struct doc *d, json_t *row, const struct compare_facts *f,
                 const struct compare_row *r)
{
    const struct answer *a = f->answer;
    const struct totals_row *key = r->a != NULL ? r->a : r->b;
    if (a->params.groupby & GROUP_DISTRICT)
        doc_text(d, row, "district", a->catalog->districts[key->district].code);
    emissions_row_keys(d, row, a, key);
    add_side(d, row, "a", f, &f->a, r->a);
    add_side(d, row, "b", f, &f->b, r->b);
    bool has_difference = add_difference(d, row, f, r);
    add_split_or_reason(d, row, f, r, has_difference);
}

/* ---- tables ----------------------------------------------------------------------------- */

static const struct {
    const char *name, *member, *of; /* "a_value" is "value" of "a" */
} flat_columns[] = {
    {"a_value", "value", "a"},
    {"a_lo", "lo", "a"},
    {"a_hi", "hi", "a"},
    {"a_status", "status", "a"},
    {"b_value", "value", "b"},
    {"b_lo", "lo", "b"},
    {"b_hi", "hi", "b"},
    {"b_status", "status", "b"},
    {"difference", "value", "difference"},
    {"difference_lo", "lo", "difference"},
    {"difference_hi", "hi", "difference"},
    {"recalculation", "value", "recalculation"},
    {"real_change", "value", "real_change"},
};
static const char *const plain_columns[] = {"sector",  "gas",    "flow",
                                            "percent", "reason", "split_reason"};
static const char *const side_columns[] = {"district", "to_district", "year", "to_year",
                                           "to_release"};
#define COUNT_OF(list) ((int)(sizeof(list) / sizeof *(list)))

static void add_district(struct doc *d, json_t *flat, const struct compare_facts *f,
                         const char *key, int district)
{
    if (district >= 0 && json_object_get(flat, key) == NULL)
        doc_text(d, flat, key, f->answer->catalog->districts[district].code);
}

void compare_row_flat(struct doc *d, json_t *flat, const struct compare_facts *f, const json_t *row)
{
    const struct params *p = &f->answer->params;
    json_t *district = json_object_get(row, "district");
    for (int i = 0; i < COUNT_OF(flat_columns); i++) {
        json_t *value =
            json_object_get(json_object_get(row, flat_columns[i].of), flat_columns[i].member);
        if (value != NULL)
            doc_put(d, flat, flat_columns[i].name, json_incref(value));
    }
    for (int i = 0; i < COUNT_OF(plain_columns); i++) {
        json_t *value = json_object_get(row, plain_columns[i]);
        if (value != NULL)
            doc_put(d, flat, plain_columns[i], json_incref(value));
    }
    if (district != NULL) { /* the same of both sides */
        doc_put(d, flat, "district", json_incref(district));
        doc_put(d, flat, "to_district", json_incref(district));
    }
    add_district(d, flat, f, "district", p->district);
    add_district(d, flat, f, "to_district", p->to_district);
    doc_int(d, flat, "year", p->year_to);
    doc_int(d, flat, "to_year", p->to_year);
    doc_text(d, flat, "to_release", p->catalog->releases[p->to_release].pinned);
}

void compare_row_columns(const struct answer *a, const char **columns)
{
    static const unsigned grouped[] = {GROUP_SECTOR, GROUP_GAS, GROUP_FLOW};
    int n = 0;
    for (int i = 0; i < COUNT_OF(side_columns); i++)
        columns[n++] = side_columns[i];
    for (int i = 0; i < 3; i++) {
        if (a->params.groupby & grouped[i])
            columns[n++] = plain_columns[i];
    }
    for (int i = 0; i < COUNT_OF(flat_columns); i++)
        columns[n++] = flat_columns[i].name;
    for (int i = 3; i < COUNT_OF(plain_columns); i++)
        columns[n++] = plain_columns[i];
    columns[n] = NULL;
}
