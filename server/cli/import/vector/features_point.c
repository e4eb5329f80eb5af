/* What a point source is: its description, as attributes of a feature. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/spare_memory.h"
#include "cli/import/vector/features_internal.h"
#include "cli/import/table/source_date.h"

static const char *kept(struct feature_reader *r, enum feature_value v)
{
    return features_keep(r, features_text(r, v));
}

/* Texts of this point alone. */
static const char *copied(struct feature_reader *r, enum feature_value v)
{
    const char *text = features_text(r, v);
    return arena_strndup(r->arena, text, strlen(text));
}

static const char *externals(struct feature_reader *r)
{
    json_t *object = json_object();
    for (int i = 0; i < r->of->external_count; i++) {
        const char *text = layer_text(r->layer, r->externals[i]);
        if (text != NULL && text[0] != '\0') {
            json_object_set_new(object, r->of->externals[i].scheme, json_string(text));
        }
    }
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    const char *copy = text != NULL ? features_keep(r, text) : NULL;
    spare_free(text);
    json_decref(object);
    return copy;
}

static const char *date(struct feature_reader *r, enum feature_value v, int *year)
{
    char text[SOURCE_DATE_SIZE];
    *year = 0;
    if (!source_date_read(features_text(r, v), text, year)) {
        issues_add(r->issues, features_at(r, v), "%s", SOURCE_DATE_RULE);
        return "";
    }
    return features_keep(r, text);
}

static bool is_whole(const struct point *p)
{
    const char *const texts[] = {
        p->name,    p->fuel,         p->operator_name,    p->capacity_unit, p->dataset,
        p->licence, p->status,       p->location_quality, p->area_code,     p->note,
        p->method,  p->commissioned, p->retired,          p->external_ids};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i] == NULL) {
            return false;
        }
    }
    return true;
}

struct point *features_point(struct feature_reader *r, const struct layer_feature *at)
{
    struct point *p = arena_alloc(r->arena, 1, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    const char *name = features_text(r, FEATURE_NAME);
    *p = (struct point){.name = name[0] != '\0' ? copied(r, FEATURE_NAME) : copied(r, FEATURE_ID),
                        .fuel = kept(r, FEATURE_FUEL),
                        .operator_name = kept(r, FEATURE_OPERATOR),
                        .status = kept(r, FEATURE_STATUS),
                        .capacity_unit = kept(r, FEATURE_CAPACITY_UNIT),
                        .dataset = kept(r, FEATURE_DATASET),
                        .licence = kept(r, FEATURE_LICENCE),
                        .location_quality = kept(r, FEATURE_QUALITY),
                        .area_code = kept(r, FEATURE_DISTRICT),
                        .method = kept(r, FEATURE_METHOD),
                        .note = copied(r, FEATURE_NOTE),
                        .lon = at->lon,
                        .lat = at->lat,
                        .cell_lon = NAN,
                        .cell_lat = NAN,
                        .capacity = features_number(r, FEATURE_CAPACITY, 0, 1e15),
                        .external_ids = externals(r)};
    p->commissioned = date(r, FEATURE_COMMISSIONED, &p->commissioned_year);
    p->retired = date(r, FEATURE_RETIRED, &p->retired_year);
    if (p->commissioned_year != 0 && p->retired_year != 0 &&
        p->retired_year < p->commissioned_year) {
        issues_add(r->issues, features_at(r, FEATURE_RETIRED),
                   "is before it was commissioned (%s); correct one of the two", p->commissioned);
    }
    return is_whole(p) ? p : NULL;
}
