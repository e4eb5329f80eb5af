/* docs.h - openapi.json of this server, as it was read at the start. */
#ifndef API_DOCS_H
#define API_DOCS_H

#include <jansson.h>

#include "http/handler.h"
#include "http/ready.h"

/** The file, a reference to it. @return ERR_NOT_FOUND where the server has none. */
enum err docs_file(const struct http_state *s, struct ready **out, struct why *why) MUST_CHECK;
/** Its document; the caller's. @return ERR_INTERNAL when it is no JSON. */
enum err docs_document(const struct ready *file, json_t **out, struct why *why) MUST_CHECK;

#endif
