#include "cli/diff_print.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <jansson.h>

#include "base/utf8.h"

#define LINE_BYTES 1024

struct printer {
    FILE *to;
    const char *indent;
};

static void line(const struct printer *p, const char *format, ...) PRINTF_LIKE(2, 3);

static void line(const struct printer *p, const char *format, ...)
{
    char text[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    utf8_make_printable(text);
    fprintf(p->to, "%s%s\n", p->indent, text);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* A list of texts or numbers as "a, b". */
static void join(const json_t *array, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < json_array_size(array) && used + 1 < size; i++) {
        const json_t *item = json_array_get(array, i);
        const char *comma = i > 0 ? ", " : "";
        int wrote = json_is_integer(item)
                        ? snprintf(out + used, size - used, "%s%lld", comma,
                                   (long long)json_integer_value(item))
                        : snprintf(out + used, size - used, "%s%s", comma,
                                   json_string_value(item) != NULL ? json_string_value(item) : "");
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* Tonnes, or "-" where a release has no such row. */
static void mass(const json_t *row, const char *key, char out[32])
{
    const json_t *value = json_object_get(row, key);
    if (json_is_number(value)) {
        snprintf(out, 32, "%.9g", json_number_value(value));
    } else {
        snprintf(out, 32, "-");
    }
}

/* What a row is of: "IPCC2006:1.A.4 CO2 emission 2020 in 1708". */
static void subject(const json_t *row, char *out, size_t size)
{
    const char *sector = text_of(row, "sector");
    const char *place = text_of(row, "place");
    const char *district = text_of(row, "district");
    const json_t *year = json_object_get(row, "year");
    const json_t *month = json_object_get(row, "month");
    char when[32] = "";
    if (json_is_integer(year)) {
        snprintf(when, sizeof when, " %d", (int)json_integer_value(year));
    }
    if (json_is_integer(month)) {
        size_t used = strlen(when);
        snprintf(when + used, sizeof when - used, " month %d", (int)json_integer_value(month));
    }
    snprintf(out, size, "%s%s%s %s%s%s%s", sector, sector[0] != '\0' ? " " : "",
             text_of(row, "gas"), text_of(row, "flow"), when, place[0] != '\0' ? " in " : "",
             district[0] != '\0' ? district : place);
}

static void print_row(const struct printer *p, const json_t *row)
{
    char of[160], before[32], after[32], percent[32] = "", reasons[160];
    subject(row, of, sizeof of);
    mass(row, "before_t", before);
    mass(row, "after_t", after);
    join(json_object_get(row, "reasons"), reasons, sizeof reasons);
    const json_t *change = json_object_get(row, "change_pct");
    if (json_is_number(change)) {
        snprintf(percent, sizeof percent, ", %+.3g %%", json_number_value(change));
    }
    line(p, "  %-44s %14s -> %14s t  %-9s %+.9g t%s%s%s", of, before, after, text_of(row, "status"),
         json_number_value(json_object_get(row, "difference_t")), percent,
         reasons[0] != '\0' ? "  because of " : "", reasons);
}

static void print_rows(const struct printer *p, const json_t *document, const char *key,
                       const char *title)
{
    const json_t *rows = json_object_get(document, key);
    bool is_titled = false;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        if (strcmp(text_of(row, "status"), "unchanged") == 0) {
            continue;
        }
        if (!is_titled) {
            line(p, "%s", title);
            is_titled = true;
        }
        print_row(p, row);
    }
}

static void print_left_out(const struct printer *p, const json_t *document, const char *key)
{
    long long count = (long long)json_integer_value(json_object_get(document, key));
    if (count > 0) {
        line(p, "  ... and %lld more", count);
    }
}

static void print_changes(const struct printer *p, const json_t *changes)
{
    for (size_t i = 0; i < json_array_size(changes); i++) {
        const json_t *change = json_array_get(changes, i);
        char sectors[400];
        join(json_object_get(change, "sectors"), sectors, sizeof sectors);
        if (i == 0) {
            line(p, "what the changelog says");
        }
        line(p, "  %s  %s: %s%s%s%s", text_of(change, "release"), text_of(change, "reason"),
             text_of(json_object_get(change, "text"), "en"), sectors[0] != '\0' ? " (" : "",
             sectors, sectors[0] != '\0' ? ")" : "");
    }
}

static void print_without_reason(const struct printer *p, const json_t *sectors)
{
    for (size_t i = 0; i < json_array_size(sectors); i++) {
        const json_t *sector = json_array_get(sectors, i);
        char what[64];
        join(json_object_get(sector, "what"), what, sizeof what);
        if (i == 0) {
            line(p, "changed, and the changelog gives no reason");
        }
        line(p, "  %s (%s)", text_of(sector, "sector"), what);
    }
}

static void print_metadata(const struct printer *p, const json_t *metadata)
{
    for (size_t i = 0; i < json_array_size(metadata); i++) {
        const json_t *entry = json_array_get(metadata, i);
        char years[160];
        join(json_object_get(entry, "years"), years, sizeof years);
        if (i == 0) {
            line(p, "said differently");
        }
        bool is_slice = text_of(entry, "sector")[0] != '\0';
        line(p, "  %s%s%s%s%s%s%s%s%s: '%.120s' -> '%.120s'", text_of(entry, "sector"),
             is_slice ? " " : "", text_of(entry, "gas"), is_slice ? " " : "",
             text_of(entry, "flow"), is_slice ? " " : "", years, is_slice ? " " : "",
             text_of(entry, "what"), text_of(entry, "before"), text_of(entry, "after"));
    }
}

static void print_document(const struct printer *p, const json_t *document)
{
    const json_t *counts = json_object_get(document, "counts");
    line(p, "from %s (%s) to %s (%s): %lld changed, %lld added, %lld removed, %lld unchanged",
         text_of(document, "from"), text_of(document, "from_state"), text_of(document, "to"),
         text_of(document, "to_state"),
         (long long)json_integer_value(json_object_get(counts, "changed")),
         (long long)json_integer_value(json_object_get(counts, "added")),
         (long long)json_integer_value(json_object_get(counts, "removed")),
         (long long)json_integer_value(json_object_get(counts, "unchanged")));
    print_rows(p, document, "totals", "totals without memo items");
    print_rows(p, document, "rows", "the largest differences");
    print_left_out(p, document, "rows_left_out");
    print_changes(p, json_object_get(document, "changes"));
    print_without_reason(p, json_object_get(document, "without_reason"));
    print_metadata(p, json_object_get(document, "metadata"));
    print_left_out(p, document, "metadata_left_out");
}

enum err diff_print(const char *json, const char *indent, FILE *to)
{
    json_t *document = json_loads(json, 0, NULL);
    if (!json_is_object(document)) {
        json_decref(document);
        return ERR_INTERNAL;
    }
    const struct printer p = {to, indent};
    print_document(&p, document);
    json_decref(document);
    return ERR_OK;
}
