/* Columns by name, and cells as numbers and words. */
#include <math.h>
#include <string.h>

#include "cli/import/table/codes.h"
#include "cli/import/table/csv.h"
#include "cli/import/table/number_text.h"

static bool is_among(const char *const *list, const char *name)
{
    for (; list != NULL && *list != NULL; list++) {
        if (strcmp(*list, name) == 0) {
            return true;
        }
    }
    return false;
}

static int find_name(const struct csv *t, const char *name, struct issues *issues)
{
    int found = -1;
    for (int i = 0; i < t->column_count; i++) {
        if (strcmp(t->names[i], name) != 0) {
            continue;
        }
        if (found >= 0) {
            issues_add(issues, (struct place){.file = t->file, .row = 1, .column = name},
                       "the column occurs twice; keep one of them");
        }
        found = i;
    }
    return found;
}

static void refuse_unknown(const struct csv *t, const struct csv_column *wanted, int count,
                           const char *const *ignored, struct issues *issues)
{
    for (int i = 0; i < t->column_count; i++) {
        bool is_known = is_among(ignored, t->names[i]);
        for (int k = 0; k < count && !is_known; k++) {
            is_known = wanted[k].index == i;
        }
        if (!is_known) {
            issues_add(issues, (struct place){.file = t->file, .row = 1, .column = t->names[i]},
                       "is not a column of this table; correct its name, or list it under "
                       "\"ignore\" to pass it over");
        }
    }
}

bool csv_find_columns(const struct csv *t, struct csv_column *wanted, int count,
                      const char *const *ignored, struct issues *issues)
{
    int before = issues->count;
    for (int k = 0; k < count; k++) {
        wanted[k].index = find_name(t, wanted[k].name, issues);
        if (wanted[k].index < 0 && !wanted[k].is_optional) {
            issues_add(issues, (struct place){.file = t->file, .row = 1, .column = wanted[k].name},
                       "the column is missing; add it to the header and to every row");
        }
    }
    refuse_unknown(t, wanted, count, ignored, issues);
    return issues->count == before;
}

const char *csv_cell(const struct csv *t, long row, const struct csv_column *column)
{
    return column->index < 0 ? "" : t->cells[row * t->column_count + column->index];
}

struct place csv_place(const struct csv *t, long row, const struct csv_column *column)
{
    return (struct place){.file = t->file,
                          .row = t->lines[row],
                          .column = column->name,
                          .value = csv_cell(t, row, column)};
}

double csv_double(const struct csv *t, long row, const struct csv_column *column, double low,
                  double high, bool is_needed, struct issues *issues)
{
    const char *text = csv_cell(t, row, column);
    double value = NAN;
    if (text[0] == '\0' && !is_needed) {
        return NAN;
    }
    if (!number_text_double(text, &value)) {
        issues_add(issues, csv_place(t, row, column),
                   "must be a number such as 12.5; write a decimal point, no blanks and no unit");
        return NAN;
    }
    if (value < low || value > high) {
        issues_add(issues, csv_place(t, row, column),
                   "must be from %g to %g; check the value and its unit", low, high);
        return NAN;
    }
    return value;
}

int64_t csv_int(const struct csv *t, long row, const struct csv_column *column, int64_t low,
                int64_t high, struct issues *issues)
{
    int64_t value = low;
    if (!number_text_int(csv_cell(t, row, column), low, high, &value)) {
        issues_add(issues, csv_place(t, row, column),
                   "must be a whole number from %lld to %lld; write digits only", (long long)low,
                   (long long)high);
    }
    return value;
}

const char *csv_needed(const struct csv *t, long row, const struct csv_column *column,
                       struct issues *issues)
{
    const char *text = csv_cell(t, row, column);
    if (text[0] == '\0') {
        issues_add(issues, csv_place(t, row, column), "must not be empty; fill the cell");
    }
    return text;
}

int csv_word(const struct csv *t, long row, const struct csv_column *column,
             const char *const *words, struct issues *issues)
{
    const char *text = csv_cell(t, row, column);
    int found = codes_word(words, text);
    if (found < 0) {
        struct allowed list = codes_list(words);
        issues_add(issues, csv_place(t, row, column), "must be one of %s; write one of these words",
                   list.text);
    }
    return found;
}
