/* A table of longitude, latitude and value: header lines, then a place a line, in any order. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/import/table/number_text.h"
#include "cli/import/raster/text_grid.h"
#include "cli/import/raster/text_lines.h"

#define HEADER_MAX   50
#define SET_SLOTS    ((size_t)1 << 18) /* half of them at most are used */
#define ON_GRID      0.01              /* of a cell: how far a coordinate may be off */
#define COLUMN_BYTES 64

/* The coordinates that occur. */
struct set {
    double *slots; /* NaN = free */
    size_t count;
};

struct table {
    struct raster_source *s;
    struct text_grid *g;
    struct text_lines *t;
    int column[3]; /* longitude, latitude, value */
    char names[3][COLUMN_BYTES];
    struct set sets[2];
    int64_t rows;
};

static enum err set_init(struct set *set)
{
    set->slots = malloc(SET_SLOTS * sizeof *set->slots);
    for (size_t i = 0; set->slots != NULL && i < SET_SLOTS; i++) {
        set->slots[i] = NAN;
    }
    return set->slots != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* @return false when there are too many. */
static bool set_put(struct set *set, double value)
{
    uint64_t bits;
    value += 0.0; /* -0 is 0 */
    memcpy(&bits, &value, sizeof bits);
    size_t at = (size_t)((bits * 0x9e3779b97f4a7c15U) >> 40) % SET_SLOTS;
    while (!isnan(set->slots[at])) {
        if (set->slots[at] == value) {
            return true;
        }
        at = (at + 1) % SET_SLOTS;
    }
    set->slots[at] = value;
    return ++set->count <= SET_SLOTS / 2;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The values in order, in place of the slots. */
static void set_sort(struct set *set)
{
    size_t used = 0;
    for (size_t i = 0; i < SET_SLOTS; i++) {
        if (!isnan(set->slots[i])) {
            set->slots[used++] = set->slots[i];
        }
    }
    qsort(set->slots, used, sizeof *set->slots, compare_doubles);
}

/* --- columns -----------------------------------------------------------------------------------
 */

static bool is_named(const char *text, int which)
{
    static const char *const names[2][6] = {{"lon", "longitude", "long", "x", "lon_center", NULL},
                                            {"lat", "latitude", "y", "lat_center", NULL}};
    const char *start = text + strspn(text, "#% ");
    for (int i = 0; names[which][i] != NULL; i++) {
        if (strcasecmp(start, names[which][i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_column(const struct table *t, int which, int field, const char *title)
{
    const char *wanted = t->s->spec->columns[which];
    int64_t number;
    if (wanted[0] == '\0') {
        return which < 2 && is_named(title, which);
    }
    return strcmp(wanted, title) == 0 ||
           (number_text_int(wanted, 1, TEXT_MAX_FIELDS, &number) && number == field + 1);
}

/* By name, by number, and the value column as the only one that is left. */
static enum err find_columns(struct table *t, char titles[][COLUMN_BYTES], int count,
                             struct why *why)
{
    static const char *const what[] = {"longitude", "latitude", "value"};
    for (int which = 0; which < 3; which++) {
        t->column[which] = -1;
        for (int i = 0; i < count; i++) {
            if (is_column(t, which, i, titles[i])) {
                t->column[which] = i;
            }
        }
    }
    if (t->column[2] < 0 && t->s->spec->columns[2][0] == '\0' && count == 3) {
        t->column[2] = 3 - t->column[0] - t->column[1];
    }
    for (int which = 0; which < 3; which++) {
        int i = t->column[which];
        if (i < 0 || i >= count) {
            return why_set(why, ERR_INPUT, t->s->spec->name,
                           "%s:%ld: has no column for the %s that is known; name the three in "
                           "\"columns\", by title or number",
                           t->s->spec->name, t->t->row, what[which]);
        }
        snprintf(t->names[which], COLUMN_BYTES, "%s",
                 titles[i][0] != '\0' ? titles[i] : what[which]);
    }
    return ERR_OK;
}

static int copy_titles(const struct text_lines *t, char titles[][COLUMN_BYTES])
{
    int count = t->field_count < TEXT_MAX_FIELDS ? t->field_count : TEXT_MAX_FIELDS;
    for (int i = 0; i < count; i++) {
        snprintf(titles[i], COLUMN_BYTES, "%s", t->fields[i]);
    }
    return count;
}

/* Header lines until the first line of numbers; the last of them has the titles. On return the line
 * at hand is the first of data. */
static enum err read_header(struct table *t, struct why *why)
{
    char(*titles)[COLUMN_BYTES] = calloc(TEXT_MAX_FIELDS, sizeof *titles);
    if (titles == NULL) {
        return ERR_NO_MEMORY;
    }
    int count = 0;
    bool is_end = false;
    enum err e = text_lines_next(t->t, &is_end, why);
    while (e == ERR_OK && !is_end && t->t->row <= HEADER_MAX && !text_lines_is_data(t->t)) {
        count = copy_titles(t->t, titles);
        e = text_lines_next(t->t, &is_end, why);
    }
    if (e == ERR_OK && (is_end || t->t->row > HEADER_MAX)) {
        e = why_set(why, ERR_INPUT, t->s->spec->name,
                    "%s has no line of numbers within its first %d; is it a table of places?",
                    t->s->spec->name, HEADER_MAX);
    }
    if (e == ERR_OK) {
        count = count == t->t->field_count ? count : 0;
        for (int i = count; i < t->t->field_count; i++) {
            titles[i][0] = '\0';
        }
        e = find_columns(t, titles, t->t->field_count, why);
    }
    free(titles);
    return e;
}

/* --- rows --------------------------------------------------------------------------------------
 */

static struct place place_of(const struct table *t, int which)
{
    int i = t->column[which];
    return (struct place){.file = t->s->spec->name,
                          .row = t->t->row,
                          .column = t->names[which],
                          .value = i < t->t->field_count ? t->t->fields[i] : ""};
}

/* The three numbers of a line; false after an issue. An empty value is no data. */
static bool read_numbers(const struct table *t, double to[3])
{
    for (int which = 0; which < 3; which++) {
        struct place at = place_of(t, which);
        to[which] = NAN;
        if (which == 2 && at.value[0] == '\0') {
            return true;
        }
        if (!number_text_double(at.value, &to[which])) {
            issues_add(t->s->issues, at,
                       "must be a number such as 12.5; write a decimal point, no blanks and no "
                       "unit");
            return false;
        }
    }
    double limit[] = {360, 90};
    for (int which = 0; which < 2 && t->s->is_degrees; which++) {
        if (fabs(to[which]) > limit[which]) {
            issues_add(t->s->issues, place_of(t, which),
                       "is no %s; are the columns swapped? Name them in \"columns\"",
                       which == 0 ? "longitude" : "latitude");
            return false;
        }
    }
    return true;
}

static enum err take_coordinates(struct table *t, const double values[3], struct why *why)
{
    t->rows++;
    if (!set_put(&t->sets[0], values[0]) || !set_put(&t->sets[1], values[1])) {
        return why_set(why, ERR_TOO_LARGE, t->s->spec->name,
                       "%s:%ld: has more than %zu longitudes or latitudes; is it a regular grid?",
                       t->s->spec->name, t->t->row, SET_SLOTS / 2);
    }
    return ERR_OK;
}

/* Column or row of a coordinate; -1 after an issue. */
static int32_t index_of(const struct table *t, int which, double value)
{
    double first = which == 0 ? t->g->x0 : t->g->y0;
    double at = which == 0 ? (value - first) / t->g->dx : (first - value) / t->g->dy;
    if (fabs(at - round(at)) > ON_GRID) {
        issues_add(t->s->issues, place_of(t, which),
                   "is %.3g cells off a grid of %.6g; give \"step\", or mend the coordinate",
                   at - round(at), which == 0 ? t->g->dx : t->g->dy);
        return -1;
    }
    return (int32_t)round(at);
}

static enum err take_cell(struct table *t, const double values[3], struct why *why)
{
    (void)why;
    struct raster_source *s = t->s;
    int32_t col = index_of(t, 0, values[0]);
    int32_t row = index_of(t, 1, values[1]);
    if (col < 0 || row < 0 || isnan(values[2])) {
        return ERR_OK;
    }
    size_t at = (size_t)row * (size_t)s->nx + (size_t)col;
    if (t->g->from_row[at] != 0) {
        issues_add(s->issues, place_of(t, 0),
                   "is a place that row %lu has as well; leave one of them out",
                   (unsigned long)t->g->from_row[at]);
    } else if (values[2] < 0 && values[2] != s->spec->fill) {
        issues_add(s->issues, place_of(t, 2),
                   "must not be negative; mend it, or declare the value as no data (\"fill\")");
    }
    t->g->from_row[at] = (uint32_t)t->t->row;
    t->g->values[at] = values[2];
    return ERR_OK;
}

typedef enum err take_row(struct table *t, const double values[3], struct why *why);

static enum err each_row(struct table *t, take_row *take, struct why *why)
{
    enum err e = text_lines_open(t->t, t->s->spec->path, t->s->spec->name, why);
    if (e == ERR_OK) {
        e = read_header(t, why);
    }
    int fields = t->t->field_count;
    bool is_end = false;
    while (e == ERR_OK && !is_end && !issues_are_full(t->s->issues)) {
        double values[3];
        if (t->t->field_count != fields) {
            issues_add(t->s->issues, (struct place){.file = t->s->spec->name, .row = t->t->row},
                       "has %d fields, and the row before %d; mend it", t->t->field_count, fields);
        } else if (read_numbers(t, values)) {
            e = take(t, values, why);
        }
        if (e == ERR_OK) {
            e = text_lines_next(t->t, &is_end, why);
        }
    }
    text_lines_close(t->t);
    return e;
}

/* --- the grid ----------------------------------------------------------------------------------
 */

/* The smallest distance there is; but if only one or two are smaller than the usual, these are
 * coordinates that are off, and shall be named as such. */
static double usual_distance(const struct set *set)
{
    size_t n = set->count > 0 ? set->count - 1 : 0;
    double *distances = malloc((n + 1) * sizeof *distances);
    if (n == 0 || distances == NULL) {
        free(distances);
        return INFINITY;
    }
    for (size_t i = 0; i < n; i++) {
        distances[i] = set->slots[i + 1] - set->slots[i];
    }
    qsort(distances, n, sizeof *distances, compare_doubles);
    double usual = distances[n / 2];
    size_t small = 0;
    while (small < n && distances[small] < 0.99 * usual) {
        small++;
    }
    size_t first = n >= 7 && small <= 2 ? small : 0;
    double sum = 0; /* the mean of its like: coordinates are rounded */
    size_t like = first;
    while (like < n && distances[like] < 1.1 * distances[first]) {
        sum += distances[like++];
    }
    double least = sum / (double)(like - first);
    free(distances);
    return least;
}

/* Cell size and count along an axis: declared, or the smallest distance there is. */
static enum err measure(const struct table *t, int which, double *step, int32_t *n, struct why *why)
{
    const struct set *set = &t->sets[which];
    double span = set->slots[set->count - 1] - set->slots[0];
    *step = t->s->spec->step_deg[which];
    if (*step == 0) {
        double least = usual_distance(set);
        double cells = span / least;
        bool is_even = fabs(cells - round(cells)) < 0.02;
        *step = !isfinite(least) ? 0 : is_even ? span / round(cells) : least;
    }
    if (!(*step > 0) || !(span / *step < 1e7)) {
        return why_set(why, ERR_INPUT, t->s->spec->name,
                       "%s: the width or height of its cells cannot be told from its places; give "
                       "\"step\"",
                       t->s->spec->name);
    }
    *n = (int32_t)round(span / *step) + 1;
    return ERR_OK;
}

/* Do coordinates fall in the middle between multiples of the step? */
static bool is_centred(double value, double step)
{
    return fabs(fabs(remainder(value, step)) / step - 0.5) < ON_GRID;
}

static enum err take_position(struct table *t, struct why *why)
{
    struct raster_source *s = t->s;
    const struct text_grid *g = t->g;
    enum raster_registration as = s->spec->registration;
    bool is_seen = as == RASTER_AS_FILED && is_centred(g->x0, g->dx) && is_centred(g->y0, g->dy);
    if (as == RASTER_AS_FILED && !is_seen) {
        return why_set(why, ERR_INPUT, s->spec->name,
                       "%s: its places (%.6g, %.6g ...) may be centres or corners of cells; say "
                       "which in \"registration\"",
                       s->spec->name, g->x0, g->y0);
    }
    bool is_corner = as == RASTER_CORNER;
    snprintf(s->registration, sizeof s->registration, "%s",
             is_corner ? "south-west corners (declared)"
             : is_seen ? "centres (seen from the places)"
                       : "centres (declared)");
    s->x_edges = raster_edges_regular(g->x0 - (is_corner ? 0 : g->dx / 2), g->dx, s->nx);
    s->y_edges = raster_edges_regular(g->y0 + (is_corner ? g->dy : g->dy / 2), -g->dy, s->ny);
    return s->x_edges != NULL && s->y_edges != NULL ? ERR_OK : ERR_NO_MEMORY;
}

static enum err make_grid(struct table *t, struct why *why)
{
    struct raster_source *s = t->s;
    set_sort(&t->sets[0]);
    set_sort(&t->sets[1]);
    enum err e = measure(t, 0, &t->g->dx, &s->nx, why);
    if (e == ERR_OK) {
        e = measure(t, 1, &t->g->dy, &s->ny, why);
    }
    t->g->x0 = t->sets[0].slots[0];
    t->g->y0 = t->sets[1].slots[t->sets[1].count - 1];
    if (e == ERR_OK) {
        e = text_grid_make(s, t->g, why);
    }
    return e == ERR_OK ? take_position(t, why) : e;
}

static enum err read_both(struct table *t, struct why *why)
{
    enum err e = each_row(t, take_coordinates, why);
    if (e == ERR_OK) {
        e = issues_verdict(t->s->issues, why);
    }
    if (e == ERR_OK) {
        e = make_grid(t, why);
    }
    return e == ERR_OK ? each_row(t, take_cell, why) : e;
}

enum err text_table_read(struct raster_source *s, struct text_grid *g, struct why *why)
{
    struct table t = {.s = s, .g = g, .t = calloc(1, sizeof *t.t)};
    bool is_made = t.t != NULL && set_init(&t.sets[0]) == ERR_OK && set_init(&t.sets[1]) == ERR_OK;
    enum err e = is_made ? read_both(&t, why) : ERR_NO_MEMORY;
    snprintf(s->what, sizeof s->what, "column %.40s of %lld places", t.names[2], (long long)t.rows);
    free(t.sets[0].slots);
    free(t.sets[1].slots);
    free(t.t);
    return e;
}
