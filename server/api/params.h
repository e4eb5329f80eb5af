/* params.h - the query parameters of the JSON endpoints, strictly read and canonically written.
 *
 * One table (params.c) names every parameter, reads it and writes it back; a route says which it
 * takes. Whatever was left out gets its default, so that two spellings of one question are one
 * cache entry, and the answer's "query" can be sent back as it stands. Everything lives in the
 * arena given; no state, safe from any thread.
 */
#ifndef API_PARAMS_H
#define API_PARAMS_H

#include "base/arena.h"
#include "geo/crs.h"
#include "http/handler.h"
#include "inventory/history.h"
#include "inventory/selection.h"

enum unit { UNIT_T, UNIT_KT, UNIT_MT };
enum per { PER_NOTHING, PER_CAPITA, PER_GDP, PER_KM2 };
enum format { FORMAT_JSON, FORMAT_GEOJSON, FORMAT_CSV, FORMAT_TEXT, FORMAT_HTML, FORMAT_COUNT };
enum cite { CITE_NOTHING, CITE_BIBTEX, CITE_TEXT }; /* the citation instead of the answer */
enum rank_by { RANK_DISTRICT, RANK_SOURCE, RANK_CELL, RANK_BY_COUNT };

enum { /* bits of a grouping */
       GROUP_YEAR = 1,
       GROUP_SECTOR = 2,
       GROUP_GAS = 4,
       GROUP_DISTRICT = 8,
       GROUP_FLOW = 16,
       GROUP_MONTH = 32,  /* with GROUP_YEAR */
       GROUP_FEATURE = 64 /* of a body */
};

enum param_id { /* in the order of their names, which is the order of a canonical query */
                PARAM_AFTER,
                PARAM_BASIS,
                PARAM_BBOX,
                PARAM_BBOX_CRS,
                PARAM_BOUNDARIES,
                PARAM_BY,
                PARAM_CITE, /* of every answer about a release: answer.c adds it */
                PARAM_CRS,
                PARAM_DATETIME,
                PARAM_DISTRICT,
                PARAM_F,
                PARAM_FLOW,
                PARAM_FORMAT,
                PARAM_GAS,
                PARAM_GROUPBY,
                PARAM_GWP,
                PARAM_LANG,
                PARAM_LAT,
                PARAM_LEVEL,
                PARAM_LIMIT,
                PARAM_LON,
                PARAM_LULUCF,
                PARAM_MAX,
                PARAM_MIN,
                PARAM_MONTH,
                PARAM_NAME,
                PARAM_OPERATOR,
                PARAM_PARENT,
                PARAM_PER,
                PARAM_Q,
                PARAM_RELEASE,
                PARAM_SCHEME,
                PARAM_SECTOR,
                PARAM_SHARE,
                PARAM_SIMPLIFY,
                PARAM_SINCE,
                PARAM_TO_DISTRICT,
                PARAM_TO_RELEASE,
                PARAM_TO_YEAR,
                PARAM_TOP,
                PARAM_UNIT,
                PARAM_WITHIN,
                PARAM_YEAR,
                PARAM_COUNT
};
#define PARAM_BIT(id) (UINT64_C(1) << (id))

struct param_rules {
    uint64_t accepted;     /* PARAM_BITs */
    unsigned formats;      /* 1u << enum format; the default is the lowest */
    enum format preferred; /* the default format */
    bool has_year_range;   /* year=a..b */
    bool
        is_ogc; /* a larger limit is the largest; bbox may span the antimeridian, or have heights */
    bool is_release_optional; /* no default release */
    bool has_features;        /* groupby=feature, and no districts */
};

struct params {
    const struct catalog *catalog; /* borrowed */
    struct arena *arena;           /* borrowed; of everything below */
    const struct param_rules *rules;
    uint64_t sent; /* PARAM_BITs of what the client wrote */

    int release; /* index into the catalog; -1 = the route knows no release */
    bool is_pinned;
    enum lang lang;
    int year_from, year_to; /* equal for one year; 0 = the route knows no year */
    bool has_no_year;       /* datetime touches none of the release; years are 0 then */
    const char *datetime;   /* as sent; NULL */
    int month;              /* of that year; 0 = the whole of it */
    int gas;     /* index, SELECTION_GAS_CO2E or SELECTION_ALL_GASES (each in its mass) */
    int gwp_set; /* index; -1 = masses */
    enum flow flow;
    enum unit unit;
    enum per per;
    unsigned groupby;
    enum lulucf lulucf;
    int sector_count;
    int *sectors;
    int district; /* index; -1 = not asked */
    int parent;   /* index; -1 */
    int level;    /* -1 = any */
    int limit;
    const char *after;           /* NULL */
    struct history_cursor since; /* of PARAM_SINCE, when it was sent */
    int to_release; /* of a comparison, its other side: index; -1 = the route has none */
    bool is_to_pinned;
    int to_year;
    int to_district;           /* index; -1 = the release as a whole */
    const char *q;             /* NULL */
    const char *name;          /* NULL */
    const char *operator_name; /* NULL */
    bool has_min, has_max;
    double min, max; /* sizes, in the unit */
    const char *scheme;
    bool has_bbox;
    double bbox[4];        /* west, south, east, north; degrees */
    const char *bbox_text; /* of OGC API: as sent, until bbox-crs is known; NULL */
    double bbox_sent[4];   /* in bbox_crs: least and greatest corner */
    enum crs bbox_crs;
    enum crs crs; /* of the geometry of features */
    double lon_deg, lat_deg;
    double simplify_deg;
    enum cite cite;
    enum rank_by by; /* RANK_BY_COUNT = not asked */
    int top;         /* 0 = not asked */
    double share;    /* within 0..1; 0 = not asked */
    int within;      /* index; -1 = not asked */
    enum format format;
    bool is_negotiated; /* the format came from Accept */
};

/** Reads the query of a request.
 *  @param segment_release  the release of the path, NULL = the parameter's, else the default.
 *  @param rules  borrowed for as long as the parameters live.
 *  @return ERR_INPUT for an unknown parameter, a malformed value or an unknown code, ERR_NOT_FOUND
 *          for a release or period that is not there, ERR_NOT_ACCEPTABLE; each with parameter,
 *          reason and what is allowed. */
enum err params_read(struct params *p, const struct http_request *r, const struct http_state *s,
                     const struct param_rules *rules, const char *segment_release,
                     struct arena *arena, struct why *why) MUST_CHECK;

const char *params_name(enum param_id id);
/** Canonical value, or NULL when the parameter plays no part; arena memory. */
const char *params_value(const struct params *p, enum param_id id);
/** A canonical value that is a JSON number. */
bool params_is_number(enum param_id id);
/** Canonical "a=b&c=d" in the order of the names, percent-encoded. NULL = no memory. */
const char *params_query(const struct params *p);

/** Revision of all boundaries the answer is counted by: of both releases' countries where a
 *  comparison has releases of different countries. */
int64_t params_boundaries(const struct params *p);
/** Every release and the boundaries are named by the address: nothing of the answer can change. */
bool params_is_pinned(const struct params *p);

/** The slices meant, for one year. */
struct selection params_selection(const struct params *p, int year);

const char *unit_word(enum unit unit); /* "t", "kt", "Mt" */
double unit_tonnes(enum unit unit);    /* tonnes in one */
const char *per_word(enum per per);    /* "capita" ...; "" for none */
const char *format_word(enum format format);
const char *format_type(enum format format); /* media type */

#endif
