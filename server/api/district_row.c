#include "api/district_row.h"

#include <math.h>

static void add_parent(struct doc *d, json_t *row, const struct answer *a, int parent,
                       bool with_name)
{
    if (parent < 0) {
        doc_null(d, row, "parent");
        return;
    }
    const struct district *of = &a->catalog->districts[parent];
    doc_text(d, row, "parent", of->code);
    if (with_name)
        doc_text(d, row, "parent_name", doc_name(of->name, a->params.lang));
}

static void add_names(struct doc *d, json_t *row, const struct district *district)
{
    json_t *names = doc_object(d, row, "names");
    for (int i = 0; i < LANG_COUNT; i++)
        doc_text(d, names, lang_word((enum lang)i), doc_name(district->name, (enum lang)i));
}

static void add_population(struct doc *d, json_t *row, const struct answer *a, int district)
{
    const struct district_stat *s = catalog_stat(a->catalog, district, a->params.year_to);
    doc_number(d, row, "population", s != NULL ? s->population : NAN);
    if (s != NULL && isfinite(s->population))
        doc_text(d, row, "population_status", s->is_estimated ? "estimated" : "official");
}

void district_row(struct doc *d, json_t *row, const struct answer *a, int district, bool with_names)
{
    const struct district *of = &a->catalog->districts[district];
    doc_text(d, row, "district", of->code);
    doc_text(d, row, "name", doc_name(of->name, a->params.lang));
    if (with_names)
        add_names(d, row, of);
    doc_int(d, row, "level", of->level);
    add_parent(d, row, a, of->parent, with_names);
    doc_number(d, row, "area_km2", of->area_km2);
    add_population(d, row, a, district);
    doc_bbox(d, row, "bbox", of->west, of->south, of->east, of->north);
}
