/* A place along each dimension that is neither east nor north: by value, by number, by period. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import/table/number_text.h"
#include "cli/import/raster/raster_array.h"

#define NOT_FOUND SIZE_MAX
#define TWO_FOUND (SIZE_MAX - 1)

static bool holds_years(const struct array_dimension *d)
{
    for (size_t i = 0; i < d->size; i++) {
        if (d->values == NULL || floor(d->values[i]) != d->values[i] || d->values[i] < 1700 ||
            d->values[i] > 2300) {
            return false;
        }
    }
    return true;
}

/* By the middle of its bounds, since some files stamp a year at its end. */
struct cf_date array_date_of(const struct array_dimension *d, size_t i)
{
    if (d->has_time && d->values != NULL) {
        double value =
            d->bounds != NULL ? (d->bounds[2 * i] + d->bounds[2 * i + 1]) / 2 : d->values[i];
        return cf_time_date(&d->time, value);
    }
    return holds_years(d) ? (struct cf_date){(int)d->values[i], 0, 0} : (struct cf_date){0, 0, 0};
}

static bool is_place(const struct array_dimension *d, size_t i, const char *text)
{
    double number;
    if (d->texts != NULL) {
        return d->texts[i] != NULL && strcmp(d->texts[i], text) == 0;
    }
    if (d->axis == ARRAY_TIME && array_date_of(d, i).year != 0) {
        struct cf_date date = array_date_of(d, i);
        if (date.month != 0 && cf_date_matches(date, text)) {
            return true;
        }
    }
    return d->values != NULL && number_text_double(text, &number) &&
           fabs(d->values[i] - number) <= 1e-9 * fmax(1, fabs(number));
}

static size_t find_place(const struct array_dimension *d, const char *text)
{
    int64_t number;
    if (text[0] == '#') {
        return number_text_int(text + 1, 1, (int64_t)d->size, &number) ? (size_t)number - 1
                                                                       : NOT_FOUND;
    }
    size_t found = NOT_FOUND;
    for (size_t i = 0; i < d->size; i++) {
        if (is_place(d, i, text)) {
            found = found == NOT_FOUND ? i : TWO_FOUND;
        }
    }
    return found;
}

static bool is_in_period(struct cf_date date, const struct raster_spec *spec)
{
    return date.year == spec->year &&
           (spec->month == 0 || date.month == 0 || date.month == spec->month);
}

static size_t find_period(const struct array_dimension *d, const struct raster_spec *spec)
{
    size_t found = NOT_FOUND;
    for (size_t i = 0; i < d->size; i++) {
        if (is_in_period(array_date_of(d, i), spec)) {
            found = found == NOT_FOUND ? i : TWO_FOUND;
        }
    }
    return found;
}

int array_write_place(const struct array_dimension *d, size_t i, char *out, size_t size)
{
    struct cf_date date = d->axis == ARRAY_TIME ? array_date_of(d, i) : (struct cf_date){0, 0, 0};
    if (d->texts != NULL) {
        return snprintf(out, size, "%.24s", d->texts[i] != NULL ? d->texts[i] : "");
    }
    if (date.year != 0 && date.month != 0) {
        return snprintf(out, size, "%04d-%02d-%02d", date.year, date.month, date.day);
    }
    return d->values != NULL ? snprintf(out, size, "%.10g", d->values[i])
                             : snprintf(out, size, "#%zu", i + 1);
}

/* The first few places, for a message. */
static void list_places(const struct array_dimension *d, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < d->size && i < 6 && used + 40 < size; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s", i > 0 ? ", " : "");
        used += (size_t)array_write_place(d, i, out + used, size - used);
    }
    if (d->size > 6) {
        snprintf(out + used, size - used, " ...");
    }
}

static enum err refuse(const struct raster_source *s, const struct array_dimension *d,
                       const char *text, size_t found, struct why *why)
{
    char places[256];
    list_places(d, places, sizeof places);
    if (text == NULL) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: dimension %s has %zu places (%s); say which with \"select\"%s",
                       s->spec->name, d->name, d->size, places,
                       d->axis == ARRAY_TIME ? ", \"year\" or \"month\"" : "");
    }
    return why_set(why, ERR_INPUT, s->spec->name,
                   "%s: select.%s = '%.40s': is %s place along it; take one of %s", s->spec->name,
                   d->name, text, found == TWO_FOUND ? "more than one" : "no", places);
}

