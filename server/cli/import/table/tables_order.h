/* tables_order.h - the totals and the points of an inventory, sorted by what they are asked for.
 *
 * Tables may have tens of thousands of rows: whoever looks a row up does so here. Orders borrow
 * the tables; their memory is the arena's. One thread.
 */
#ifndef IMPORT_TABLES_ORDER_H
#define IMPORT_TABLES_ORDER_H

#include "cli/import/table/tables.h"

struct total_key { /* what a row is about; its area and month are apart */
    int year;
    const char *gas;
    enum flow flow;
    const char *sector, *fuel;
    const char *from; /* code of another scheme that was led here, "" = none; NULL = any */
};

struct totals_order { /* by year, gas, flow, sector, fuel, from, area, month, place */
    int count;
    const struct total **rows;
};

struct points_order { /* by group, code, place */
    int count;
    const struct point **points;
};

enum err totals_order_make(const struct tables *t, struct arena *arena, struct totals_order *out,
                           struct why *why) MUST_CHECK;
struct total_key total_key_of(const struct total *row);
bool total_key_equal(const struct total *x, const struct total *y);
/** Does a key say the same but for the codes that were led there? */
bool total_key_meets(const struct total *x, const struct total *y);
/** Rows of a key: [*first, *end). key.fuel NULL = of any fuel, and of any code. */
void totals_order_find(const struct totals_order *o, struct total_key key, int *first, int *end);
/** The first row of a sector below key.sector, in the same year, gas and flow; NULL = none. */
const struct total *totals_order_below(const struct totals_order *o, struct total_key key);
/** The first row of a sector above key.sector. */
const struct total *totals_order_above(const struct totals_order *o, struct total_key key);
/** End of the run of rows with the key of row `first`. */
int totals_order_run(const struct totals_order *o, int first);

/** Tonnes of a run of one key: its national rows, or where there are none those of its areas. */
double totals_run_mass_t(const struct totals_order *o, int first, int end);

/** The group of points with weights that a row shares out to, as in point.group; NULL without
 *  memory. */
const char *total_points_group(const struct total *row, struct arena *arena);

enum err points_order_make(const struct tables *t, struct arena *arena, struct points_order *out,
                           struct why *why) MUST_CHECK;
void points_order_find(const struct points_order *o, const char *group, int *first, int *end);

#endif
