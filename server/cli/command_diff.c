/* diff: two releases side by side, in any state, before one of them is published. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/diff_print.h"
#include "cli/session.h"

struct diff_options {
    struct release_name from, to;
    char by[64];           /* an SQL array: {sector,year} */
    const char *level;     /* of districts; digits */
    const char *top;       /* rows to print; digits */
    const char *json_file; /* NULL = none */
};

/* --by a,b,c as an array; gas and flow are always compared by, and accepted. */
static bool read_by(const char *text, char out[64])
{
    static const char *const known[] = {"sector", "gas", "flow", "year", "month", "district"};
    bool has[6] = {false};
    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        size_t k = 0;
        while (k < 6 && (strlen(known[k]) != len || strncmp(known[k], text, len) != 0)) {
            k++;
        }
        if (k == 6) {
            fprintf(stderr,
                    "fluxgrid diff: --by = '%.40s': must list sector, gas, flow, year, month or "
                    "district; "
                    "write them such as sector,year\n",
                    text);
            return false;
        }
        has[k] = true;
        text += len + (text[len] == ',');
    }
    snprintf(out, 64, "{gas,flow%s%s%s%s}", has[0] ? ",sector" : "", has[3] ? ",year" : "",
             has[4] ? ",month" : "", has[5] ? ",district" : "");
    return true;
}

/* A whole number in digits, as the database takes it. */
static bool read_number(struct arguments *a, const char *name, const char *otherwise, long high,
                        const char **out)
{
    const char *text = arguments_value(a, name);
    *out = text != NULL ? text : otherwise;
    size_t len = strlen(*out);
    if (len == 0 || len > 6 || strspn(*out, "0123456789") != len || strtol(*out, NULL, 10) > high) {
        fprintf(stderr,
                "fluxgrid diff: %s = '%.40s': must be a whole number from 0 to %ld; write "
                "it in digits\n",
                name, *out, high);
        return false;
    }
    return true;
}

static bool read_options(struct arguments *a, struct diff_options *o)
{
    const char *by = arguments_value(a, "--by");
    o->json_file = arguments_value(a, "--json");
    return read_by(by != NULL ? by : "sector,year", o->by) &&
           read_number(a, "--level", "1", 2, &o->level) &&
           read_number(a, "--top", "20", 100000, &o->top) &&
           session_take_release(a, "diff", &o->from) && session_take_release(a, "diff", &o->to);
}

static enum err write_json(const char *path, const char *json, struct why *why)
{
    FILE *file = fopen(path, "we");
    bool is_written = file != NULL && fprintf(file, "%s\n", json) >= 0 && fflush(file) == 0;
    int fault = errno;
    if (file != NULL) {
        fclose(file);
    }
    return is_written ? ERR_OK
                      : why_set(why, ERR_IO, path,
                                "%s: the comparison cannot be written (%s); name a file in a "
                                "folder that may be written to",
                                path, strerror(fault));
}

/* The document with at most `top` rows (NULL = all); to a file, or to a person. */
static enum err report(struct session *s, const struct diff_options *o, const char *const ids[2],
                       const char *top, struct why *why)
{
    const struct param p[] = {{ids[0]}, {ids[1]}, {o->by}, {o->level}, {top}};
    struct rows *rows = NULL;
    enum err e = session_ask(s, "SELECT release_diff_report($1, $2, $3::text[], $4, $5)::text", p,
                             5, &rows, why);
    if (e == ERR_OK) {
        e = top == NULL ? write_json(o->json_file, rows_text(rows, 0, 0), why)
                        : diff_print(rows_text(rows, 0, 0), "", stdout);
    }
    rows_free(rows);
    return e;
}

int command_diff(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    struct diff_options o = {0};
    struct session s = {0};
    if (!read_options(&a, &o) || !session_open(&s, &a)) {
        session_close(&s);
        return 2;
    }
    struct why why = {0};
    char from[24], to[24];
    enum err e = session_find(&s, &o.from, from, &why);
    if (e == ERR_OK) {
        e = session_find(&s, &o.to, to, &why);
    }
    const char *const ids[2] = {from, to};
    if (e == ERR_OK) {
        e = report(&s, &o, ids, o.top, &why);
    }
    if (e == ERR_OK && o.json_file != NULL) {
        e = report(&s, &o, ids, NULL, &why);
    }
    session_close(&s);
    return e == ERR_OK ? 0 : arguments_fail(e, &why);
}
