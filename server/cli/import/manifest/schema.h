/* schema.h - a JSON document against a JSON Schema (draft 2020-12), the keywords the manifest
 * needs.
 *
 * Known: $ref (into #/$defs), type, const, enum, required, properties, patternProperties,
 * additionalProperties, dependentRequired, items, minItems, maxItems, uniqueItems, minimum,
 * maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, pattern (a POSIX extended
 * regular expression), allOf, anyOf, oneOf, not, if/then/else. Annotations are passed over, but for
 * errorMessage ("rule; remedy", as editors know it), which replaces our own sentence for its
 * object. Any other keyword is a broken precondition: a schema that is only half obeyed would lie.
 * Pure but for the arena and the issues. One thread.
 */
#ifndef IMPORT_SCHEMA_H
#define IMPORT_SCHEMA_H

#include <jansson.h>

#include "base/arena.h"
#include "cli/import/issues.h"

/** The manifest's schema as text: config/manifest.schema.json, built into the program. */
extern const char schema_manifest_text[];
/** Parses it. @return new reference; NULL without memory. */
json_t *schema_manifest(void);

/** Every fault of the document is an issue with its path, such as "proxies[2].band".
 *  @param file  how messages call the document; paths and values are the arena's. */
void schema_check(const json_t *schema, const json_t *document, const char *file,
                  struct arena *arena, struct issues *issues);

#endif
