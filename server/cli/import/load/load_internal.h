/* load_internal.h - what the steps of a load share. */
#ifndef IMPORT_LOAD_INTERNAL_H
#define IMPORT_LOAD_INTERNAL_H

#include "cli/import/field/cells.h"
#include "cli/import/load/load.h"
#include "cli/import/plan/plan.h"
#include "cli/import/raster/raster.h"
#include "cli/import/table/tables_order.h"
#include "store/conn.h"

struct shares;
struct load_features;

struct load_grid {
    struct grid grid;
    int64_t id; /* in the database */
};

struct load {
    const struct manifest *m;
    const struct tables *t;
    struct plan *plan;
    struct points_order points;
    const struct load_options *options;
    struct conn *db;
    struct progress *progress;
    struct arena *arena;
    struct issues *issues;
    struct report *report;
    int grid_count;
    struct load_grid *grids;        /* those of the release, in the order they came */
    struct load_grid grid;          /* the one in use */
    struct load_features *features; /* shares of cells; NULL = none yet */
    int64_t release_id;
    const char
        *countries; /* the release's scope as PostgreSQL writes text[]: "{KZ,UZ}"; "{}" = all */
    struct shares *shares; /* of load_shares(): the last ones asked for */
    int64_t shares_grid;
    char *shares_countries;
};

/** One value of one row: the statement must answer exactly that. */
enum err load_int(struct load *l, const char *sql, const struct param *params, int n, int64_t *out,
                  struct why *why) MUST_CHECK;
enum err load_text(struct load *l, const char *sql, const struct param *params, int n,
                   const char **out, struct why *why) MUST_CHECK;
const char *load_number(struct load *l,
                        double value); /* 17 digits, arena memory; "" when it is full */
const char *load_id(struct load *l, int64_t id);

/** The field of this identity, or id 0. */
enum err load_field_find(struct load *l, const char *sha256, struct plan_field *out,
                         struct why *why) MUST_CHECK;
/** What makes a field the same, beside its cells. */
struct field_nature {
    const char *kind;
    double cell_uncertainty_pct;
    const char *countries; /* as load.countries */
    bool is_cut;           /* its cells were cut at the border */
};
/** @param out  "" when out of memory. */
void load_field_identity(const char *cells_sha256, const struct field_nature *of,
                         char out[DIGEST_HEX_SIZE]);
/** Makes a grid the one in use, puts it into the database and computes its area fractions if need
 *  be. */
enum err load_use_grid(struct load *l, struct grid g, struct why *why) MUST_CHECK;
/** The grid of points and features: the manifest's, or that of the release's first raster.
 *  @param of  the section that needs it, for the issue when there is none (ERR_INPUT). */
enum err load_use_common_grid(struct load *l, const char *of, struct why *why) MUST_CHECK;
/** Cells as a field on the grid in use, which is theirs. out->id stays 0 after an issue, and when
 * no cell is above 0. */
enum err load_field_cells(struct load *l, const struct cell_source *from, struct plan_field *out,
                          struct why *why) MUST_CHECK;
/** A band as a field on the grid in use. */
enum err load_field_raster(struct load *l, struct raster *r, const char *file,
                           struct plan_field *out, struct why *why) MUST_CHECK;
/** The points of f->group as a field on the grid in use. */
enum err load_field_points(struct load *l, struct plan_field *out, struct why *why) MUST_CHECK;
/** A proxy clipped to an area, or ground area itself, as a field. */
enum err load_field_clip(struct load *l, struct plan_field *out, struct why *why) MUST_CHECK;
/** Makes the plan, with the districts that its totals and points ask for. */
enum err load_plan(struct load *l, struct why *why) MUST_CHECK;
/** Masses whose pattern is zero all over go where their table says. */
enum err load_fallbacks(struct load *l, struct why *why) MUST_CHECK;
/** One field of the plan, whatever its kind. */
enum err load_field(struct load *l, struct plan_field *f, struct why *why) MUST_CHECK;

/** Sectors and gases that the reference tables lack are issues, before PostgreSQL says it in its
 * own words. */
enum err load_check_codes(struct load *l, struct why *why) MUST_CHECK;
/** The same cells for the same key would be one row twice. After load_fields(). */
enum err load_check_slices(struct load *l, struct why *why) MUST_CHECK;
/** Is too much of the mass outside every district? After load_balance(). */
enum err load_check_outside(struct load *l, struct why *why) MUST_CHECK;
/** A group of features, on the manifest's grid or that of the release's first raster. */
enum err load_field_features(struct load *l, struct plan_field *out, struct why *why) MUST_CHECK;

/** For each feature the finest district that counts it, "" for lines and areas. A point outside
 *  all is an issue. @param out  arena memory. */
enum err load_feature_districts(struct load *l, const char *const **out,
                                struct why *why) MUST_CHECK;

/* Points of a group: staged, told by their digest, made a field. */
enum err load_points_copy_begin(struct load *l, struct copy **out, struct why *why) MUST_CHECK;
void load_points_copy(struct copy *w, const struct point *p, const char *group);
void load_points_digest(struct digest *d, const struct point *p);
void load_points_identity(const struct load *l, const char *sum, double max_km,
                          char out[DIGEST_HEX_SIZE]);
enum err load_points_field(struct load *l, const char *group, const char *sha256, double max_km,
                           struct plan_field *out, struct why *why) MUST_CHECK;

enum err load_districts(struct load *l, struct why *why) MUST_CHECK;
enum err load_districts_mask(struct load *l, struct why *why) MUST_CHECK;
enum err load_districts_polygons(struct load *l, struct why *why) MUST_CHECK;
/** What SQL wrote into stage_problem, as issues. @return their verdict. */
enum err load_problems(struct load *l, struct why *why) MUST_CHECK;
/** Settles l->countries: release.countries, or the countries of the manifest's own districts. */
enum err load_scope(struct load *l, struct why *why) MUST_CHECK;
/** After districts have changed: fractions, places of sources and masses of all fields, of any
 * release, that the countries of stage_area matter to. */
enum err load_refresh_districts(struct load *l, struct why *why) MUST_CHECK;
enum err load_points_stage(struct load *l, struct why *why) MUST_CHECK;
enum err load_fields(struct load *l, struct why *why) MUST_CHECK;
enum err load_slices(struct load *l, struct why *why) MUST_CHECK;
enum err load_balance(struct load *l, struct why *why) MUST_CHECK;
/** Reads all blocks of the release back and lets the database judge what they add up to. */
enum err load_audit(struct load *l, struct why *why) MUST_CHECK;
/** Says in the report where codes of other schemes went, with their masses. */
enum err load_crosswalk(struct load *l, struct why *why) MUST_CHECK;
/** The changelog; into the report: warnings, and the differences from the former release. */
enum err load_changes(struct load *l, struct why *why) MUST_CHECK;

#endif
