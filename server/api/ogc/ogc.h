/* ogc.h - what the resources of OGC API - Features share: links, and what a collection is.
 *
 * Features part 1, over the answers there are: a collection's items are rows of /v1/districts or
 * /v1/sources as features, with the values of one year. No state.
 */
#ifndef API_OGC_OGC_H
#define API_OGC_OGC_H

#include "api/answer.h"
#include "api/doc.h"

#define OGC_GEOJSON "application/geo+json"
#define OGC_JSON    "application/json"

#define OGC_FORMATS (1u << FORMAT_JSON)

#define OGC_DISTRICT_VALUES                                                                        \
    (PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_DATETIME) | PARAM_BIT(PARAM_F) |                \
     PARAM_BIT(PARAM_FLOW) | PARAM_BIT(PARAM_GAS) | PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) | \
     PARAM_BIT(PARAM_LULUCF) | PARAM_BIT(PARAM_PER) | PARAM_BIT(PARAM_RELEASE) |                   \
     PARAM_BIT(PARAM_SECTOR) | PARAM_BIT(PARAM_UNIT))
#define OGC_SOURCE_VALUES                                                                          \
    (PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_DATETIME) | PARAM_BIT(PARAM_F) |                \
     PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_UNIT))

/** Adds {"href", "rel", "type", "title"} to a list.
 *  @param path  below the base address; "" = the base itself. */
void ogc_link(struct doc *d, json_t *links, const struct answer *a, const char *path,
              const char *rel, const char *type, const char *title);
/** "links" of the answer with its own address, as the canonical query has it. */
json_t *ogc_links(struct doc *d, const struct answer *a, const char *type);
/** The link to the next page. @param after  key of the page's last item. */
void ogc_next(struct doc *d, json_t *links, const struct answer *a, const char *after);
/** Writes the whole document in the form that was asked for, one of OGC_FORMATS. */
enum err ogc_write(const struct doc *d, const struct answer *a, struct http_reply *out) MUST_CHECK;

#endif
