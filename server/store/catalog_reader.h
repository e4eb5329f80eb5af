/* catalog_reader.h - what the parts of reading a catalog share. Not for anyone else.
 *
 * Each table is asked for by one statement and copied into the catalog's arena. The functions of
 * catalog_tables.c and catalog_releases.c read one table each, in the order catalog_read.c calls
 * them: later ones look up what earlier ones have read.
 */
#ifndef STORE_CATALOG_READER_H
#define STORE_CATALOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inventory/catalog.h"
#include "store/conn.h"

#define READER_WORDS 1024

struct reader {
    struct conn *db;
    int64_t deadline_ms;
    struct catalog *c;
    struct why *why;
    int64_t *provenance_ids;         /* by index; malloc'ed */
    const char *words[READER_WORDS]; /* those that repeat: methods, fuels */
};

/** One table being read: its answer, and room in the arena for as many items. */
struct table {
    struct rows *rows; /* freed by the caller of the read_ functions */
    void *items;
    int count;
};

enum err reader_no_memory(struct reader *r);
enum err reader_wrong(struct reader *r, const char *what); /* ERR_INTERNAL */

/** Runs a statement; *t is filled as far as it came, also on failure.
 *  @param types  as rows_expect. @param size  of an item. */
enum err reader_open(struct reader *r, const char *sql, const char *types, size_t size,
                     struct table *t) MUST_CHECK;

/** Copies of texts into the arena; NULL or false when it is full. */
const char *reader_text(struct reader *r, const struct rows *rows, int row, int col);
const char *reader_word(struct reader *r, const struct rows *rows, int row, int col); /* shared */
bool reader_texts(struct reader *r, const struct rows *rows, int row, int col, const char **to,
                  int count);

enum err read_gases(struct reader *r, struct table *t) MUST_CHECK;
enum err read_gwp_sets(struct reader *r, struct table *t) MUST_CHECK;
enum err read_gwps(struct reader *r, struct table *t) MUST_CHECK;
enum err read_sectors(struct reader *r, struct table *t) MUST_CHECK;
enum err read_foreign(struct reader *r, struct table *t) MUST_CHECK;
enum err read_districts(struct reader *r, struct table *t) MUST_CHECK;
enum err read_stats(struct reader *r, struct table *t) MUST_CHECK;

enum err read_grids(struct reader *r, struct table *t) MUST_CHECK;
enum err read_fields(struct reader *r, struct table *t) MUST_CHECK;
enum err read_provenances(struct reader *r, struct table *t) MUST_CHECK;
enum err read_releases(struct reader *r, struct table *t) MUST_CHECK;
enum err read_withdrawn(struct reader *r, struct table *t) MUST_CHECK;
enum err read_changes(struct reader *r, struct table *t) MUST_CHECK;
enum err read_events(struct reader *r, struct table *t) MUST_CHECK;
enum err read_slices(struct reader *r, struct table *t) MUST_CHECK;

#endif
