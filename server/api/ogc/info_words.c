/* info_words.c - an answer of /v1/at as lines of text, or as a page of HTML, for the windows
 * that GIS programs open at a click. Both are written from one list of facts; whatever is in the
 * answer is escaped (docs_html.h).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/docs_html.h"
#include "api/ogc/info_internal.h"

#define FACT_SIZE 512

/* Where facts go to: one of the two forms. */
struct form {
    struct buf *out;
    void (*fact)(struct buf *out, const char *name, const char *value);
    void (*heading)(struct buf *out, const char *text, const char *const *columns);
    void (*row)(struct buf *out, const char *const *cells);
    void (*end)(struct buf *out); /* of the rows */
};

/* ---- text ----------------------------------------------------------------------------------- */

static void text_fact(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s: %s\n", name, value);
}

static void text_row(struct buf *out, const char *const *cells)
{
    for (int i = 0; cells[i] != NULL; i++) {
        buf_printf(out, "%s%s", i == 0 ? "  " : "; ", cells[i]);
    }
    buf_add_char(out, '\n');
}

static void text_heading(struct buf *out, const char *text, const char *const *columns)
{
    buf_printf(out, "%s:\n", text);
    (void)columns; /* each value has its words beside it */
}

static void text_end(struct buf *out)
{
    (void)out;
}

/* ---- HTML ----------------------------------------------------------------------------------- */

static void html_fact(struct buf *out, const char *name, const char *value)
{
    buf_add_str(out, "<p><b>");
    docs_text(out, name);
    buf_add_str(out, "</b>: ");
    docs_text(out, value);
    buf_add_str(out, "</p>\n");
}

static void html_cells(struct buf *out, const char *tag, const char *const *cells)
{
    buf_add_str(out, "<tr>");
    for (; *cells != NULL; cells++) {
        buf_printf(out, "<%s>", tag);
        docs_text(out, *cells);
        buf_printf(out, "</%s>", tag);
    }
    buf_add_str(out, "</tr>\n");
}

static void html_heading(struct buf *out, const char *text, const char *const *columns)
{
    buf_add_str(out, "<table border=\"1\"><caption>");
    docs_text(out, text);
    buf_add_str(out, "</caption>\n");
    html_cells(out, "th", columns);
}

static void html_row(struct buf *out, const char *const *cells)
{
    html_cells(out, "td", cells);
}

static void html_end(struct buf *out)
{
    buf_add_str(out, "</table>\n");
}

/* ---- facts ---------------------------------------------------------------------------------- */

static const char *number(const json_t *value, char text[32])
{
    if (!json_is_number(value)) {
        return "not known";
    }
    (void)snprintf(text, 32, "%.6g", json_number_value(value));
    return text;
}

static const char *interval(const json_t *row, const char *unit, char text[FACT_SIZE])
{
    char value[32], lo[32], hi[32];
    const json_t *number_of = json_object_get(row, "value");
    if (!json_is_number(number_of)) {
        return "no data";
    }
    (void)snprintf(text, FACT_SIZE, "%s %s (95 %%: %s to %s)", number(number_of, value), unit,
                   number(json_object_get(row, "lo"), lo), number(json_object_get(row, "hi"), hi));
    return text;
}

static void add_sector(const struct form *f, const json_t *row, const char *unit)
{
    char amount[FACT_SIZE], density[FACT_SIZE], plain[32];
    (void)snprintf(density, sizeof density, "%s t/km2/yr",
                   number(json_object_get(row, "density_t_km2"), plain));
    const char *const cells[] = {docs_member(row, "sector"),
                                 docs_member(row, "name"),
                                 docs_member(row, "gas"),
                                 interval(row, unit, amount),
                                 density,
                                 docs_member(row, "status"),
                                 NULL};
    f->row(f->out, cells);
}

static void add_sectors(const struct form *f, const json_t *answer)
{
    static const char *const columns[] = {"Sector",  "Name",   "Gas", "Amount in the cell",
                                          "Density", "Status", NULL};
    const json_t *rows = json_object_get(answer, "rows");
    if (json_array_size(rows) == 0) {
        f->fact(f->out, "Amount", "no data at this place");
        return;
    }
    f->heading(f->out, "By sector", columns);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        add_sector(f, json_array_get(rows, i), docs_member(answer, "unit"));
    }
    f->end(f->out);
}

