/* tables_check_internal.h - the parts of tables_check(). */
#ifndef IMPORT_TABLES_CHECK_INTERNAL_H
#define IMPORT_TABLES_CHECK_INTERNAL_H

#include "cli/import/table/tables_order.h"

/** Keys that stand twice, a sector beside its parent, months that mix with years or are missing. */
void tables_check_totals(const struct manifest *m, const struct totals_order *totals,
                         struct issues *issues);
/** Do rasters of masses hold a sector and its parent? */
enum err tables_check_grids(const struct manifest *m, struct arena *arena,
                            struct issues *issues) MUST_CHECK;
/** Would features and a table, a raster or other features hold the same tonnes? */
void tables_check_features(const struct manifest *m, const struct tables *t,
                           const struct totals_order *totals, struct issues *issues);
/** Is each row's "spatial" one that can be carried out? */
void tables_check_spatial(const struct manifest *m, const struct tables *t,
                          const struct points_order *points, struct arena *arena,
                          struct issues *issues);
/** Points that stand twice, that no total is for, whose rows disagree. */
enum err tables_check_points(const struct tables *t, const struct totals_order *totals,
                             const struct points_order *points, struct arena *arena,
                             struct issues *issues, struct why *why) MUST_CHECK;

#endif