static const char *selected(const struct raster_spec *spec, const char *dimension)
{
    for (int i = 0; i < spec->select_count; i++) {
        if (strcmp(spec->selects[i].dimension, dimension) == 0) {
            return spec->selects[i].value;
        }
    }
    return NULL;
}

/* Does what was selected stand for the period, and is it as long? */
static enum err check_period(struct raster_source *s, const struct array_dimension *d, size_t i,
                             struct why *why)
{
    struct cf_date date = array_date_of(d, i);
    char place[40];
    array_write_place(d, i, place, sizeof place);
    if (s->spec->year != 0 && date.year != 0 && !is_in_period(date, s->spec)) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: %s = '%s': is not in the year and month of the manifest, %d-%02d; mend "
                       "one of them",
                       s->spec->name, d->name, place, s->spec->year, s->spec->month);
    }
    if (s->spec->year != 0 && date.year != 0 && s->spec->month == 0 &&
        find_period(d, s->spec) == TWO_FOUND) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: select.%s: %s is one of several places in %d, so that it is not the "
                       "whole year; give \"month\", or \"months\"",
                       s->spec->name, d->name, place, s->spec->year);
    }
    if (d->has_time && d->bounds != NULL) {
        s->covered_days = fabs(d->bounds[2 * i + 1] - d->bounds[2 * i]) * d->time.days_per_unit;
    }
    return ERR_OK;
}

static enum err select_one(struct raster_source *s, struct array_file *f, size_t i, struct why *why)
{
    const struct array_dimension *d = &f->dimensions[i];
    const char *text = selected(s->spec, d->name);
    size_t found = 0;
    if (text != NULL) {
        found = find_place(d, text);
    } else if (d->axis == ARRAY_TIME && s->spec->year != 0 && array_date_of(d, 0).year != 0) {
        found = find_period(d, s->spec);
        if (found == NOT_FOUND) {
            char period[24];
            snprintf(period, sizeof period, s->spec->month != 0 ? "%d-%02d" : "%d", s->spec->year,
                     s->spec->month);
            return refuse(s, d, period, found, why);
        }
    } else if (d->size > 1) {
        found = TWO_FOUND;
    }
    if (found == NOT_FOUND || found == TWO_FOUND) {
        return refuse(s, d, text, found, why);
    }
    f->fixed[i] = found;
    char place[40];
    array_write_place(d, found, place, sizeof place);
    size_t used = strlen(s->what);
    if (d->size > 1 || d->axis == ARRAY_TIME) {
        snprintf(s->what + used, sizeof s->what - used, ", %.40s %s", d->name, place);
    }
    return d->axis == ARRAY_TIME ? check_period(s, d, found, why) : ERR_OK;
}

/* A dimension that is selected but not there would be passed over in silence. */
static enum err check_selects(const struct raster_source *s, const struct array_file *f,
                              struct why *why)
{
    for (int k = 0; k < s->spec->select_count; k++) {
        bool is_there = false;
        for (size_t i = 0; i < f->dimension_count; i++) {
            is_there |= i != f->x && i != f->y &&
                        strcmp(f->dimensions[i].name, s->spec->selects[k].dimension) == 0;
        }
        if (!is_there) {
            return why_set(why, ERR_INPUT, s->spec->name,
                           "%s: select.%.40s: is no dimension of %s that can be chosen from; take "
                           "it away, or see --explain",
                           s->spec->name, s->spec->selects[k].dimension, s->what);
        }
    }
    return ERR_OK;
}

enum err array_select(struct raster_source *s, struct array_file *f, struct why *why)
{
    enum err e = check_selects(s, f, why);
    for (size_t i = 0; i < f->dimension_count && e == ERR_OK; i++) {
        if (i != f->x && i != f->y) {
            e = select_one(s, f, i, why);
        }
    }
    return e;
}
