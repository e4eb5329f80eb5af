/* The masses of one feature: its columns, its period, its sector and gas, into groups. */
#include <math.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/vector/features_internal.h"

/* As for point sources, with the words that tables of totals use. */
static const char *const methods[] = {"measured", "calculated", "estimated", "reported",
                                      "modelled", "scaled",     NULL};

static int word_of(const struct feature_reader *r, enum feature_value v, const char *const *words)
{
    int found = codes_word(words, features_text(r, v));
    if (found < 0) {
        struct allowed list = codes_list(words);
        issues_add(r->issues, features_at(r, v), "must be one of %s; write one of these words",
                   list.text);
    }
    return found;
}

static const char *needed(struct feature_reader *r, enum feature_value v)
{
    const char *text = features_text(r, v);
    if (text[0] == '\0') {
        issues_add(r->issues, features_at(r, v), "must not be empty; fill the cell");
    }
    return features_keep(r, text);
}

static const char *sector_of(struct feature_reader *r)
{
    const char *code = needed(r, FEATURE_SECTOR);
    code = code != NULL && code[0] != '\0' ? codes_sector(r->arena, r->of->scheme, code) : code;
    return code != NULL ? features_keep(r, code) : NULL;
}

/* What all columns of the feature have in common. False after an issue. */
static enum err read_key(struct feature_reader *r, struct feature_group *key, double *uncertainty)
{
    int method = word_of(r, FEATURE_METHOD, methods);
    int flow = word_of(r, FEATURE_FLOW, codes_flows);
    int origin = word_of(r, FEATURE_ORIGIN, codes_origins);
    bool is_gas_here = r->column_count == 0 || r->columns[0].gas == NULL;
    bool is_year_here = r->column_count == 0 || r->columns[0].year == 0;
    *key = (struct feature_group){
        .section = r->section,
        .sector = sector_of(r),
        .gas = is_gas_here ? needed(r, FEATURE_GAS) : "",
        .fuel = features_keep(r, features_text(r, FEATURE_FUEL)),
        .from = "",
        .locator = r->of->layer.layer[0] != '\0' ? r->of->layer.layer : r->of->layer.file->name,
        .method = methods[method < 0 ? 0 : method],
        .flow = flow == 1 ? FLOW_REMOVAL : FLOW_EMISSION,
        .origin = origin < 0 ? ORIGIN_NA : (enum origin)origin};
    if (is_year_here) {
        if (features_text(r, FEATURE_YEAR)[0] == '\0') {
            issues_add(r->issues, features_at(r, FEATURE_YEAR), "must not be empty; fill the cell");
        }
        key->year = features_whole(r, FEATURE_YEAR, 1750, 2200, 0);
    }
    key->month = features_whole(r, FEATURE_MONTH, 1, 12, 0);
    *uncertainty = features_number(r, FEATURE_UNCERTAINTY, 0, 1000);
    return key->sector != NULL && key->gas != NULL && key->fuel != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static bool mass_of(struct feature_reader *r, const struct feature_column *c,
                    const struct feature_group *key, double *out)
{
    double value;
    double unit_t;
    struct why why = {0};
    struct place at = {.file = r->of->layer.file->name,
                       .row = r->row,
                       .column = layer_attributes(r->layer)[c->attribute],
                       .value = layer_text(r->layer, c->attribute)};
    if (!layer_number(r->layer, c->attribute, &value)) {
        issues_add(r->issues, at,
                   "must be a number such as 12.5; write a decimal point, no blanks and no unit");
    } else if (value < 0) {
        issues_add(r->issues, at,
                   "must not be negative; write a removal as a positive mass with flow removal");
    } else if (unit_mass_t(&r->of->unit, key->gas, UNIT_STANDARD, key->year, key->month, &unit_t,
                           &why) != ERR_OK) {
        issues_add(r->issues, at, "%s", why.reason);
    } else if (value * unit_t > 1e15) {
        issues_add(r->issues, at, "is more than 1e15 t; check the value and the unit");
    } else {
        *out = value * unit_t;
        return true;
    }
    return false;
}

static enum err add_mass(struct feature_reader *r, int feature, struct feature_group key,
                         const struct feature_column *c, double uncertainty)
{
    double mass_t;
    if (c->year != 0 && (c->year < 1750 || c->year > 2200)) {
        issues_add(r->issues,
                   (struct place){.file = r->of->layer.file->name,
                                  .column = layer_attributes(r->layer)[c->attribute]},
                   "must be of a year from 1750 to 2200; correct the column's name");
        return ERR_OK;
    }
    key.gas = c->gas != NULL ? c->gas : key.gas;
    key.year = c->year != 0 ? c->year : key.year;
    if (!mass_of(r, c, &key, &mass_t)) {
        return ERR_OK;
    }
    struct features *to = r->out;
    struct feature_mass *m = features_room(r->arena, (void **)&to->masses, to->mass_count,
                                           &to->mass_capacity, sizeof *to->masses);
    int group = m != NULL ? features_group(r, &key) : -1;
    if (group < 0) {
        return ERR_NO_MEMORY;
    }
    *m = (struct feature_mass){group, feature, mass_t, uncertainty};
    to->mass_count++;
    return ERR_OK;
}

/* An empty cell among several columns is a year or gas without data; alone it is a fault. */
enum err features_masses(struct feature_reader *r, int feature)
{
    struct feature_group key;
    double uncertainty;
    int before = r->issues->count;
    enum err e = read_key(r, &key, &uncertainty);
    for (int i = 0; i < r->column_count && e == ERR_OK && r->issues->count == before; i++) {
        bool is_empty = layer_text(r->layer, r->columns[i].attribute) == NULL;
        if (!is_empty || r->column_count == 1) {
            e = add_mass(r, feature, key, &r->columns[i], uncertainty);
        }
    }
    return e;
}
