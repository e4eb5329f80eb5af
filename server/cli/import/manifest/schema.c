/* The walk over document and schema, and how a fault is said. */
#include "cli/import/manifest/schema_internal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX                                                                                  \
    64 /* of references and nesting: the schema is ours, jansson bounds the document */

/* What stands there, as text; NULL for objects and arrays, whose text would say nothing. */
static const char *value_text(struct checker *c, const json_t *value)
{
    if (json_is_string(value)) {
        return arena_strndup(c->arena, json_string_value(value), json_string_length(value));
    }
    if (json_is_integer(value)) {
        return arena_printf(c->arena, "%lld", (long long)json_integer_value(value));
    }
    if (json_is_real(value)) {
        return arena_printf(c->arena, "%.15g", json_real_value(value));
    }
    return json_is_true(value) ? "true" : json_is_false(value) ? "false" : NULL;
}

void schema_fault(struct checker *c, struct spot at, const char *rule, ...)
{
    c->faults++;
    if (c->issues == NULL) {
        return;
    }
    char text[ISSUES_LINE_BYTES];
    const char *own = json_string_value(json_object_get(at.schema, "errorMessage"));
    va_list arguments;
    va_start(arguments, rule);
    vsnprintf(text, sizeof text, rule, arguments);
    va_end(arguments);
    issues_add(c->issues,
               (struct place){.file = c->file, .column = at.path, .value = value_text(c, at.value)},
               "%s", own != NULL && at.value != NULL ? own : text);
}

const json_t *schema_resolve(const struct checker *c, const json_t *schema)
{
    static const char prefix[] = "#/$defs/";
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    if (ref == NULL) {
        return schema;
    }
    assert(strncmp(ref, prefix, strlen(prefix)) == 0);
    const json_t *found = json_object_get(json_object_get(c->root, "$defs"), ref + strlen(prefix));
    assert(found != NULL);
    return found;
}

const char *schema_member(struct checker *c, const char *path, const char *key)
{
    const char *text = path[0] == '\0' ? arena_printf(c->arena, "%s", key)
                                       : arena_printf(c->arena, "%s.%s", path, key);
    return text != NULL ? text : path;
}

const char *schema_item(struct checker *c, const char *path, size_t i)
{
    const char *text = arena_printf(c->arena, "%s[%zu]", path, i);
    return text != NULL ? text : path;
}

static void must_be_known(const json_t *schema)
{
    static const char known[] =
        " $schema $id $ref $defs $comment title description examples default errorMessage format "
        "type const enum required properties patternProperties additionalProperties "
        "dependentRequired items minItems maxItems uniqueItems minimum maximum exclusiveMinimum "
        "exclusiveMaximum minLength maxLength pattern allOf anyOf oneOf not if then else ";
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)schema, key, value)
    {
        const char *at = strstr(known, key);
        size_t len = strlen(key);
        while (at != NULL && (at[-1] != ' ' || at[len] != ' ')) {
            at = strstr(at + 1, key);
        }
        assert(at != NULL);
    }
}

void schema_walk(struct checker *c, struct spot at)
{
    if (json_is_boolean(at.schema)) {
        if (json_is_false(at.schema)) {
            schema_fault(c, at, "must not stand here; remove it");
        }
        return;
    }
    must_be_known(at.schema);
    assert(c->depth < DEPTH_MAX);
    c->depth++;
    const json_t *referred = schema_resolve(c, at.schema);
    int before = c->faults;
    if (referred != at.schema) {
        schema_walk(c, (struct spot){referred, at.value, at.path});
    }
    if (c->faults == before && schema_check_value(c, at)) {
        if (json_is_object(at.value)) {
            schema_check_object(c, at);
        } else if (json_is_array(at.value)) {
            schema_check_array(c, at);
        }
        schema_check_logic(c, at);
    }
    c->depth--;
}

json_t *schema_manifest(void)
{
    json_error_t fault;
    return json_loads(schema_manifest_text, JSON_REJECT_DUPLICATES, &fault);
}

void schema_check(const json_t *schema, const json_t *document, const char *file,
                  struct arena *arena, struct issues *issues)
{
    struct checker c = {.root = schema, .file = file, .arena = arena, .issues = issues};
    schema_walk(&c, (struct spot){schema, document, ""});
}