static void add_cell(const struct form *f, const json_t *answer)
{
    const json_t *cell = json_object_get(answer, "cell"), *box = json_object_get(cell, "bbox");
    char text[FACT_SIZE], part[5][32];
    if (!json_is_object(cell)) {
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(part[i], sizeof part[i], "%.10g", json_number_value(json_array_get(box, i)));
    }
    (void)snprintf(text, sizeof text, "%s to %s E, %s to %s N, %s km2", part[0], part[2], part[1],
                   part[3], number(json_object_get(cell, "area_km2"), part[4]));
    f->fact(f->out, "Cell", text);
}

static void add_districts(const struct form *f, const json_t *answer)
{
    const json_t *list = json_object_get(answer, "districts");
    char text[FACT_SIZE] = "";
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "%s%s (%s)", i == 0 ? "" : ", ",
                       docs_member(one, "name"), docs_member(one, "code"));
    }
    if (text[0] != '\0') {
        f->fact(f->out, "Districts", text);
    }
}

static void add_sources(const struct form *f, const json_t *answer)
{
    static const char *const columns[] = {"Source", "Sector", "Gas", "Amount", "Distance", NULL};
    const json_t *list = json_object_get(answer, "sources");
    if (json_array_size(list) == 0) {
        return;
    }
    f->heading(f->out, "Sources within 10 km", columns);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const json_t *value = json_array_get(json_object_get(one, "values"), 0);
        char amount[FACT_SIZE], distance[FACT_SIZE], plain[32];
        (void)snprintf(amount, sizeof amount, "%s %s",
                       number(json_object_get(value, "value"), plain), docs_member(value, "unit"));
        (void)snprintf(distance, sizeof distance, "%s m",
                       number(json_object_get(one, "distance_m"), plain));
        const char *const cells[] = {docs_member(one, "name"),
                                     docs_member(one, "sector"),
                                     docs_member(one, "gas"),
                                     amount,
                                     distance,
                                     NULL};
        f->row(f->out, cells);
    }
    f->end(f->out);
}

static void add_query(const struct form *f, const json_t *answer)
{
    const json_t *query = json_object_get(answer, "query"), *year = json_object_get(query, "year");
    char text[32];
    f->fact(f->out, "Release", docs_member(answer, "release"));
    f->fact(f->out, "Flow", docs_member(query, "flow"));
    f->fact(f->out, "Gas", docs_member(query, "gas"));
    if (json_is_string(json_object_get(answer, "gwp"))) {
        f->fact(f->out, "GWP set", docs_member(answer, "gwp"));
    }
    if (json_is_string(json_object_get(query, "month"))) {
        f->fact(f->out, "Month", docs_member(query, "month"));
    } else {
        f->fact(f->out, "Year",
                json_is_string(year) ? json_string_value(year) : number(year, text));
    }
    f->fact(f->out, "Unit", docs_member(answer, "unit"));
}

static void add_all(const struct form *f, const json_t *answer)
{
    static const char *const last[][2] = {
        {"Source of the data", "attribution"}, {"Licence", "licence"}, {"Warning", "warning"}};
    add_query(f, answer);
    add_cell(f, answer);
    add_districts(f, answer);
    add_sectors(f, answer);
    add_sources(f, answer);
    for (size_t i = 0; i < sizeof last / sizeof last[0]; i++) {
        if (docs_member(answer, last[i][1])[0] != '\0') {
            f->fact(f->out, last[i][0], docs_member(answer, last[i][1]));
        }
    }
}

void info_text(struct buf *out, const json_t *answer)
{
    add_all(&(struct form){out, text_fact, text_heading, text_row, text_end}, answer);
}

void info_html(struct buf *out, const json_t *answer)
{
    buf_add_str(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                     "<title>Fluxgrid</title></head><body>\n");
    add_all(&(struct form){out, html_fact, html_heading, html_row, html_end}, answer);
    buf_add_str(out, "</body></html>\n");
}
