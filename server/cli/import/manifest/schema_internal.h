/* schema_internal.h - what the keywords' checks share. */
#ifndef IMPORT_SCHEMA_INTERNAL_H
#define IMPORT_SCHEMA_INTERNAL_H

#include "cli/import/manifest/schema.h"

struct checker {
    const json_t *root; /* the schema as a whole, for $ref */
    const char *file;
    struct arena *arena;
    struct issues *issues; /* NULL: faults are only counted, for trying an alternative */
    int faults;
    int depth;
};

/** A value, where it stands, and the schema it must meet. */
struct spot {
    const json_t *schema;
    const json_t *value; /* NULL: the fault is that it is not there */
    const char *path;
};

/** Counts a fault and says it, in the schema's own words if it has some. */
void schema_fault(struct checker *c, struct spot at, const char *rule, ...) PRINTF_LIKE(3, 4);
/** The schema that "$ref" names, else the schema itself. */
const json_t *schema_resolve(const struct checker *c, const json_t *schema);
bool schema_type_is(const json_t *value, const char *type);
/** A path below another: "proxies" + key, or "proxies[2]". */
const char *schema_member(struct checker *c, const char *path, const char *key);
const char *schema_item(struct checker *c, const char *path, size_t i);

/** Walks one value; called by all that descend. */
void schema_walk(struct checker *c, struct spot at);
/** Keywords about a value itself: type, const, enum, numbers, texts. @return false when the type is
 *  wrong, so that nothing else needs saying. */
bool schema_check_value(struct checker *c, struct spot at);
void schema_check_object(struct checker *c, struct spot at);
void schema_check_array(struct checker *c, struct spot at);
/** allOf, anyOf, oneOf, not, if. */
void schema_check_logic(struct checker *c, struct spot at);

#endif
