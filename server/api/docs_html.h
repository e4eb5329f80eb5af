/* docs_html.h - what pages of HTML are written with: escaped text, prose, and types of
 * openapi.json.
 *
 * Every byte of the document is escaped: nothing in it can become markup. Pure.
 */
#ifndef API_DOCS_HTML_H
#define API_DOCS_HTML_H

#include <jansson.h>

#include "base/buf.h"

/** Text, with < > & " escaped. NULL is nothing. */
void docs_text(struct buf *out, const char *text);
/** The same, what stands between `backquotes` as code. */
void docs_prose(struct buf *out, const char *text);
/** Text as it is, any other value as compact JSON. */
void docs_scalar(struct buf *out, const json_t *value);
/** A scalar, a list of them ("a,b") or any other value as compact JSON; as code. */
void docs_value(struct buf *out, const json_t *value);
/** A member that is text, else "". Borrowed. */
const char *docs_member(const json_t *object, const char *key);
/** An item that is text, else "". Borrowed. */
const char *docs_item(const json_t *list, size_t i);
/** Follows "#/components/..." references. @return borrowed; NULL when it leads nowhere. */
const json_t *docs_resolve(const json_t *document, const json_t *thing);
/** What a schema allows, in words; schemas of components are linked, not repeated. */
void docs_type(struct buf *out, const json_t *schema);
/** Members of an object schema as rows of a table: name, meaning, type. */
void docs_members(struct buf *out, const json_t *schema);

#endif
