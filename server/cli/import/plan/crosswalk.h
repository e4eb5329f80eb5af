/* crosswalk.h - sector codes of other schemes, led to the sectors of the database, gas by gas.
 *
 * Done between reading the tables and checking them, so that whoever comes later sees sectors only.
 * The maps are the database's (foreign_sector, sector_map) and, before these, the manifest's
 * "crosswalks". A manifest that stays in the home scheme needs no database here. All memory is the
 * arena's. One thread.
 */
#ifndef IMPORT_CROSSWALK_H
#define IMPORT_CROSSWALK_H

#include "cli/import/report/report.h"
#include "cli/import/table/tables.h"

struct crosswalk_part {
    const char *sector; /* of the database */
    double weight;      /* the parts of a map sum to 1; may be negative where that was declared */
    const char *note;
};

struct crosswalk_map {      /* where a code counts, for one gas */
    const char *from, *gas; /* gas "" = any that has no map of its own */
    int part_count;
    struct crosswalk_part *parts;
    struct place at; /* of the manifest's table; file NULL = the database's */
};

struct crosswalk;

/** Reads "crosswalks" and leads every total, point and grid to its sectors: rows and grids that go
 *  to several become several. Codes that are not known, need shares, or are no territorial mass are
 *  issues.
 *  @param out  new, NULL when the manifest has no code of another scheme; borrowed by the report.
 */
enum err crosswalk_apply(const char *database_url, struct manifest *m, struct tables *t,
                         struct arena *arena, struct issues *issues, struct crosswalk **out,
                         struct why *why) MUST_CHECK;

/** The map of a code and gas; NULL after an issue at `at`. */
const struct crosswalk_map *crosswalk_find(const struct crosswalk *x, const char *code,
                                           const char *gas, struct place at, struct issues *issues);

/** Is "IPCC2006:1.A.1" a code of another scheme than the home scheme? */
bool crosswalk_is_foreign(const char *code);

/** What no single row can say: the same tonnes under a code that is kept whole and under one of its
 *  members, and CO2 of burnt biomass, which is a memo item. */
enum err crosswalk_check(const struct manifest *m, const struct tables *t, struct arena *arena,
                         struct issues *issues) MUST_CHECK;

/** The note of a code's part, "" when there is none. */
const char *crosswalk_note(const struct crosswalk *x, const char *code, const char *gas,
                           const char *sector);

/** Up to three of the codes, those most like `code`, as "A, B, C"; "" when there is none.
 *  @param codes  sorted or not; borrowed. */
const char *crosswalk_nearest(const char *const *codes, int count, const char *code,
                              struct arena *arena);

#endif
