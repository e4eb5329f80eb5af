/* plan.h - what a release will hold: the fields to make, and the slices over them.
 *
 * Made from manifest and tables before anything is loaded, so that every rule that shares masses
 * out (proxies, points, features, regions, months, crosswalks) ends in one list of slices, which
 * load_fields.c and load_slices.c only carry out. All memory is the arena's. One thread.
 */
#ifndef IMPORT_PLAN_H
#define IMPORT_PLAN_H

#include "cli/import/tables.h"

enum plan_kind {
    PLAN_PROXY, /* manifest.proxies[source]: weights */
    PLAN_GRID,  /* manifest.grids[source]: masses */
    PLAN_POINTS /* the points that share totals[source] (sector, gas, fuel): weights */
};

struct plan_field {
    enum plan_kind kind;
    int source;       /* index, by kind */
    const char *name; /* for progress and provenance */
    double cell_uncertainty_pct;
    bool is_cut; /* cells at the country's border hold only the mass inside it */
    /* Written by load_fields(). */
    int64_t id;             /* in the database; 0 = not yet */
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
    struct place at;
};

struct plan {
    int field_count, field_capacity;
    struct plan_field *fields;
    int slice_count, slice_capacity;
    struct plan_slice *slices;
};

/** @return ERR_OK, or ERR_NO_MEMORY. Faults of the input are issues. */
enum err plan_build(const struct manifest *m, const struct tables *t, struct arena *arena,
                    struct issues *issues, struct plan *out, struct why *why) MUST_CHECK;

/** Appends. @return the index, -1 when the arena is full. */
int plan_add_field(struct plan *p, struct arena *arena, struct plan_field field);
int plan_add_slice(struct plan *p, struct arena *arena, struct plan_slice slice);

/** Tonnes of a slice, once load_fields() has run. */
double plan_slice_mass_t(const struct plan *p, const struct plan_slice *s);

#endif
