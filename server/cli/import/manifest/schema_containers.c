/* Keywords about objects and arrays. */
#include <regex.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/import/manifest/schema_internal.h"
#include "inventory/allowed.h"

#define DESCRIPTION_SHOWN_BYTES 160
#define KEY_LONGEST             32

/* Edits that make one word the other (insert, delete, replace), for "did you mean". */
static int distance(const char *a, const char *b)
{
    int row[KEY_LONGEST + 1];
    int n = (int)strlen(b);
    for (int k = 0; k <= n; k++) {
        row[k] = k;
    }
    for (int i = 0; a[i] != '\0'; i++) {
        int corner = row[0];
        row[0] = i + 1;
        for (int k = 0; k < n; k++) {
            int best = corner + (a[i] != b[k]);
            corner = row[k + 1];
            best = best < row[k] + 1 ? best : row[k] + 1;
            row[k + 1] = best < corner + 1 ? best : corner + 1;
        }
    }
    return row[n];
}

static const char *nearest_key(const json_t *properties, const char *key)
{
    const char *best = NULL;
    int least = 3; /* more edits than that is another word */
    const char *known;
    json_t *schema;
    json_object_foreach((json_t *)properties, known, schema)
    {
        if (strlen(key) <= KEY_LONGEST && strlen(known) <= KEY_LONGEST) {
            int edits = distance(key, known);
            best = edits < least ? known : best;
            least = edits < least ? edits : least;
        }
    }
    return best;
}

static void unknown_key(struct checker *c, struct spot at, const char *key)
{
    const json_t *properties = json_object_get(at.schema, "properties");
    const char *nearest = nearest_key(properties, key);
    struct spot member = {NULL, json_object_get(at.value, key), schema_member(c, at.path, key)};
    if (nearest != NULL) {
        schema_fault(c, member, "is not a key that is known here; did you mean \"%s\"?", nearest);
        return;
    }
    struct allowed list = {0};
    const char *known;
    json_t *schema;
    json_object_foreach((json_t *)properties, known, schema)
    {
        allowed_add(&list, known);
    }
    schema_fault(c, member, "is not a key that is known here; remove it, known are %s", list.text);
}

static bool key_matches(const char *pattern, const char *key)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        return false;
    }
    bool is_match = regexec(&compiled, key, 0, NULL, 0) == 0;
    regfree(&compiled);
    return is_match;
}

static void check_member(struct checker *c, struct spot at, const char *key, const json_t *value)
{
    const char *path = schema_member(c, at.path, key);
    const json_t *schema = json_object_get(json_object_get(at.schema, "properties"), key);
    const json_t *more = json_object_get(at.schema, "additionalProperties");
    bool is_known = schema != NULL;
    if (schema != NULL) {
        schema_walk(c, (struct spot){schema, value, path});
    }
    const char *pattern;
    json_t *of_pattern;
    json_object_foreach(json_object_get(at.schema, "patternProperties"), pattern, of_pattern)
    {
        if (key_matches(pattern, key)) {
            is_known = true;
            schema_walk(c, (struct spot){of_pattern, value, path});
        }
    }
    if (!is_known && json_is_false(more)) {
        unknown_key(c, at, key);
    } else if (!is_known && more != NULL) {
        schema_walk(c, (struct spot){more, value, path});
    }
}

/* What is missing, with the first words of what it is. */
static void missing(struct checker *c, struct spot at, const char *key)
{
    const json_t *schema = json_object_get(json_object_get(at.schema, "properties"), key);
    const char *about = json_string_value(json_object_get(schema, "description"));
    if (about == NULL) {
        about = json_string_value(json_object_get(schema_resolve(c, schema), "description"));
    }
    struct spot member = {at.schema, NULL, schema_member(c, at.path, key)};
    if (about == NULL) {
        schema_fault(c, member, "is missing; add it");
        return;
    }
    size_t len = strlen(about);
    len = len > DESCRIPTION_SHOWN_BYTES ? utf8_floor(about, DESCRIPTION_SHOWN_BYTES) : len;
    schema_fault(c, member, "is missing; add it: %.*s", (int)len, about);
}

static void check_required(struct checker *c, struct spot at)
{
    size_t i;
    json_t *key;
    json_array_foreach(json_object_get(at.schema, "required"), i, key)
    {
        if (json_object_get(at.value, json_string_value(key)) == NULL) {
            missing(c, at, json_string_value(key));
        }
    }
    const char *given;
    json_t *needed;
    json_object_foreach(json_object_get(at.schema, "dependentRequired"), given, needed)
    {
        json_array_foreach(needed, i, key)
        {
            if (json_object_get(at.value, given) != NULL &&
                json_object_get(at.value, json_string_value(key)) == NULL) {
                schema_fault(c,
                             (struct spot){at.schema, NULL,
                                           schema_member(c, at.path, json_string_value(key))},
                             "is missing, and \"%s\" needs it; add it", given);
            }
        }
    }
}

void schema_check_object(struct checker *c, struct spot at)
{
    const char *key;
    json_t *value;
    check_required(c, at);
    json_object_foreach((json_t *)at.value, key, value)
    {
        check_member(c, at, key, value);
    }
}

static void check_unique(struct checker *c, struct spot at)
{
    size_t n = json_array_size(at.value);
    for (size_t i = 1; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (json_equal(json_array_get(at.value, i), json_array_get(at.value, k)) == 1) {
                schema_fault(
                    c, (struct spot){NULL, json_array_get(at.value, i), schema_item(c, at.path, i)},
                    "stands in the list twice; remove one");
                return;
            }
        }
    }
}

void schema_check_array(struct checker *c, struct spot at)
{
    size_t n = json_array_size(at.value);
    const json_t *low = json_object_get(at.schema, "minItems");
    const json_t *high = json_object_get(at.schema, "maxItems");
    const json_t *items = json_object_get(at.schema, "items");
    if (low != NULL && n < (size_t)json_integer_value(low)) {
        schema_fault(c, at, "must list at least %lld; add what is missing",
                     (long long)json_integer_value(low));
    }
    if (high != NULL && n > (size_t)json_integer_value(high)) {
        schema_fault(c, at, "must list at most %lld; remove some",
                     (long long)json_integer_value(high));
    }
    if (json_is_true(json_object_get(at.schema, "uniqueItems"))) {
        check_unique(c, at);
    }
    for (size_t i = 0; items != NULL && i < n; i++) {
        schema_walk(c,
                    (struct spot){items, json_array_get(at.value, i), schema_item(c, at.path, i)});
    }
}
