/* load_internal.h - what the steps of a load share. */
#ifndef IMPORT_LOAD_INTERNAL_H
#define IMPORT_LOAD_INTERNAL_H

#include "cli/import/load.h"
#include "cli/import/raster.h"
#include "store/conn.h"

struct load_field {
    int64_t id;
    double total;      /* of the stored float4 */
    double total_read; /* of the file's own numbers; rasters only */
};

struct load {
    const struct manifest *m;
    const struct tables *t;
    const struct load_options *options;
    struct conn *db;
    struct progress *progress;
    struct arena *arena;
    struct issues *issues;
    struct report *report;
    struct grid grid; /* of all rasters of the release */
    bool has_grid;
    int64_t grid_id;
    int64_t release_id;
    struct load_field *proxies; /* by manifest index; id 0 = no total uses it */
    struct load_field *grids;   /* by manifest index */
    struct load_field *groups;  /* by total index; points only */
};

/** One value of one row: the statement must answer exactly that. */
enum err load_int(struct load *l, const char *sql, const struct param *params, int n, int64_t *out,
                  struct why *why) MUST_CHECK;
enum err load_text(struct load *l, const char *sql, const struct param *params, int n,
                   const char **out, struct why *why) MUST_CHECK;
const char *load_number(struct load *l,
                        double value); /* 17 digits, arena memory; "" when it is full */
const char *load_id(struct load *l, int64_t id);

enum err load_districts(struct load *l, struct why *why) MUST_CHECK;
enum err load_points_stage(struct load *l, struct why *why) MUST_CHECK;
enum err load_fields(struct load *l, struct why *why) MUST_CHECK;
enum err load_slices(struct load *l, struct why *why) MUST_CHECK;
enum err load_balance(struct load *l, struct why *why) MUST_CHECK;

#endif
