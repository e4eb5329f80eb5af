/* docs_page.h - openapi.json as one HTML page without script: operations, problems, schemas. Pure.
 */
#ifndef API_DOCS_PAGE_H
#define API_DOCS_PAGE_H

#include <jansson.h>

#include "base/buf.h"

/** @param document  an OpenAPI 3.1 document; what it lacks is left out.
 *  @param root  the way from the page to the root of the server: "" or "../".
 *  @return what is wrong with the buffer. */
enum err docs_page(const json_t *document, const char *root, struct buf *out) MUST_CHECK;

#endif
