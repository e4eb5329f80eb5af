/* Text tables: separators, columns, kinds and samples; masses by row, cells by row, values alone.
 */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/import/explain/explain_internal.h"
#include "cli/import/table/file_text.h"
#include "cli/import/table/number_text.h"
#include "geo/sum.h"

#define TABLE_MAX_BYTES ((size_t)512 << 20)
#define COLUMNS_MAX     64
#define SAMPLES         3

struct column {
    const char *name;
    long filled, numbers, whole, decimal_commas;
    double min, max;
    struct sum sum;
    const char *samples[SAMPLES];
    int sample_count;
};

struct table {
    char separator; /* ' ' = runs of blanks */
    bool has_header;
    long rows, comments;
    int column_count;
    struct column columns[COLUMNS_MAX];
};

static bool has_ending(const char *name, const char *const *endings)
{
    size_t len = strlen(name);
    for (; *endings != NULL; endings++) {
        size_t n = strlen(*endings);
        if (len > n && strcasecmp(name + len - n, *endings) == 0) {
            return true;
        }
    }
    return false;
}

static char *line_end(char *line)
{
    char *end = line + strcspn(line, "\n");
    return end;
}

static int occurrences(const char *line, char of)
{
    int n = 0;
    for (; *line != '\0' && *line != '\n'; line++) {
        n += *line == of;
    }
    return n;
}

static char separator_of(const char *line)
{
    static const char candidates[] = {'\t', ';', ',', '|'};
    for (size_t i = 0; i < sizeof candidates; i++) {
        if (occurrences(line, candidates[i]) > 0) {
            return candidates[i];
        }
    }
    return ' ';
}

/* Cuts a line into fields in place; quotes around a field are taken off. */
static int split(char *line, char separator, char *fields[COLUMNS_MAX])
{
    int count = 0;
    char *at = line;
    for (;;) {
        while (separator == ' ' && *at == ' ') {
            at++;
        }
        if (count == COLUMNS_MAX || (separator == ' ' && *at == '\0')) {
            return count;
        }
        bool is_quoted = *at == '"';
        at += is_quoted;
        fields[count++] = at;
        char *stop = is_quoted ? strchr(at, '"') : strchr(at, separator);
        if (is_quoted && stop != NULL) {
            *stop = '\0';
            stop = strchr(stop + 1, separator);
        }
        if (stop == NULL) {
            return count;
        }
        *stop = '\0';
        at = stop + 1;
    }
}

static void take_cell(struct column *c, const char *text, struct arena *arena)
{
    double value;
    int64_t whole;
    if (text[0] == '\0') {
        return;
    }
    c->filled++;
    if (number_text_double(text, &value)) {
        c->min = c->numbers == 0 ? value : fmin(c->min, value);
        c->max = c->numbers == 0 ? value : fmax(c->max, value);
        c->numbers++;
        c->whole += number_text_int(text, INT64_MIN, INT64_MAX, &whole);
        sum_add(&c->sum, value);
    } else if (text[strspn(text, "-0123456789,")] == '\0') {
        c->decimal_commas++;
    }
    for (int i = 0; i < c->sample_count; i++) {
        if (strcmp(c->samples[i], text) == 0) {
            return;
        }
    }
    if (c->sample_count < SAMPLES) {
        const char *copy =
            arena_strndup(arena, text, utf8_floor(text, strlen(text) < 40 ? strlen(text) : 40));
        if (copy != NULL) {
            c->samples[c->sample_count++] = copy;
        }
    }
}

static void take_row(struct table *t, char *line, struct arena *arena)
{
    char *fields[COLUMNS_MAX];
    int count = split(line, t->separator, fields);
    double number;
    if (t->column_count == 0) {
        t->column_count = count;
        t->has_header = count > 0 && !number_text_double(fields[0], &number);
        for (int i = 0; i < count; i++) {
            t->columns[i].name = t->has_header ? fields[i] : "";
        }
        if (t->has_header) {
            return;
        }
    }
    t->rows++;
    for (int i = 0; i < count && i < t->column_count; i++) {
        take_cell(&t->columns[i], fields[i], arena);
    }
}

