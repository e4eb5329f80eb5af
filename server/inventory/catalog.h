/* catalog.h - what is published: an immutable, counted picture of the inventory's tables.
 *
 * Built by store/catalog_read.c from one database snapshot, then never changed; a newer picture
 * replaces it as a whole. Everything inside is borrowed from the catalog and lives as long as a
 * reference does. All arrays are sorted by their key, so look-ups are binary searches.
 * Thread-safe: reading is free, the count is atomic.
 */
#ifndef INVENTORY_CATALOG_H
#define INVENTORY_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/err.h"
#include "geo/grid.h"

enum lang { LANG_EN, LANG_RU, LANG_UZ, LANG_KO, LANG_COUNT };
enum flow { FLOW_EMISSION, FLOW_REMOVAL, FLOW_NET }; /* slices are never NET */
enum origin { ORIGIN_FOSSIL, ORIGIN_NONFOSSIL, ORIGIN_NA };

struct gas {
    const char *code; /* "CO2" */
    const char *name[LANG_COUNT];
};

struct gwp {         /* one value: t CO2e per t of gas */
    const char *set; /* "AR5-100" */
    int gas;         /* index into gases */
    enum origin origin;
    double value;
    const char *source;
};

struct gwp_set {
    const char *code; /* "AR5-100" */
    int horizon_years;
};

struct sector {
    const char *code; /* "IPCC2006:1.A.1" */
    int parent;       /* index, -1 = root */
    const char *name[LANG_COUNT];
    bool is_lulucf;
    bool is_memo; /* never in a total */
};

struct foreign_sector {  /* a code of another scheme, and one sector it leads to */
    const char *code;    /* "EDGAR:RCO"; rows of one code stand together */
    const char *label;   /* what its scheme calls it */
    const char *members; /* sectors it holds, separated by blanks; "" = the one it leads to */
    const char *levels;  /* GPC: reporting levels, separated by blanks */
    const char *refusal; /* why its masses are not taken; "" = they are */
    int scope;           /* GPC: 1 to 3; 0 = none */
    bool is_memo;
    const char *gas; /* "" = any */
    int sector;      /* index; -1 = it leads nowhere without shares */
    double weight;
    const char *note;
};

struct district {
    int64_t id;
    const char *code;
    int level;  /* 0 country, 1 region, 2 district */
    int parent; /* index, -1 */
    const char *name[LANG_COUNT];
    double area_km2;                 /* geodesic */
    double west, south, east, north; /* degrees */
    int64_t revision; /* of a country: grows when its districts or their statistics change */
};

struct district_stat {
    int district; /* index */
    int year;
    double population; /* NaN = unknown */
    double gdp;        /* NaN = unknown */
    bool is_estimated; /* the population */
    bool is_gdp_estimated;
    const char *gdp_unit; /* "USD 2015"; "" = unknown */
};

struct field {
    int64_t id;
    int grid;                    /* index into grids */
    const char *name;            /* proxy or band, for provenance */
    double total;                /* sum of its cells, in its own unit (t or share) */
    double sum_sq;               /* sum of squared cells, for uncertainty */
    double cell_uncertainty_pct; /* of one cell's weight, 95 % half-width; 0 = none stated */
    bool is_points;              /* districts count its sources where they stand */
};

struct slice {
    int release; /* index */
    int sector;
    int gas;
    enum flow flow;
    enum origin origin;
    const char *fuel; /* "" when not split by fuel */
    int year;
    int month;     /* 0 = the whole year */
    int field;     /* index; -1 = unallocated mass */
    double factor; /* tonnes per unit of field */
    double mass_t;
    double uncertainty_pct; /* 95 % half-width; NaN = unknown */
    const char *method;     /* "reported", "scaled", "estimated", ... */
    int provenance;         /* index, -1 */
};

struct provenance {
    const char *dataset;
    const char *document;
    const char *locator;
    const char *retrieved; /* ISO date or "" */
    const char *checksum;
    const char *transformation;
};

struct change {                   /* an entry of a release's changelog */
    int release;                  /* index */
    const char *reason;           /* a code: "activity-data" */
    const char *name[LANG_COUNT]; /* of the reason */
    const char *text[LANG_COUNT];
    const char *sectors; /* codes with a blank between; "" = all */
};

struct withdrawn {      /* a release that was taken back */
    const char *pinned; /* "slug@version" */
    const char *at;     /* RFC 3339 */
    const char *reason; /* its publisher's words; "" = none given */
};

struct release_event { /* a release was shown or taken back */
    int64_t id;        /* ascending; 0 = before events were kept */
    const char *slug;
    const char *version;
    bool is_withdrawal;
    const char *at;     /* RFC 3339 */
    const char *reason; /* the operator's words; "" = none given */
};

