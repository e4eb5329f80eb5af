/* definition.h - of openapi.json, the part that is about OGC API, in the words of OpenAPI 3.0.
 *
 * The document of the server is OpenAPI 3.1, which clients of OGC API do not read yet. Pure.
 */
#ifndef API_OGC_DEFINITION_H
#define API_OGC_DEFINITION_H

#include <stdbool.h>

#include <jansson.h>

/** Keeps the addresses below /ogc and the components that they need. Changes the document.
 *  @return false when memory ran out. */
bool ogc_definition_cut(json_t *document);
/** Turns what 3.1 says otherwise into 3.0: types with null, const, references with siblings.
 *  @param server  the address that paths are below. @return false when memory ran out. */
bool ogc_definition_to_30(json_t *document, const char *server);

#endif
