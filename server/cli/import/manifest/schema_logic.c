/* Keywords that combine schemas: allOf, anyOf, oneOf, not, if/then/else. */
#include <limits.h>
#include <string.h>

#include "cli/import/manifest/schema_internal.h"

/* Faults against a schema, without saying them. */
static int faults_of(const struct checker *c, struct spot at)
{
    struct checker silent = *c;
    silent.issues = NULL;
    silent.faults = 0;
    schema_walk(&silent, at);
    return silent.faults;
}

static bool fits_type(const struct checker *c, struct spot at)
{
    const json_t *type = json_object_get(schema_resolve(c, at.schema), "type");
    return json_is_string(type) && schema_type_is(at.value, json_string_value(type));
}

/* An object's "kind": { "const": ... } says which alternative was meant. */
static bool fits_constant(const struct checker *c, struct spot at)
{
    const char *key;
    json_t *schema;
    json_object_foreach(json_object_get(schema_resolve(c, at.schema), "properties"), key, schema)
    {
        const json_t *constant = json_object_get(schema, "const");
        if (constant != NULL && json_equal(constant, json_object_get(at.value, key)) == 1) {
            return true;
        }
    }
    return false;
}

/* The alternative that was most likely meant: of the value's type, with the fewest faults. */
static void say_best(struct checker *c, struct spot at, const json_t *list)
{
    long best = LONG_MAX;
    struct spot meant = at;
    size_t i;
    json_t *schema;
    json_array_foreach((json_t *)list, i, schema)
    {
        struct spot one = {schema, at.value, at.path};
        long cost =
            faults_of(c, one) + (fits_type(c, one) ? 0 : 1000) - (fits_constant(c, one) ? 500 : 0);
        if (cost < best) {
            best = cost;
            meant = one;
        }
    }
    schema_walk(c, meant);
}

static void check_alternatives(struct checker *c, struct spot at, const char *word, bool is_one)
{
    const json_t *list = json_object_get(at.schema, word);
    int matching = 0;
    size_t i;
    json_t *schema;
    json_array_foreach((json_t *)list, i, schema)
    {
        matching += faults_of(c, (struct spot){schema, at.value, at.path}) == 0;
    }
    if (list == NULL || (matching > 0 && !is_one) || matching == 1) {
        return;
    }
    if (matching > 1) {
        schema_fault(c, at, "fits %d of its forms at once; leave out the keys of all but one",
                     matching);
    } else if (json_object_get(at.schema, "errorMessage") != NULL) {
        schema_fault(c, at, "has none of its forms; see docs/import.md");
    } else {
        say_best(c, at, list);
    }
}

void schema_check_logic(struct checker *c, struct spot at)
{
    size_t i;
    json_t *schema;
    json_array_foreach(json_object_get(at.schema, "allOf"), i, schema)
    {
        schema_walk(c, (struct spot){schema, at.value, at.path});
    }
    check_alternatives(c, at, "anyOf", false);
    check_alternatives(c, at, "oneOf", true);
    const json_t *not = json_object_get(at.schema, "not");
    if (not != NULL && faults_of(c, (struct spot){not, at.value, at.path}) == 0) {
        schema_fault(c, at, "must not have this form; see docs/import.md");
    }
    const json_t *condition = json_object_get(at.schema, "if");
    if (condition != NULL) {
        bool is_so = faults_of(c, (struct spot){condition, at.value, at.path}) == 0;
        const json_t *then = json_object_get(at.schema, is_so ? "then" : "else");
        if (then != NULL) {
            schema_walk(c, (struct spot){then, at.value, at.path});
        }
    }
}