static void read_table(struct table *t, char *text, struct arena *arena)
{
    if (memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
    }
    while (*text != '\0') {
        char *end = line_end(text);
        bool is_last = *end == '\0';
        *end = '\0';
        size_t len = strlen(text);
        if (len > 0 && text[len - 1] == '\r') {
            text[len - 1] = '\0';
        }
        if (text[0] == '#') {
            t->comments++;
        } else if (text[0] != '\0') {
            if (t->column_count == 0) {
                t->separator = separator_of(text);
            }
            take_row(t, text, arena);
        }
        text = is_last ? end : end + 1;
    }
}

static void say_column(struct explain *x, const struct table *t, int i)
{
    const struct column *c = &t->columns[i];
    const char *kind = c->filled == 0                   ? "empty"
                       : c->whole == c->filled          ? "whole numbers"
                       : c->numbers == c->filled        ? "numbers"
                       : c->decimal_commas == c->filled ? "numbers with a decimal comma (refused)"
                                                        : "texts";
    const char *list = "";
    for (int k = 0; k < c->sample_count && list != NULL; k++) {
        list = arena_printf(x->arena, "%s%s'%s'", list, k > 0 ? ", " : "", c->samples[k]);
    }
    explain_say(x, 2, "%d '%s': %s, %ld empty: %s", i + 1, c->name, kind, t->rows - c->filled,
                list != NULL ? list : "");
    if (c->numbers > 0 && c->numbers == c->filled) {
        explain_say(x, 3, "from %.10g to %.10g, sum %.15g", c->min, c->max, sum_value(c->sum));
    }
}

static const char *column_like(const struct table *t, const char *const *words)
{
    for (; *words != NULL; words++) {
        for (int i = 0; i < t->column_count; i++) {
            if (strcasecmp(t->columns[i].name, *words) == 0) {
                return t->columns[i].name;
            }
        }
    }
    return NULL;
}

static const char *mass_unit(const struct table *t)
{
    static const char *const units[] = {"mass_t", "mass_kt", "mass_Gg", "mass_Mt", NULL};
    const char *name = column_like(t, units);
    return name != NULL ? name + strlen("mass_") : NULL;
}

/* A table of totals, as docs/import.md wants it. */
static bool add_totals(struct explain *x, const struct table *t)
{
    static const char *const sector[] = {"sector", NULL};
    const char *unit = mass_unit(t);
    if (unit == NULL || column_like(t, sector) == NULL) {
        return false;
    }
    explain_say(x, 1, "it looks like a table of totals");
    json_array_append_new(explain_list(x, "totals"),
                          json_pack("{s:s, s:s, s:s, s:s}", "file", x->name, "unit", unit, "scheme",
                                    "TODO: the scheme of the sector codes, such as IPCC2006",
                                    "provenance", "source"));
    return true;
}

static void add_mass(struct explain *x, json_t *entry)
{
    explain_set_mass(x, entry, "", "", 0);
    json_array_append_new(explain_list(x, "grids"), entry);
}

/* Rows of longitude, latitude and value: cells. */
static bool add_cells(struct explain *x, const struct table *t)
{
    static const char *const lons[] = {"lon", "longitude", "x", NULL};
    static const char *const lats[] = {"lat", "latitude", "y", NULL};
    const char *lon = column_like(t, lons);
    const char *lat = column_like(t, lats);
    if (t->column_count != 3 || (t->has_header && (lon == NULL || lat == NULL))) {
        return false;
    }
    json_t *entry = json_pack("{s:s, s:s, s:s}", "file", x->name, "form", "table", "registration",
                              "TODO: centre or corner: where in its cell the coordinate stands");
    if (t->has_header) {
        for (int i = 0; i < 3; i++) {
            const char *name = t->columns[i].name;
            if (name != lon && name != lat) {
                json_object_set_new(
                    entry, "columns",
                    json_pack("{s:s, s:s, s:s}", "lon", lon, "lat", lat, "value", name));
            }
        }
    }
    explain_say(x, 1, "it looks like cells: longitude, latitude, value");
    add_mass(x, entry);
    return true;
}

