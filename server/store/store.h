/* store.h - the questions asked of the database, typed. One statement each, so one snapshot each.
 *
 * All SQL text lives in store/statements.h; functions here bind, run and decode. Callers pass a
 * worker's own connection. Deadlines are clock_ms() values.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"
#include "geo/crs.h"
#include "geo/tile.h"
#include "inventory/catalog.h"
#include "store/conn.h"

/** The published state's revision, by one cheap statement. */
enum err store_revision(struct conn *c, int64_t deadline_ms, int64_t *catalog, int64_t *boundary,
                        struct why *why) MUST_CHECK;

/** A whole new catalog (one reference, caller unrefs) from one REPEATABLE READ snapshot.
 *  @return as conn_query; ERR_INTERNAL when the tables contradict each other; ERR_NO_MEMORY. */
enum err store_catalog(struct conn *c, int64_t deadline_ms, struct catalog **out,
                       struct why *why) MUST_CHECK;

/** Mass of fields within districts: one row per (district, field) that is not zero. */
struct district_mass {
    int district; /* catalog index */
    int field;    /* catalog index */
    double mass;  /* field units: multiply by a coefficient */
    double sum_sq;
};
/** @param districts,fields  catalog indices. @param out  arena memory, sorted by district, field.
 */
enum err store_district_masses(struct conn *c, const struct catalog *cat, const int *districts,
                               int district_count, const int *fields, int field_count,
                               int64_t deadline_ms, struct arena *arena, struct district_mass **out,
                               int *count, struct why *why) MUST_CHECK;

/** The district of each level that holds a point, by PostGIS, half-open on common borders; -1 where
 *  there is none. levels[0..2]: catalog indices.
 *  @param scope  codes of the countries to look in, one a line; "" = everywhere. */
enum err store_districts_at(struct conn *c, const struct catalog *cat, const char *scope,
                            double lon, double lat, int64_t deadline_ms, int levels[3],
                            struct why *why) MUST_CHECK;

/** The finest district at each of some places, as store_districts_at() finds it; catalog indices,
 * -1 where there is none. @param lonlat  count pairs. @param out  room for count. */
enum err store_districts_at_all(struct conn *c, const struct catalog *cat, const char *scope,
                                const double *lonlat, int count, int64_t deadline_ms,
                                struct arena *arena, int *out, struct why *why) MUST_CHECK;

/** Which cells of a grid lie in a district. */
struct cell_share {
    int32_t cell; /* row * nx + column */
    double share; /* of the cell's ground; above 0, at most 1 */
};
/** @param first,end  of all cells of the grid, those that are looked at.
 *  @param out  arena memory, by cell. @return as conn_query. */
enum err store_district_shares(struct conn *c, const struct catalog *cat, int grid, int district,
                               int32_t first, int32_t end, int64_t deadline_ms, struct arena *arena,
                               struct cell_share **out, int *count, struct why *why) MUST_CHECK;

/** GeoJSON geometry text of districts, one per row in the order given; generalised to tolerance_deg
 *  (0 = as stored, rounded to 6 decimals, 0.1 m). Generalised by snapping vertices to a grid of
 *  that size: a common vertex moves alike in both neighbours, so no gap opens between them; the
 *  outline strays by at most 0.71 x the tolerance. (Douglas-Peucker would tear common borders;
 *  ST_CoverageSimplify wants GEOS 3.12.)
 *  @return ERR_INPUT for a tolerance below 0, above 10 or NaN; as conn_query otherwise. */
enum err store_district_geojson(struct conn *c, const struct catalog *cat, const int *districts,
                                int count, double tolerance_deg, int64_t deadline_ms,
                                struct arena *arena, const char ***out, struct why *why) MUST_CHECK;

/** The same as stored, in a reference system and its order of axes; of EPSG:3857 in metres, to the
 *  centimetre. */
enum err store_district_geojson_in(struct conn *c, const struct catalog *cat, const int *districts,
                                   int count, enum crs crs, int64_t deadline_ms,
                                   struct arena *arena, const char ***out,
                                   struct why *why) MUST_CHECK;

/** Which districts meet a box, by their shape and not by its box alone.
 *  @param box  west, south, east, north in degrees; west > east spans the antimeridian.
 *  @param out  a flag for each district of the catalog; arena memory. @return as conn_query. */
enum err store_districts_in_box(struct conn *c, const struct catalog *cat, const double box[4],
                                int64_t deadline_ms, struct arena *arena, bool **out,
                                struct why *why) MUST_CHECK;

struct source_share {
    int field; /* catalog index */
    double share;
};

