#include "api/ogc/map_layer.h"

#include <stdio.h>
#include <string.h>

#include "api/accept.h"
#include "api/params_internal.h"
#include "inventory/allowed.h"

const char *const ogc_map_tile_parameters[] = {"year",  "month", "sector", "gwp",
                                               "style", "minus", NULL};

const char *ogc_map_id(const struct ogc_layer *l, struct arena *arena)
{
    return arena_printf(arena, "%s:%s", l->release, l->name);
}

static enum err no_collection(struct why *why)
{
    (void)why_set(why, ERR_NOT_FOUND, "collection", "There is no such collection.");
    why_allow(why, "an id of /ogc/collections: {release}:{flow}-{gas}, such as "
                   "uzbekistan:net-co2e");
    return ERR_NOT_FOUND;
}

static enum err find_layer(const struct http_request *r, const struct http_state *s,
                           struct ogc_layer *out, struct why *why)
{
    const char *id = r->segments[0], *colon = strchr(id, ':');
    if (colon == NULL)
        return no_collection(why);
    const char *release = arena_strndup(r->arena, id, (size_t)(colon - id));
    if (release == NULL)
        return ERR_NO_MEMORY;
    enum err e = ogc_layer_find(s->catalog, release, colon + 1, r->arena, out, why);
    return e == ERR_NOT_FOUND && out->year_count == 0 ? no_collection(why) : e;
}

static void add(struct ogc_map *m, const char *name, const char *value)
{
    int n = m->request.query_count++;
    m->names[n] = name;
    m->values[n] = value;
}

static enum err no_year(const struct ogc_layer *l, struct why *why)
{
    struct allowed years = {0};
    for (int i = 0; i < l->year_count; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%d", l->years[i]);
        allowed_add(&years, text);
    }
    (void)why_set(why, ERR_NOT_FOUND, "datetime", "The layer has no such year.");
    why_allow(why, "%s", years.text);
    return ERR_NOT_FOUND;
}

static enum err read_datetime(const struct http_request *r, struct ogc_map *m, struct why *why)
{
    const char *text = http_query(r, "datetime");
    int from, to, found = 0;
    if (text == NULL)
        return ERR_OK;
    if (!param_datetime_span(text, &from, &to)) {
        (void)why_set(why, ERR_INPUT, "datetime", "This is neither a moment nor an interval.");
        why_allow(why, "2022, 2022-07-01, 2022-07-01T00:00:00Z, or two of them with / between");
        return ERR_INPUT;
    }
    for (int i = 0; i < m->layer.year_count; i++) {
        int year = m->layer.years[i]; /* ascending */
        found = year >= from && year <= to ? year : found;
    }
    if (found == 0)
        return no_year(&m->layer, why);
    const char *year = arena_printf(r->arena, "%d", found);
    if (year == NULL)
        return ERR_NO_MEMORY;
    add(m, "year", year);
    return ERR_OK;
}

enum err ogc_map_read(const struct http_request *r, const struct http_state *s,
                      const char *const *allowed, struct ogc_map *out, struct why *why)
{
    static const char *const passed_on[] = {"month", "sector", "gwp", "style", "minus"};
    if (s->catalog == NULL)
        return why_set(why, ERR_UNAVAILABLE, NULL, "The inventory has not been read yet.");
    enum err e = http_query_only(r, allowed, why);
    *out = (struct ogc_map){.request = *r};
    if (e == ERR_OK)
        e = find_layer(r, s, &out->layer, why);
    if (e != ERR_OK)
        return e;
    out->request.segments[0] = out->layer.release;
    out->request.segments[1] = out->layer.name;
    out->request.segment_count = 2;
    out->request.query_count = 0;
    out->request.query_names = out->names;
    out->request.query_values = out->values;
    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++) {
        const char *value = http_query(r, passed_on[i]);
        if (value != NULL)
            add(out, passed_on[i], value);
    }
    return read_datetime(r, out, why);
}

#define FORMS_MAX 4

/* "json, html" of the words, or of the types. */
static void allow_forms(const struct ogc_form *forms, int count, bool are_words, struct why *why)
{
    struct allowed list = {0};
    for (int i = 0; i < count; i++)
        allowed_add(&list, are_words ? forms[i].word : forms[i].type);
    why_allow(why, "%s", list.text);
}

enum err ogc_form(const struct http_request *r, const struct ogc_form *forms, int count, int *out,
                  struct why *why)
{
    const char *f = http_query(r, "f"), *types[FORMS_MAX];
    for (int i = 0; i < count; i++) {
        types[i] = forms[i].type;
        *out = i;
        if (f != NULL && strcmp(f, forms[i].word) == 0)
            return ERR_OK;
    }
    if (f != NULL) {
        (void)why_set(why, ERR_INPUT, "f", "There is no such form of it.");
        allow_forms(forms, count, true, why);
        return ERR_INPUT;
    }
    *out = accept_media(r->accept, types, count);
    if (*out >= 0)
        return ERR_OK;
    (void)why_set(why, ERR_NOT_ACCEPTABLE, "Accept", "There is no form that was asked for.");
    allow_forms(forms, count, false, why);
    return ERR_NOT_ACCEPTABLE;
}

enum err ogc_form_only(const struct http_request *r, const char *word, const char *type,
                       struct why *why)
{
    int which;
    const struct ogc_form form = {word, type};
    return ogc_form(r, &form, 1, &which, why);
}
