/* ogc.h - what the resources of OGC API share: links, collections, and how a document is written.
 *
 * Every resource is a JSON document (doc.h) that ogc_write() writes as JSON or as HTML, whichever
 * was asked for by f= or Accept. Features are rows of /v1/districts or /v1/sources, with the values
 * of one year (items.h). No state.
 */
#ifndef API_OGC_OGC_H
#define API_OGC_OGC_H

#include "api/answer.h"
#include "api/doc.h"

#define OGC_API     "application/vnd.oai.openapi+json;version=3.0"
#define OGC_GEOJSON "application/geo+json"
#define OGC_HTML    "text/html"
#define OGC_JSON    "application/json"
#define OGC_SCHEMA  "application/schema+json"

/* For answer_kind.rules: of documents, and of features. */
#define OGC_FORMATS      ((1u << FORMAT_JSON) | (1u << FORMAT_HTML))
#define OGC_ITEM_FORMATS ((1u << FORMAT_GEOJSON) | OGC_FORMATS)

struct ogc_collection {
    const char *id, *title, *description;
    const char *path, *items, *queryables, *tiles; /* addresses below the base */
};
extern const struct ogc_collection ogc_districts, ogc_sources;

/** Adds {"href", "rel", "type", "title"} to a list.
 *  @param path  below the base address; "" = the base itself. */
void ogc_link(struct doc *d, json_t *links, const struct answer *a, const char *path,
              const char *rel, const char *type, const char *title);
/** "links" of the answer: itself as "self", and its other form as "alternate".
 *  @param type  media type of the form that is not HTML. */
json_t *ogc_links(struct doc *d, const struct answer *a, const char *type);
/** The link to the next page. @param after  key of the page's last item. */
void ogc_next(struct doc *d, json_t *links, const struct answer *a, const char *after);
/** Of the form that was asked for: HTML, else `other`. */
const char *ogc_type(const struct answer *a, const char *other);
bool ogc_is_html(const struct answer *a);

/** Writes the whole document in the form that was asked for, one of OGC_FORMATS. */
enum err ogc_write(const struct doc *d, const struct answer *a, struct http_reply *out) MUST_CHECK;

#endif
