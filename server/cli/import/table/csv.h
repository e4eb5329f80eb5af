/* csv.h - a CSV file (RFC 4180) as a table of text, read whole and checked.
 *
 * UTF-8, comma, quotes doubled inside quotes, LF or CRLF, a byte order mark is passed over. Every
 * row has as many fields as the header. Refused: NUL, bytes that are no UTF-8, text behind a
 * closing quote, an open quote at the end. All memory is the arena's. One thread.
 */
#ifndef IMPORT_CSV_H
#define IMPORT_CSV_H

#include <stdint.h>

#include "base/arena.h"
#include "cli/import/issues.h"

#define CSV_MAX_BYTES       ((size_t)64 << 20)
#define CSV_MAX_COLUMNS     64
#define CSV_MAX_FIELD_BYTES 16384

struct csv {
    const char *file; /* as named in the manifest */
    int column_count;
    const char **names;
    long row_count;
    const char **cells; /* row_count x column_count */
    long *lines;        /* of each row, in the file */
};

/** Reads a file. Faults go to `issues`.
 *  @param path  where it is; `file` is how messages call it; both borrowed, file must outlive out.
 *  @return ERR_OK also when issues were found; ERR_IO, ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err csv_read(const char *path, const char *file, struct arena *arena, struct issues *issues,
                  struct csv *out, struct why *why) MUST_CHECK;
/** The same with fields of up to max_field bytes: geometry written as text. */
enum err csv_read_wide(const char *path, const char *file, size_t max_field, struct arena *arena,
                       struct issues *issues, struct csv *out, struct why *why) MUST_CHECK;

/** One column that a table needs: our name, the file's name, and where it was found. */
struct csv_column {
    const char *name; /* of the file */
    bool is_optional;
    int index; /* -1 = not there (optional only) */
};

/** Finds columns by name. A missing one, a name that occurs twice, and a column that is neither
 * wanted nor in `ignored` (NULL-terminated; NULL = none) are issues. @return false when there were
 * any. */
bool csv_find_columns(const struct csv *t, struct csv_column *wanted, int count,
                      const char *const *ignored, struct issues *issues);

/** The text of a cell; "" when the column is not there. */
const char *csv_cell(const struct csv *t, long row, const struct csv_column *column);
/** The place of a cell, for an issue. */
struct place csv_place(const struct csv *t, long row, const struct csv_column *column);

/** Cell readers: a fault becomes an issue and the answer is NaN, or `low` for integers.
 *  csv_double: an empty cell is NaN without an issue where is_needed is false. */
double csv_double(const struct csv *t, long row, const struct csv_column *column, double low,
                  double high, bool is_needed, struct issues *issues);
int64_t csv_int(const struct csv *t, long row, const struct csv_column *column, int64_t low,
                int64_t high, struct issues *issues);
/** Text that must not be empty; "" after an issue. */
const char *csv_needed(const struct csv *t, long row, const struct csv_column *column,
                       struct issues *issues);
/** Index of the cell among `words` (NULL-terminated); -1 after an issue. */
int csv_word(const struct csv *t, long row, const struct csv_column *column,
             const char *const *words, struct issues *issues);

#endif