/** Sources as rows, keyset-paged by id. */
struct source_row {
    int64_t id;
    const char *code, *name, *sector, *gas, *fuel, *operator_name, *status, *capacity_unit,
        *district;
    double lon, lat, capacity; /* capacity NaN = unknown */
    double x, y;               /* the place in the filter's crs, in the order of its axes */
    int commissioned_year;     /* 0 = unknown */
    int retired_year;
    const char *commissioned,
        *retired;       /* ISO 8601, as far as it is known; "" = not beyond the year */
    const char *method; /* "measured", "calculated", "estimated" ...; or "" */
    int field;          /* catalog index of the field it belongs to; -1 = none */
    double share;       /* of that field */
    double distance_m;  /* from the point asked; NaN when none was */
    int share_count;    /* of all its fields in the release, this one too */
    struct source_share *shares;
    const char *properties; /* JSON object text: the remaining columns that are not empty */
};
struct source_filter {
    int release; /* catalog index; sources whose field has a slice in it */
    bool has_bbox;
    double west, south, east, north; /* west > east spans the antimeridian */
    bool has_point;
    double lon, lat, radius_m;
    int district;              /* -1 = any */
    int64_t after_id;          /* 0 = from the start */
    int limit;                 /* 1..1000 */
    int year;                  /* whose field is meant where years differ; 0 = the latest */
    const char *code;          /* NULL = any */
    const char *sectors;       /* codes, one a line; NULL = any */
    const char *gas;           /* code; NULL = any */
    const char *name;          /* as it is written; NULL = any */
    const char *operator_name; /* its beginning, whatever the letters' case; NULL = any */
    const char *q;             /* a part of the name or code, likewise; NULL = any */
    bool has_min, has_max;     /* of all its mass in that year, which is then needed */
    double min_t, max_t;       /* t of its gas; both ends count */
    enum crs crs;              /* of x and y */
};
/** @param out  arena memory, in the order of ids, or the nearest first when a point is asked for
 * (then without paging); texts are never NULL.
 *  @return as conn_query. */
enum err store_sources(struct conn *c, const struct catalog *cat, const struct source_filter *f,
                       int64_t deadline_ms, struct arena *arena, struct source_row **out,
                       int *count, struct why *why) MUST_CHECK;

/** How many sources a filter takes, whatever its limit.
 *  @param matched  on all pages. @param behind  those with an id above after_id.
 *  @return as conn_query. */
enum err store_sources_count(struct conn *c, const struct catalog *cat,
                             const struct source_filter *f, int64_t deadline_ms,
                             struct arena *arena, int64_t *matched, int64_t *behind,
                             struct why *why) MUST_CHECK;

/** Point masses in a box, and around it: where each source of a field stands. */
struct point_mass {
    int field; /* catalog index */
    int64_t source;
    double lon, lat;
    double mass; /* in the field's unit */
};
struct point_page {                    /* keyset: by source, then field */
    int64_t after_source, after_field; /* ids; 0, 0 = from the start */
    int limit;
};
/** @param box  west, south, east, north in degrees.
 *  @param page  in: where to go on; out: where the next page does. There is none when *count is
 * less than its limit.
 *  @param out  arena memory. @return as conn_query. */
enum err store_points(struct conn *c, const struct catalog *cat, const int *fields, int field_count,
                      const double box[4], struct point_page *page, int64_t deadline_ms,
                      struct arena *arena, struct point_mass **out, int *count,
                      struct why *why) MUST_CHECK;

/** Masses of sources, with what tells one from another. */
struct source_mass {
    int64_t source;
    int field; /* catalog index */
    const char *code;
    double lon, lat;
    double mass; /* in the field's unit */
};
struct source_mass_filter {
    const int *fields;
    int field_count;
    int district;           /* that counts them, or one within it; -1 = any */
    double box[4];          /* west, south, east, north in degrees */
    const int64_t *sources; /* NULL = any */
    int source_count;
};
/** @param page  as of store_points(). @param out  arena memory, by source, then field.
 *  @return as conn_query. */
enum err store_source_masses(struct conn *c, const struct catalog *cat,
                             const struct source_mass_filter *f, struct point_page *page,
                             int64_t deadline_ms, struct arena *arena, struct source_mass **out,
                             int *count, struct why *why) MUST_CHECK;

struct source_facts { /* texts are never NULL */
    const char *code, *name, *sector, *fuel, *operator_name;
    const char *district; /* code; "" = outside all */
};
/** @param fields  which of its fields say where a source counts.
 *  @param out  one for each id; arena memory. @return as conn_query; ERR_INTERNAL for an unknown
 * id.
 */
enum err store_source_facts(struct conn *c, const struct catalog *cat, const int64_t *ids,
                            int count, const int *fields, int field_count, int64_t deadline_ms,
                            struct arena *arena, struct source_facts **out,
                            struct why *why) MUST_CHECK;

/** A vector tile of districts: layers "districts" (outlines) and "district_labels" (a point inside
 *  each, in the one tile that holds it), extent 4096. Outlines are generalised by snapping to a
 *  grid of 4 units of the zoom, the same in all tiles, so that neighbours stay neighbours; what
 *  the encoding thins out after that moves a border by less than a unit.
 *  @param rows  JSON list of {code, name, level, parent, value, unit, lo, hi, status}, which
 *               become the tags; what is not there, or null, has no tag.
 *  @param out  appended to; nothing when nothing is on the tile. @return as conn_query. */
enum err store_district_tile(struct conn *c, const struct catalog *cat, const char *rows,
                             struct tile t, int64_t deadline_ms, struct buf *out,
                             struct why *why) MUST_CHECK;
/** A vector tile of points: layer "sources", each point in the one tile that holds it.
 *  @param rows  JSON list of {lon, lat, code, name, sector, gas, operator, district, value, unit,
 *               year, status}. */
enum err store_source_tile(struct conn *c, const char *rows, struct tile t, int64_t deadline_ms,
                           struct buf *out, struct why *why) MUST_CHECK;

/** What `fluxgrid.audit(release)` answers: one row per slice group and check. */
struct audit_row {
    const char
        *check; /* "slices = fields + unallocated", "overview level 3", "districts level 2" ... */
    const char *subject; /* sector/gas/flow/year or field name */
    double expected, actual, outside, unallocated;
    double relative; /* |actual - expected| / |expected| */
    bool is_ok;
};
enum err store_audit(struct conn *c, int64_t release_id, int64_t deadline_ms, struct arena *arena,
                     struct audit_row **out, int *count, struct why *why) MUST_CHECK;

#endif
