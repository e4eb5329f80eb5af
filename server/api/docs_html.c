#include "api/docs_html.h"
#include "base/spare_memory.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8 /* of objects within objects */

void docs_text(struct buf *out, const char *text)
{
    if (text != NULL)
        buf_add_markup(out, text, strlen(text));
}

void docs_prose(struct buf *out, const char *text)
{
    bool is_code = false;
    while (text != NULL) {
        size_t len = strcspn(text, "`");
        buf_add_markup(out, text, len);
        if (text[len] == '\0')
            break;
        is_code = !is_code;
        buf_add_str(out, is_code ? "<code>" : "</code>");
        text += len + 1;
    }
    if (is_code)
        buf_add_str(out, "</code>");
}

void docs_scalar(struct buf *out, const json_t *value)
{
    if (json_is_string(value)) {
        docs_text(out, json_string_value(value));
        return;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12));
    if (text == NULL)
        out->failed = ERR_NO_MEMORY;
    docs_text(out, text);
    spare_free(text);
}

static bool is_plain_list(const json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (json_is_object(item) || json_is_array(item))
            return false;
    }
    return json_array_size(value) > 0;
}

void docs_value(struct buf *out, const json_t *value)
{
    buf_add_str(out, "<code>");
    if (is_plain_list(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            buf_add_str(out, i > 0 ? "," : "");
            docs_scalar(out, json_array_get(value, i));
        }
    } else {
        docs_scalar(out, value);
    }
    buf_add_str(out, "</code>");
}

const char *docs_member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

const char *docs_item(const json_t *list, size_t i)
{
    const char *text = json_string_value(json_array_get(list, i));
    return text != NULL ? text : "";
}

const json_t *docs_resolve(const json_t *document, const json_t *thing)
{
    const char *at = json_string_value(json_object_get(thing, "$ref"));
    if (at == NULL)
        return thing;
    const json_t *found = document;
    for (at += strcspn(at, "/"); *at == '/' && found != NULL;) {
        size_t len = strcspn(++at, "/");
        found = json_object_getn(found, at, len);
        at += len;
    }
    return found;
}

static void add_type(struct buf *out, const json_t *schema, int depth);

static void add_choice(struct buf *out, const json_t *list, int depth)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_add_str(out, i > 0 ? " or " : "");
        add_type(out, json_array_get(list, i), depth);
    }
}

/* "integer", or "number or null". */
static void add_names(struct buf *out, const json_t *type)
{
    if (json_is_string(type))
        docs_text(out, json_string_value(type));
    for (size_t i = 0; i < json_array_size(type); i++)
        buf_printf(out, "%s%s", i > 0 ? " or " : "", docs_item(type, i));
}

static void add_bounds(struct buf *out, const json_t *schema)
{
    static const char *const bounds[][2] = {{"minimum", "maximum"}, {"minLength", "maxLength"}};
    for (size_t i = 0; i < 2; i++) {
        const json_t *low = json_object_get(schema, bounds[i][0]);
        const json_t *high = json_object_get(schema, bounds[i][1]);
        if (low == NULL && high == NULL)
            continue;
        buf_add_char(out, ' ');
        if (low != NULL)
            docs_value(out, low);
        buf_add_str(out, "..");
        if (high != NULL)
            docs_value(out, high);
        buf_add_str(out, i == 1 ? " bytes" : "");
    }
}

static void add_inline_object(struct buf *out, const json_t *schema, int depth)
{
    const char *name;
    json_t *member;
    buf_add_str(out, "object with<ul>");
    json_object_foreach(json_object_get(schema, "properties"), name, member)
    {
        buf_add_str(out, "<li><code>");
        docs_text(out, name);
        buf_add_str(out, "</code>: ");
        add_type(out, member, depth);
        if (docs_member(member, "description")[0] != '\0')
            buf_add_str(out, ". ");
        docs_prose(out, docs_member(member, "description"));
        buf_add_str(out, "</li>");
    }
    buf_add_str(out, "</ul>");
}

static bool is_of(const json_t *schema, const char *type)
{
    const json_t *names = json_object_get(schema, "type");
    if (json_is_string(names))
        return strcmp(json_string_value(names), type) == 0;
    for (size_t i = 0; i < json_array_size(names); i++) {
        if (strcmp(docs_item(names, i), type) == 0)
            return true;
    }
    return false;
}

static void add_reference(struct buf *out, const char *reference)
{
    const char *name = strrchr(reference, '/');
    name = name != NULL ? name + 1 : reference;
    buf_add_str(out, "<a href=\"#schema-");
    docs_text(out, name);
    buf_add_str(out, "\">");
    docs_text(out, name);
    buf_add_str(out, "</a>");
}

static void add_words(struct buf *out, const json_t *words)
{
    for (size_t i = 0; i < json_array_size(words); i++) {
        buf_add_str(out, i > 0 ? ", " : "");
        docs_value(out, json_array_get(words, i));
    }
}

/* A container: a list, an object of its own, or a map from names. @return false when it is none. */
static bool add_container(struct buf *out, const json_t *schema, int depth)
{
    const json_t *items = json_object_get(schema, "items");
    const json_t *others = json_object_get(schema, "additionalProperties");
    if (is_of(schema, "array") && items != NULL) {
        buf_add_str(out, is_of(schema, "null") ? "null or list of " : "list of ");
        add_type(out, items, depth);
    } else if (json_object_get(schema, "properties") != NULL) {
        add_inline_object(out, schema, depth);
    } else if (json_is_object(others)) {
        buf_add_str(out, "object, by name: ");
        add_type(out, others, depth);
    } else {
        return false;
    }
    return true;
}

static void add_type(struct buf *out, const json_t *schema, int depth)
{
    const json_t *reference = json_object_get(schema, "$ref");
    const json_t *choice = json_object_get(schema, "anyOf");
    if (choice == NULL)
        choice = json_object_get(schema, "oneOf");
    if (depth >= DEPTH_MAX)
        buf_add_str(out, "…");
    else if (reference != NULL)
        add_reference(out, docs_member(schema, "$ref"));
    else if (choice != NULL)
        add_choice(out, choice, depth + 1);
    else if (json_object_get(schema, "const") != NULL)
        docs_value(out, json_object_get(schema, "const"));
    else if (json_object_get(schema, "enum") != NULL)
        add_words(out, json_object_get(schema, "enum"));
    else if (!add_container(out, schema, depth + 1)) {
        add_names(out, json_object_get(schema, "type"));
        add_bounds(out, schema);
    }
}

void docs_type(struct buf *out, const json_t *schema)
{
    add_type(out, schema, 0);
    if (json_object_get(schema, "default") == NULL)
        return;
    buf_add_str(out, "; default ");
    docs_value(out, json_object_get(schema, "default"));
}

static bool is_required(const json_t *schema, const char *name)
{
    const json_t *list = json_object_get(schema, "required");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(docs_item(list, i), name) == 0)
            return true;
    }
    return false;
}

void docs_members(struct buf *out, const json_t *schema)
{
    const char *name;
    json_t *member;
    json_object_foreach(json_object_get(schema, "properties"), name, member)
    {
        buf_add_str(out, "<tr><th scope=\"row\"><code>");
        docs_text(out, name);
        buf_printf(out, "</code>%s</th><td>", is_required(schema, name) ? " *" : "");
        docs_prose(out, docs_member(member, "description"));
        buf_add_str(out, "</td><td class=\"allowed\">");
        docs_type(out, member);
        buf_add_str(out, "</td></tr>\n");
    }
}
