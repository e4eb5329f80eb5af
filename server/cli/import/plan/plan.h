/* plan.h - what a release will hold: the fields to make, and the slices over them.
 *
 * Made from manifest and tables before fields are loaded, so that every rule that shares masses
 * out (proxies, points, features, regions, months, crosswalks) ends in one list of slices, which
 * load_fields.c and load_slices.c only carry out. What needs a field's sum (a proxy that is zero,
 * months of a raster) is settled between the two: load_fallback.c, plan_months.c, plan_merge.c.
 * All memory is the arena's. One thread.
 */
#ifndef IMPORT_PLAN_H
#define IMPORT_PLAN_H

#include "cli/import/report/report.h"
#include "cli/import/table/tables.h"

enum plan_kind {
    PLAN_PROXY,    /* manifest.proxies[source]: weights */
    PLAN_GRID,     /* manifest.grids[source]: masses */
    PLAN_FEATURES, /* tables.features.groups[source]: masses */
    PLAN_POINTS,   /* the points of a group: weights */
    PLAN_CLIP,     /* manifest.proxies[source], only `inside` an area and `outside` of others */
    PLAN_UNIFORM   /* ground area of the cells of that proxy's grid, clipped likewise */
};

struct plan_field {
    enum plan_kind kind;
    int source;       /* index, by kind */
    const char *name; /* for progress and provenance */
    double cell_uncertainty_pct;
    bool is_cut;          /* cells at the country's border hold only the mass inside it */
    const char *group;    /* of points */
    const char *inside;   /* district code; "" or NULL = everywhere */
    const char **outside; /* district codes, NULL-terminated; NULL = none */
    /* Written by load_fields(). */
    int64_t id;             /* in the database; 0 = not yet, or no cell is above 0 */
    double total;           /* of the stored float4, in the field's unit */
    double total_read;      /* of the file's own numbers; rasters only */
    double tonnes_per_unit; /* of the field; grids only */
};

struct plan_slice {
    int year, month; /* month 0 = the whole year */
    const char *sector, *gas, *fuel, *method;
    enum flow flow;
    enum origin origin;
    int field;     /* index into plan.fields; -1 = mass without a place */
    double mass_t; /* NaN: share x the tonnes of the field's grid */
    double share;
    double uncertainty_pct; /* NaN = unknown */
    int provenance;         /* index into manifest.provenances */
    const char *locator;    /* where in the dataset: a row's source, a band */
    const char *checksum;   /* of the file, SHA-256 in hex */
    enum fallback fallback; /* when its field is zero all over */
    bool is_part;           /* of a total: others of its key may stand on the same field */
    bool is_mapped;         /* its row was led here from a code of another scheme */
    struct place at;
};

struct plan {
    int field_count, field_capacity;
    struct plan_field *fields;
    int slice_count, slice_capacity;
    struct plan_slice *slices;
    int key_capacity; /* a hash table over the fields: see plan_field_keyed() */
    struct plan_key *keys;
};

struct plan_district {
    const char *code, *parent; /* parent "" = none */
};

struct plan_input {
    const struct manifest *m;
    const struct tables *t;
    int district_count;
    const struct plan_district *districts; /* by code; needed where totals have areas */
    const char *const *point_districts;    /* for each point of the tables the finest district
                                              that counts it, "" = none; NULL = not needed */
    const char *const *feature_districts;  /* likewise for each feature */
};

/** @param told  what was done beyond copying rows is told here.
 *  @return ERR_OK, or ERR_NO_MEMORY. Faults of the input are issues. */
enum err plan_build(const struct plan_input *in, struct arena *arena, struct issues *issues,
                    struct report_hybrid *told, struct plan *out, struct why *why) MUST_CHECK;

/** Appends. @return the index, -1 when the arena is full. */
int plan_add_field(struct plan *p, struct arena *arena, struct plan_field field);
int plan_add_slice(struct plan *p, struct arena *arena, struct plan_slice slice);
/** The field of this key, added when there is none. @return as plan_add_field(). */
int plan_field_keyed(struct plan *p, struct arena *arena, const char *key, struct plan_field field);
/** A proxy, or the part of it inside one area and outside of others (both may be none).
 *  @param kind  PLAN_PROXY becomes PLAN_CLIP when there is anything to clip; PLAN_UNIFORM. */
int plan_field_clipped(struct plan *p, const struct manifest *m, enum plan_kind kind, int proxy,
                       const char *inside, const char **outside, struct arena *arena);

/** Tonnes of a slice, once load_fields() has run. */
double plan_slice_mass_t(const struct plan *p, const struct plan_slice *s);
/** Orders slices by what they are about; year and month last. */
int plan_slice_compare(const struct plan_slice *x, const struct plan_slice *y);

/** Yearly and monthly slices of one group, and months that are missing, are issues. */
enum err plan_check_groups(const struct plan *p, struct arena *arena, struct issues *issues,
                           struct why *why) MUST_CHECK;
/** Yearly slices that a profile holds for become twelve; once load_fields() has run. */
enum err plan_months(struct plan *p, const struct tables *t, struct arena *arena,
                     struct report_hybrid *told, struct why *why) MUST_CHECK;
/** Parts of totals with one key and one field of the database become one slice. */
enum err plan_merge(struct plan *p, struct arena *arena, struct why *why) MUST_CHECK;

/** The slices in another order. @return arena memory; NULL when it is full. */
const struct plan_slice **plan_sorted(const struct plan *p, struct arena *arena,
                                      int (*compare)(const void *, const void *));

#endif
