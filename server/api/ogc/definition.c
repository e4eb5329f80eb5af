#include "api/ogc/definition.h"

#include <string.h>

#define PREFIX    "/ogc"
#define DEPTH_MAX 64 /* of a document that the project wrote itself */

/* ---- what is about OGC API ---------------------------------------------------------------- */

static bool is_ours(const char *path)
{
    size_t len = strlen(PREFIX);
    return strncmp(path, PREFIX, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static void cut_paths(json_t *paths)
{
    const char *path;
    json_t *item;
    void *next;
    json_object_foreach_safe(paths, next, path, item)
    {
        if (!is_ours(path))
            (void)json_object_del(paths, path);
    }
}

/* Notes "#/components/..." that a value leads to, as keys of `seen`; those it had not are counted.
 */
static bool note_references(const json_t *value, json_t *seen, size_t *found, int depth)
{
    const char *key;
    json_t *part;
    size_t i;
    if (depth == 0)
        return false;
    json_array_foreach((json_t *)value, i, part)
    {
        if (!note_references(part, seen, found, depth - 1))
            return false;
    }
    json_object_foreach((json_t *)value, key, part)
    {
        bool is_new = strcmp(key, "$ref") == 0 && json_is_string(part) &&
                      json_object_get(seen, json_string_value(part)) == NULL;
        if (is_new && json_object_set_new(seen, json_string_value(part), json_true()) != 0)
            return false;
        *found += is_new;
        if (!note_references(part, seen, found, depth - 1))
            return false;
    }
    return true;
}

static bool is_seen(const json_t *seen, const char *kind, const char *name)
{
    json_t *reference = json_sprintf("#/components/%s/%s", kind, name);
    bool is_there = json_object_get(seen, json_string_value(reference)) != NULL;
    json_decref(reference);
    return is_there;
}

/* What is seen may lead to more. */
static bool note_closure(const json_t *document, json_t *seen)
{
    const json_t *components = json_object_get(document, "components");
    size_t found = 0, before;
    bool is_ok = note_references(json_object_get(document, "paths"), seen, &found, DEPTH_MAX);
    do {
        const char *kind, *name;
        json_t *things, *thing;
        before = found;
        json_object_foreach((json_t *)components, kind, things)
        {
            json_object_foreach(things, name, thing)
            {
                if (is_ok && is_seen(seen, kind, name))
                    is_ok = note_references(thing, seen, &found, DEPTH_MAX);
            }
        }
    } while (is_ok && found > before);
    return is_ok;
}

static void cut_components(json_t *components, const json_t *seen)
{
    const char *kind, *name;
    json_t *things, *thing;
    void *next;
    json_object_foreach(components, kind, things)
    {
        json_object_foreach_safe(things, next, name, thing)
        {
            if (!is_seen(seen, kind, name))
                (void)json_object_del(things, name);
        }
    }
}

static bool cut_tags(json_t *document)
{
    json_t *tags = json_object_get(document, "tags");
    for (size_t i = json_array_size(tags); i > 0; i--) {
        const char *name = json_string_value(json_object_get(json_array_get(tags, i - 1), "name"));
        bool is_used = false;
        const char *path, *method;
        json_t *item, *operation;
        json_object_foreach(json_object_get(document, "paths"), path, item)
        {
            json_object_foreach(item, method, operation)
            {
                const json_t *own = json_array_get(json_object_get(operation, "tags"), 0);
                is_used |= own != NULL && name != NULL && strcmp(json_string_value(own), name) == 0;
            }
        }
        if (!is_used && json_array_remove(tags, i - 1) != 0)
            return false;
    }
    return true;
}

bool ogc_definition_cut(json_t *document)
{
    json_t *seen = json_object();
    cut_paths(json_object_get(document, "paths"));
    bool is_ok = seen != NULL && cut_tags(document) && note_closure(document, seen);
    if (is_ok)
        cut_components(json_object_get(document, "components"), seen);
    json_decref(seen);
    return is_ok;
}

/* ---- 3.1 -> 3.0 --------------------------------------------------------------------------- */

/* ["number", "null"] -> "number", nullable; several types -> any of them. */
static bool turn_type(json_t *schema)
{
    json_t *types = json_object_get(schema, "type");
    if (!json_is_array(types))
        return true;
    json_t *any = json_array(), *type;
    bool is_nullable = false, is_ok = any != NULL;
    size_t i;
    json_array_foreach(types, i, type)
    {
        if (strcmp(json_string_value(type), "null") == 0)
            is_nullable = true;
        else
            is_ok = is_ok && json_array_append_new(any, json_pack("{s:O}", "type", type)) == 0;
    }
    json_t *only = json_object_get(json_array_get(any, 0), "type");
    if (is_ok && json_array_size(any) == 1)
        is_ok = json_object_set(schema, "type", only) == 0;
    else
        is_ok = is_ok && json_object_set(schema, "anyOf", any) == 0 &&
                json_object_del(schema, "type") == 0;
    if (is_ok && is_nullable)
        is_ok = json_object_set_new(schema, "nullable", json_true()) == 0;
    json_decref(any);
    return is_ok;
}

static bool turn_const(json_t *schema)
{
    json_t *value = json_object_get(schema, "const");
    if (value == NULL)
        return true;
    bool has_type = json_object_get(schema, "type") != NULL;
    const char *type = json_is_boolean(value)   ? "boolean"
                       : json_is_integer(value) ? "integer"
                       : json_is_number(value)  ? "number"
                                                : "string";
    return json_object_set_new(schema, "enum", json_pack("[O]", value)) == 0 &&
           (has_type || json_object_set_new(schema, "type", json_string(type)) == 0) &&
           json_object_del(schema, "const") == 0;
}

static bool turn_bound(json_t *schema, const char *exclusive, const char *bound)
{
    json_t *limit = json_object_get(schema, exclusive);
    if (!json_is_number(limit))
        return true;
    return json_object_set(schema, bound, limit) == 0 &&
           json_object_set_new(schema, exclusive, json_true()) == 0;
}

/* Beside a reference 3.0 sees nothing. */
static bool turn_reference(json_t *schema)
{
    json_t *reference = json_object_get(schema, "$ref");
    if (reference == NULL || json_object_size(schema) == 1)
        return true;
    json_t *all = json_pack("[{s:O}]", "$ref", reference);
    return json_object_del(schema, "$ref") == 0 && json_object_set_new(schema, "allOf", all) == 0;
}

/* A list of anything. */
static bool turn_list(json_t *schema)
{
    const char *type = json_string_value(json_object_get(schema, "type"));
    bool is_open =
        type != NULL && strcmp(type, "array") == 0 && json_object_get(schema, "items") == NULL;
    return !is_open || json_object_set_new(schema, "items", json_object()) == 0;
}

/* Bytes that are no JSON. */
static bool turn_bytes(json_t *schema)
{
    if (json_object_get(schema, "contentMediaType") == NULL)
        return true;
    return json_object_del(schema, "contentMediaType") == 0 &&
           json_object_set_new(schema, "format", json_string("binary")) == 0;
}

static bool turn_schema(json_t *schema)
{
    if (json_object_get(schema, "unevaluatedProperties") != NULL)
        (void)json_object_del(schema, "unevaluatedProperties");
    return turn_type(schema) && turn_list(schema) && turn_bytes(schema) && turn_const(schema) &&
           turn_reference(schema) && turn_bound(schema, "exclusiveMaximum", "maximum") &&
           turn_bound(schema, "exclusiveMinimum", "minimum");
}

static bool turn_within(json_t *value, int depth);

/* Properties may bear any name: below "properties" names are no keywords. */
static bool turn_members(json_t *object, bool are_names, int depth)
{
    const char *key;
    json_t *part;
    void *next;
    json_object_foreach_safe(object, next, key, part)
    {
        bool is_data = !are_names && (strcmp(key, "example") == 0 || strcmp(key, "enum") == 0 ||
                                      strcmp(key, "default") == 0 || strncmp(key, "x-", 2) == 0);
        if (is_data)
            continue;
        bool are_names_below = !are_names && strcmp(key, "properties") == 0;
        bool is_ok =
            are_names_below ? turn_members(part, true, depth - 1) : turn_within(part, depth - 1);
        if (!is_ok)
            return false;
    }
    return true;
}

static bool turn_within(json_t *value, int depth)
{
    size_t i;
    json_t *part;
    if (depth == 0)
        return false;
    json_array_foreach(value, i, part)
    {
        if (!turn_within(part, depth - 1))
            return false;
    }
    if (!json_is_object(value))
        return true;
    return turn_members(value, false, depth) && turn_schema(value);
}

bool ogc_definition_to_30(json_t *document, const char *server)
{
    json_t *info = json_object_get(document, "info");
    (void)json_object_del(info, "summary");
    (void)json_object_del(json_object_get(info, "license"), "identifier");
    json_t *servers = json_pack("[{s:s}]", "url", server);
    return json_object_set_new(document, "openapi", json_string("3.0.3")) == 0 &&
           json_object_set_new(document, "servers", servers) == 0 &&
           turn_within(json_object_get(document, "paths"), DEPTH_MAX) &&
           turn_within(json_object_get(document, "components"), DEPTH_MAX);
}
