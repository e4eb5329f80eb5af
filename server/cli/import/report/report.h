/* report.h - what an import did, with the mass balance; for people, as JSON, and kept with the
 * release. */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "cli/import/report/report_hybrid.h"

#define REPORT_MAX_BYTES ((size_t)64 << 20)

struct report_balance { /* one (sector, gas, flow, year) */
    const char *sector, *gas, *flow;
    int year;
    double read_t, stored_t, outside_t, unallocated_t;
    double relative; /* |stored - read| / read */
};

struct report_crosswalk { /* where a code of another scheme went */
    const char *from, *to, *gas, *note;
    double mass_t;
};

#define REPORT_WARNINGS_MAX 16

struct report {
    const char *slug, *version, *sha256;
    bool is_boundaries;      /* districts alone: slug and version are NULL */
    bool is_known;           /* this very release was there: nothing was done */
    const char *known_state; /* draft, published or withdrawn; NULL = it was not there */
    bool is_dry_run;
    bool is_published;
    const char *districts; /* PostGIS's own account, JSON text */
    int field_count, field_new;
    int64_t cells_read;
    int slice_count;
    int repaired_count; /* polygons of features */
    int raster_count;
    const char **rasters; /* JSON texts: how each raster was read */
    int note_count;
    const char *notes[64]; /* JSON texts of the point groups */
    int warning_count;
    const char *warnings[REPORT_WARNINGS_MAX]; /* accepted, and worth a look */
    const char *diff; /* release_diff_report against the former release; NULL = the first */
    struct report_hybrid hybrid;
    int crosswalk_count;
    struct report_crosswalk *crosswalk; /* by code, sector, gas */
    int balance_count;
    struct report_balance *balance;
    double worst_relative;
};

enum err report_json(const struct report *r, struct buf *out) MUST_CHECK;
void report_print(const struct report *r, FILE *to);

#endif
