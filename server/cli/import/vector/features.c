/* Features with masses: one file after another, one feature after another. */
#include "cli/import/vector/features.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/vector/features_internal.h"
#include "cli/import/table/number_text.h"

struct place features_place(const struct manifest *m, const struct feature *f, const char *column,
                            const char *value)
{
    return (struct place){.file = m->features[f->section].layer.file->name,
                          .row = f->row,
                          .column = column,
                          .value = value};
}

struct place features_group_place(const struct manifest *m, const struct features *f,
                                  const struct feature_group *g, const char *column,
                                  const char *value)
{
    return features_place(m, &f->list[f->masses[g->first].feature], column, value);
}

void *features_room(struct arena *arena, void **items, int count, int *capacity, size_t size)
{
    if (count == *capacity) {
        int wanted = *capacity > 0 ? *capacity * 2 : 256;
        void *larger = arena_alloc(arena, (size_t)wanted, size);
        if (larger == NULL) {
            return NULL;
        }
        if (count > 0) {
            memcpy(larger, *items, (size_t)count * size);
        }
        *items = larger;
        *capacity = wanted;
    }
    return (char *)*items + (size_t)count * size;
}

struct place features_at(const struct feature_reader *r, enum feature_value v)
{
    bool is_fixed = r->attributes[v] < 0;
    return (struct place){.file = is_fixed ? r->m->name : r->of->layer.file->name,
                          .row = is_fixed ? 0 : r->row,
                          .column = is_fixed ? feature_value_keys[v] : r->of->values[v].column,
                          .value = features_text(r, v)};
}

const char *features_text(const struct feature_reader *r, enum feature_value v)
{
    const char *text =
        r->attributes[v] < 0 ? r->of->values[v].fixed : layer_text(r->layer, r->attributes[v]);
    return text != NULL ? text : "";
}

double features_number(const struct feature_reader *r, enum feature_value v, double low,
                       double high)
{
    double value = NAN;
    if (features_text(r, v)[0] == '\0') {
        return NAN;
    }
    bool is_number = r->attributes[v] < 0 ? number_text_double(r->of->values[v].fixed, &value)
                                          : layer_number(r->layer, r->attributes[v], &value);
    if (!is_number) {
        issues_add(r->issues, features_at(r, v),
                   "must be a number such as 12.5; write a decimal point, no blanks and no unit");
        return NAN;
    }
    if (value < low || value > high) {
        issues_add(r->issues, features_at(r, v),
                   "must be from %g to %g; check the value and its unit", low, high);
        return NAN;
    }
    return value;
}

int features_whole(const struct feature_reader *r, enum feature_value v, int low, int high,
                   int none)
{
    double value = features_number(r, v, low, high);
    if (!isnan(value) && floor(value) != value) {
        issues_add(r->issues, features_at(r, v),
                   "must be a whole number from %d to %d; write digits only", low, high);
        return none;
    }
    return isnan(value) ? none : (int)value;
}

static bool is_of_kind(const struct feature_reader *r, const struct layer_feature *at)
{
    static const enum layer_shape wanted[] = {LAYER_POINT, LAYER_LINE, LAYER_AREA};
    static const char *const kinds[] = {"points", "lines", "areas"};
    static const char *const shapes[] = {"broken", "a point", "several points",
                                         "a line", "an area", "a collection of unlike parts"};
    if (at->shape == LAYER_BROKEN || at->shape == wanted[r->of->geometry]) {
        return at->shape != LAYER_BROKEN;
    }
    issues_add(
        r->issues,
        (struct place){.file = r->of->layer.file->name, .row = at->row, .column = "geometry"},
        "is %s, and this entry of \"features\" is of %s; put the feature into a file of its "
        "own kind",
        shapes[at->shape], kinds[r->of->geometry]);
    return false;
}

static enum err add_feature(struct feature_reader *r, const struct layer_feature *at)
{
    struct features *to = r->out;
    struct feature *f =
        features_room(r->arena, (void **)&to->list, to->count, &to->capacity, sizeof *to->list);
    const char *id = features_text(r, FEATURE_ID);
    if (f == NULL) {
        return ERR_NO_MEMORY;
    }
    if (r->of->geometry == FEATURE_POINTS && id[0] == '\0') {
        issues_add(r->issues, features_at(r, FEATURE_ID), "must not be empty; fill the cell");
    }
    *f = (struct feature){
        .section = r->section, .row = at->row, .code = arena_strndup(r->arena, id, strlen(id))};
    if (f->code == NULL) {
        return ERR_NO_MEMORY;
    }
    if (r->of->geometry == FEATURE_POINTS) {
        f->point = features_point(r, at);
        if (f->point == NULL) {
            return ERR_NO_MEMORY;
        }
        f->point->code = f->code;
    }
    return features_masses(r, to->count++);
}

static enum err read_layer(struct feature_reader *r, struct why *why)
{
    enum err e = features_columns(r);
    bool is_there = e == ERR_OK && r->issues->count == 0;
    while (is_there && !issues_are_full(r->issues)) {
        struct layer_feature at;
        e = layer_next(r->layer, r->issues, &at, &is_there, why);
        if (e != ERR_OK || !is_there) {
            break;
        }
        r->row = at.row;
        if (is_of_kind(r, &at)) {
            e = add_feature(r, &at);
        }
        if (e == ERR_OK &&
            (r->out->count > FEATURES_MAX || r->out->mass_count > FEATURE_MASSES_MAX)) {
            e = why_set(why, ERR_TOO_LARGE, r->of->layer.file->name,
                        "%s:%ld: a release has at most %d features and %d masses of features; "
                        "split it, or join small features",
                        r->of->layer.file->name, at.row, FEATURES_MAX, FEATURE_MASSES_MAX);
        }
        if (e != ERR_OK) {
            break;
        }
    }
    return e;
}

static enum err read_section(struct feature_reader *r, int section, struct why *why)
{
    int before = r->out->mass_count;
    r->section = section;
    r->of = &r->m->features[section];
    enum err e = manifest_layer_open(&r->of->layer, r->arena, r->issues, &r->layer, why);
    if (e != ERR_OK) {
        return e;
    }
    e = read_layer(r, why);
    layer_close(r->layer);
    if (e == ERR_OK && r->issues->count == 0 && r->out->mass_count == before) {
        issues_add(r->issues, (struct place){.file = r->of->layer.file->name},
                   "has no feature with a mass; check the file, or leave it out");
    }
    return e;
}

enum err features_read(const struct manifest *m, struct arena *arena, struct issues *issues,
                       struct features *out, struct why *why)
{
    struct feature_reader r = {.m = m, .arena = arena, .issues = issues, .out = out};
    *out = (struct features){0};
    if (m->feature_count == 0) {
        return ERR_OK;
    }
    r.texts = features_texts_new(arena);
    r.index = features_index_new(arena);
    enum err e = r.texts != NULL && r.index != NULL ? ERR_OK : ERR_NO_MEMORY;
    for (int i = 0; i < m->feature_count && e == ERR_OK && !issues_are_full(issues); i++) {
        e = read_section(&r, i, why);
    }
    if (e == ERR_OK && issues->count == 0) {
        e = features_sum(m, arena, issues, out);
    }
    return e == ERR_NO_MEMORY
               ? why_set(why, e, NULL,
                         "the features do not fit the importer's memory; split the release")
               : e;
}
