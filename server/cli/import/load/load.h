/* load.h - a checked release into the database: one transaction, all or nothing.
 *
 * PostGIS does the geography (districts, fractions, district totals, overviews); this drives it and
 * carries the cells. A killed process leaves the old state, since nothing is visible before COMMIT.
 */
#ifndef IMPORT_LOAD_H
#define IMPORT_LOAD_H

#include "cli/import/manifest/manifest.h"
#include "cli/import/report/progress.h"
#include "cli/import/report/report.h"
#include "cli/import/table/tables.h"

struct load_options {
    const char *database_url;
    bool is_dry_run; /* everything, then ROLLBACK */
    bool is_publish;
};

/** @param report  filled as far as it came.
 *  @return ERR_OK (report->is_known when this very release was there already), ERR_CONFLICT
 * (another import runs, or the version exists with other content), ERR_INPUT (a rule of the
 * database or the mass balance), ERR_UNAVAILABLE ... */
enum err load_release(const struct manifest *m, const struct tables *t, const char *release_sha256,
                      const struct load_options *options, struct progress *progress,
                      struct arena *arena, struct issues *issues, struct report *report,
                      struct why *why) MUST_CHECK;

#endif
