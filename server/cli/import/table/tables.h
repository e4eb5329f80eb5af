/* tables.h - the rows of an inventory's tables, read and checked, not yet in the database. */
#ifndef IMPORT_TABLES_H
#define IMPORT_TABLES_H

#include "cli/import/table/csv.h"
#include "cli/import/vector/features.h"
#include "cli/import/manifest/manifest.h"

extern const char *const point_methods[]; /* codes of how a source's mass was found */

struct area {
    const char *code, *parent, *iso; /* parent "" = none */
    const char *name[LANG_COUNT], *name_uz_cyrl;
    int level;
    double area_km2; /* declared; NaN = not */
    int mask_value;  /* 0 = none: the union of its parts */
};

struct statistic { /* of a district and year; NaN and NULL where not given */
    const char *code;
    int year;
    double population, gdp;
    const char *population_status, *gdp_unit, *gdp_status;
    struct place at;
};

struct point {
    const char *group; /* points that become one field: "sector gas fuel", with masses also " year
                          month method" */
    const char *code, *name, *sector, *gas, *fuel, *operator_name, *capacity_unit, *dataset,
        *licence;
    const char *location_quality, *area_code, *note;
    const char *from; /* code of another scheme, as read; NULL = that of the sector */
    const char *status;
    const char *method;                 /* "measured", "calculated", "estimated"; or "" */
    const char *commissioned, *retired; /* ISO 8601: a year, month or day; "" = unknown */
    const char *external_ids;           /* JSON object of texts */
    double lon, lat, capacity, weight, cell_lon, cell_lat; /* NaN where not given */
    int commissioned_year, retired_year;                   /* 0 = unknown */
    /* With masses, which are taken out of the total of the same year, sector, gas and fuel: */
    bool has_mass; /* then weight is mass_t */
    int year, month;
    double mass_t;
    double uncertainty_pct; /* NaN = that of its total */
    struct place at;
};

struct total {
    int year, month;    /* month 0 = the whole year */
    const char *area;   /* district code: a total of that area only; "" = of the whole country */
    const char *sector; /* "IPCC2006:1.A.1" */
    const char *from;   /* code of another scheme, as read; NULL = that of the sector */
    const char *gas, *fuel, *method, *spatial, *source;
    enum flow flow;
    enum origin origin;
    double mass_t;
    double uncertainty_pct; /* NaN = unknown */
    int table;              /* index into the manifest's totals */
    struct place at;
};

struct profile {        /* how a year divides into months */
    const char *sector; /* full code; it holds for those below it too, unless they have their own */
    const char *gas, *fuel; /* "" = any */
    double share[12];       /* sums to 1 */
    struct place at;
};

struct crosswalk; /* crosswalk.h */

struct tables {
    int area_count;
    struct area *areas;
    int statistic_count;
    struct statistic *statistics;
    int point_count;
    struct point *points;
    int total_count;
    struct total *totals;
    int profile_count;
    struct profile *profiles;    /* by sector, gas, fuel */
    struct crosswalk *crosswalk; /* NULL: every code is of the home scheme */
    struct features features;
};

/** Reads every table of the manifest. Faults are issues. */
enum err tables_read(const struct manifest *m, struct arena *arena, struct issues *issues,
                     struct tables *out, struct why *why) MUST_CHECK;
enum err tables_areas(const struct manifest *m, struct arena *arena, struct issues *issues,
                      struct tables *out, struct why *why) MUST_CHECK;
enum err tables_statistics(const struct manifest *m, struct arena *arena, struct issues *issues,
                           struct tables *out, struct why *why) MUST_CHECK;
enum err tables_points(const struct manifest *m, struct arena *arena, struct issues *issues,
                       struct tables *out, struct why *why) MUST_CHECK;
enum err tables_totals(const struct manifest *m, struct arena *arena, struct issues *issues,
                       struct tables *out, struct why *why) MUST_CHECK;

enum err tables_profiles(const struct manifest *m, struct arena *arena, struct issues *issues,
                         struct tables *out, struct why *why) MUST_CHECK;

/** What one table cannot say alone: keys that occur twice, parents beside their children, proxies
 * and point groups that are missing, weights that do not sum to 1, controls. */
enum err tables_check(const struct manifest *m, const struct tables *t, struct arena *arena,
                      struct issues *issues, struct why *why) MUST_CHECK;

/** Is the national total that was found the declared one? An issue when not. */
void tables_check_control(const struct manifest *m, const struct manifest_control *control,
                          double found_t, struct issues *issues);

#endif