/* Rows with coordinates or WKT, and more: features. */
static bool add_rows_with_places(struct explain *x, const struct table *t)
{
    static const char *const lons[] = {"lon", "longitude", "x", "easting", NULL};
    static const char *const lats[] = {"lat", "latitude", "y", "northing", NULL};
    static const char *const wkts[] = {"wkt", "geometry", "geom", "the_geom", NULL};
    const char *lon = column_like(t, lons);
    const char *lat = column_like(t, lats);
    const char *wkt = column_like(t, wkts);
    struct explain_attribute list[COLUMNS_MAX];
    int count = 0;
    for (int i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        if (c->name != lon && c->name != lat && c->name != wkt) {
            list[count++] =
                (struct explain_attribute){c->name, c->filled > 0 && c->numbers == c->filled};
        }
    }
    bool is_points = lon != NULL && lat != NULL;
    if (!is_points && wkt == NULL) {
        return false;
    }
    explain_say(x, 1, "it looks like features: %s",
                is_points ? "points by coordinates" : "geometry as WKT");
    json_t *entry = explain_features(x, list, count, is_points ? "points" : NULL);
    explain_set(entry, "x", is_points ? lon : NULL);
    explain_set(entry, "y", is_points ? lat : NULL);
    explain_set(entry, "wkt", is_points ? NULL : wkt);
    explain_set(entry, "crs", "TODO: the CRS of the coordinates, such as EPSG:4326");
    return true;
}

/* Values alone: a grid from 90 N 180 W. */
static bool add_values(struct explain *x, const struct table *t)
{
    if (t->column_count != 1 || t->columns[0].numbers != t->rows) {
        return false;
    }
    explain_say(x, 1, "it looks like the values of a whole grid, row by row from 90 N 180 W");
    add_mass(x, json_pack("{s:s, s:s}", "file", x->name, "form", "list"));
    return true;
}

enum err explain_table(struct explain *x, bool *is_mine, struct why *why)
{
    static const char *const endings[] = {".csv", ".txt", ".tsv", ".dat", NULL};
    char *text;
    size_t len;
    *is_mine = has_ending(x->name, endings);
    if (!*is_mine) {
        return ERR_OK;
    }
    enum err e = file_text_read(x->path, x->name, TABLE_MAX_BYTES, x->arena, &text, &len, why);
    struct table *t = e == ERR_OK ? arena_alloc(x->arena, 1, sizeof *t) : NULL;
    if (t == NULL) {
        return e != ERR_OK ? e : ERR_NO_MEMORY;
    }
    if (strlen(text) != len) {
        return why_set(why, ERR_INPUT, x->name,
                       "%s: holds a NUL byte; export the table as plain text", x->name);
    }
    read_table(t, text, x->arena);
    explain_say(x, 0, "%s: a text table", x->name);
    explain_say(x, 1, "%s separate columns; %s; %ld rows%s",
                t->separator == '\t'  ? "tabs"
                : t->separator == ' ' ? "blanks"
                : t->separator == ';' ? "semicolons"
                : t->separator == '|' ? "bars"
                                      : "commas",
                t->has_header ? "a header row" : "no header row", t->rows,
                t->comments > 0 ? ", beside comments" : "");
    for (int i = 0; i < t->column_count; i++) {
        say_column(x, t, i);
    }
    if (!add_totals(x, t) && !add_cells(x, t) && !add_rows_with_places(x, t) && !add_values(x, t)) {
        explain_say(x, 1,
                    "what its rows are cannot be told: see docs/import.md for the tables that "
                    "a manifest takes");
        *is_mine = true;
    }
    return ERR_OK;
}
