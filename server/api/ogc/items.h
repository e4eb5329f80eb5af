/* items.h - features of a collection, a page of them or one: what districts and sources share.
 *
 * A collection says how its rows and places are read; links, counts, and the three forms of the
 * answer (GeoJSON in any of the reference systems, HTML) are made here. No state.
 */
#ifndef API_OGC_ITEMS_H
#define API_OGC_ITEMS_H

#include "api/ogc/ogc.h"

/* Parameters of every list of features, and of every feature. */
#define OGC_LIST_PARAMS                                                                            \
    (PARAM_BIT(PARAM_AFTER) | PARAM_BIT(PARAM_BBOX) | PARAM_BIT(PARAM_BBOX_CRS) |                  \
     PARAM_BIT(PARAM_LIMIT) | PARAM_BIT(PARAM_NAME) | PARAM_BIT(PARAM_Q))
#define OGC_ITEM_PARAMS                                                                            \
    (PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_CRS) | PARAM_BIT(PARAM_DATETIME) |              \
     PARAM_BIT(PARAM_F) | PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_RELEASE) |                       \
     PARAM_BIT(PARAM_UNIT))

struct ogc_page {
    long long matched;   /* on all pages */
    int count;           /* of rows */
    const char *after;   /* key of the last row; NULL = there is no further page */
    const char **shapes; /* GeoJSON of each row; not read for a table */
};

struct ogc_features {
    const struct ogc_collection *of;
    const char *id_key;
    uint64_t item_params; /* of one feature */
    /** Appends the rows of a page, or of the answer's subject, and what the envelope says of them
     *  (envelope_close()). @param needs_shapes  else out->shapes stays NULL.
     *  @param out  zeroed; worker's arena. */
    enum err (*read)(struct doc *d, json_t *rows, struct answer *a, struct http_worker *worker,
                     bool needs_shapes, struct ogc_page *out, struct why *why);
};

/* Run functions of answer kinds that are about a struct ogc_features. */

/** A page of features. An answer of no year has none. */
enum err ogc_items_run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                       struct why *why) MUST_CHECK;
/** The one feature that the subject of the answer names. */
enum err ogc_item_run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                      struct why *why) MUST_CHECK;

#endif
