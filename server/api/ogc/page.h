/* page.h - the documents of OGC API as pages of HTML: the same members, every link an <a>.
 *
 * Plain pages in the style of /docs, without script. Everything is escaped by docs_html.h. Pure.
 */
#ifndef API_OGC_PAGE_H
#define API_OGC_PAGE_H

#include <jansson.h>

#include "api/answer.h"

/** Where a page stands: its relative addresses and its way up are made of it. */
struct ogc_place {
    const char *base_url;
    const char *path;    /* below the base: "/ogc/collections/districts/items/" */
    const char *subject; /* the rest of it: "1703", or "" */
    const char *release; /* that the steps up keep; NULL = none */
    size_t released;     /* length of the path up to the last step that takes a release */
};
struct ogc_place ogc_place_of(const struct answer *a);

/** From the doctype to the beginning of the content, with the way up and the document's links
 *  beside it. @param links  a document's "links"; NULL = none. */
void ogc_page_open(struct buf *out, const struct ogc_place *at, const char *title,
                   const json_t *links);
void ogc_page_close(struct buf *out);
/** Members of an object as a table of names and values. @param but  names left out, NULL ends. */
void ogc_page_members(struct buf *out, const json_t *object, const char *const *but);
/** Any value: scalars as text, addresses as links, lists and objects as lists and tables. */
void ogc_page_value(struct buf *out, const json_t *value);

/** A whole document. @return ERR_TOO_LARGE, ERR_NO_MEMORY of the buffer. */
enum err ogc_page_document(const json_t *root, const struct ogc_place *at,
                           struct buf *out) MUST_CHECK;

#endif