struct release {
    int64_t id;
    const char *slug;
    const char *version; /* semver */
    const char *pinned;  /* "slug@version" */
    const char *title[LANG_COUNT];
    const char *warning[LANG_COUNT]; /* to print on the map; "" = none */
    const char *publisher;
    const char *licence;
    const char *attribution;
    const char *citation;
    const char *method;
    const char *sha256;           /* of its content */
    const char *published;        /* RFC 3339 */
    bool is_latest;               /* of its slug */
    int first_slice, slice_count; /* its slices are contiguous */
    int first_change, change_count;
    /* The countries it is about, districts of level 0; none = all there are. */
    const char *scope; /* their codes, one a line */
    int country_count;
    const int *countries; /* indices */
};

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): counts stand beside what they count
struct catalog {
    struct arena arena;        /* owns everything below */
    int references;            /* through __atomic builtins only */
    int64_t revision;          /* of the published state */
    int64_t boundary_revision; /* of the districts */
    int gas_count;
    const struct gas *gases;
    int gwp_count;
    const struct gwp *gwps;
    int gwp_set_count;
    const struct gwp_set *gwp_sets;
    int sector_count;
    const struct sector *sectors;
    int foreign_count;
    const struct foreign_sector *foreign; /* by code, gas, sector */
    int district_count;
    const struct district *districts;
    int stat_count;
    const struct district_stat *stats; /* by district, year */
    int grid_count;
    const struct grid *grids;
    const int64_t *grid_ids;
    const double *const *grid_souths; /* each as of remap_grid_south(); NULL = not computed */
    int field_count;
    const struct field *fields;
    int slice_count;
    const struct slice *slices; /* by release, year, sector, gas, flow, fuel */
    int release_count;
    const struct release *releases; /* by slug, then version ascending */
    int provenance_count;
    const struct provenance *provenances;
    int withdrawn_count;
    const struct withdrawn *withdrawn; /* by pinned: ERR_GONE */
    int change_count;
    const struct change *changes; /* by release, as its publisher ordered them */
    int event_count;
    const struct release_event *events; /* by id */
};

#define CATALOG_MAX_BYTES ((size_t)1024 * 1024 * 1024)

struct catalog *catalog_new(void);              /* one reference; NULL = no memory */
struct catalog *catalog_ref(struct catalog *c); /* new reference */
void catalog_unref(struct catalog *c);          /* accepts NULL */

/* Look-ups answer an index, or -1 when there is none. */
int catalog_gas(const struct catalog *c, const char *code);     /* -1 = none; any letter case */
int catalog_gwp_set(const struct catalog *c, const char *code); /* -1 = none; exact */
int catalog_sector(const struct catalog *c,
                   const char *code); /* "IPCC2006:1.A.1" or "1.A.1" of the home scheme */
int catalog_district(const struct catalog *c, const char *code);
int catalog_field_of_id(const struct catalog *c,
                        int64_t id); /* fields and grids are sorted by id */
int catalog_grid_of_id(const struct catalog *c, int64_t id);
bool catalog_sector_is_memo(const struct catalog *c, int sector);   /* or an ancestor of it is */
bool catalog_sector_is_lulucf(const struct catalog *c, int sector); /* or an ancestor of it is */
/** The slices of a release and year: [*first, *end). Empty when there are none. */
void catalog_slices_of_year(const struct catalog *c, int release, int year, int *first, int *end);
bool catalog_sector_within(const struct catalog *c, int sector, int ancestor); /* itself counts */
bool catalog_district_within(const struct catalog *c, int district, int ancestor);
const struct district_stat *catalog_stat(const struct catalog *c, int district,
                                         int year); /* NULL */
/** GWP of a gas: the value of that very origin where the set has one, otherwise the set's value for
 *  any origin ("na"), so that a set with one CH4 value uses it for all (the same rule as SQL's
 * gwp_value). NaN when the set does not know the gas. */
double catalog_gwp_value(const struct catalog *c, int set, int gas, enum origin origin);
/** "slug" (its latest) or "slug@version". *pinned tells which.
 *  @return ERR_NOT_FOUND with the releases there are; ERR_GONE when it was withdrawn, or
 *  when all releases of the slug were. */
enum err catalog_release(const struct catalog *c, const char *text, int *release, bool *pinned,
                         struct why *why) MUST_CHECK;

/** The published release next to one of the same slug: below it (step -1) or above (+1); -1 = none.
 */
int catalog_release_neighbour(const struct catalog *c, int release, int step);

/** Orders "1.2.0" before "1.10.0": <0, 0, >0. Anything that is no version counts as 0.0.0. */
int catalog_version_compare(const char *a, const char *b);

const char *flow_word(enum flow flow);  /* "emission", "removal", "net" */
const char *origin_word(enum origin o); /* "fossil", "nonfossil", "na" */
const char *lang_word(enum lang lang);  /* "en" ... */
bool lang_parse(const char *text, enum lang *out);
bool flow_parse(const char *text, enum flow *out); /* the words above, exact */
bool origin_parse(const char *text, enum origin *out);

#endif
