#include "api/docs_page.h"

#include <ctype.h>
#include <string.h>

#include "api/docs_html.h"

struct operation {
    const json_t *document, *body;
    const char *root;          /* of the page: "../" when it is one step down */
    const char *path, *method; /* "get" */
};

typedef void (*visit)(struct buf *out, const struct operation *o);

static bool has_tag(const struct operation *o, const char *tag)
{
    const json_t *tags = json_object_get(o->body, "tags");
    for (size_t i = 0; i < json_array_size(tags); i++) {
        if (strcmp(docs_item(tags, i), tag) == 0)
            return true;
    }
    return false;
}

static void for_operations(const json_t *document, const char *root, const char *tag, visit each,
                           struct buf *out)
{
    const char *path, *method;
    json_t *item, *body;
    json_object_foreach(json_object_get(document, "paths"), path, item)
    {
        json_object_foreach(item, method, body)
        {
            struct operation o = {document, body, root, path, method};
            if (has_tag(&o, tag))
                each(out, &o);
        }
    }
}

static void add_method(struct buf *out, const struct operation *o)
{
    for (const char *c = o->method; *c != '\0'; c++)
        buf_add_char(out, (char)toupper((unsigned char)*c));
}

static const json_t *parameter_at(const struct operation *o, size_t i)
{
    const json_t *list = json_object_get(o->body, "parameters");
    return docs_resolve(o->document, json_array_get(list, i));
}

static size_t parameter_count(const struct operation *o)
{
    return json_array_size(json_object_get(o->body, "parameters"));
}

/* ---- an example that works: the path filled in, and what it needs ---- */

static void add_plain(struct buf *out, const json_t *value)
{
    if (json_is_string(value))
        docs_text(out, json_string_value(value));
    else if (json_is_integer(value))
        buf_printf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        buf_add_json_double(out, json_real_value(value));
}

static void add_segment(struct buf *out, const struct operation *o, const char *name, size_t len)
{
    for (size_t i = 0; i < parameter_count(o); i++) {
        const json_t *p = parameter_at(o, i);
        const char *of = docs_member(p, "name");
        if (strlen(of) == len && memcmp(of, name, len) == 0)
            add_plain(out, json_object_get(p, "example"));
    }
}

static void add_address(struct buf *out, const struct operation *o)
{
    for (const char *at = o->path + (o->path[0] == '/');
         *at != '\0';) { /* relative: the page may be below a prefix */
        size_t plain = strcspn(at, "{");
        buf_add(out, at, plain);
        at += plain;
        if (*at == '{') {
            size_t len = strcspn(++at, "}");
            add_segment(out, o, at, len);
            at += len + (at[len] == '}');
        }
    }
    const char *before = "?";
    for (size_t i = 0; i < parameter_count(o); i++) {
        const json_t *p = parameter_at(o, i);
        bool is_needed = json_is_true(json_object_get(p, "required")) ||
                         json_object_get(p, "x-required-unless") != NULL;
        if (strcmp(docs_member(p, "in"), "query") != 0 || !is_needed)
            continue;
        buf_add_str(out, before);
        docs_text(out, docs_member(p, "name"));
        buf_add_char(out, '=');
        add_plain(out, json_object_get(p, "example"));
        before = "&amp;";
    }
}

static void add_example(struct buf *out, const struct operation *o)
{
    const json_t *body = json_object_get(o->body, "requestBody");
    if (body == NULL) {
        buf_add_str(out, "<p class=\"try\">Try <a href=\"");
        buf_add_str(out, o->root);
        add_address(out, o);
        buf_add_str(out, "\"><code>/");
        add_address(out, o);
        buf_add_str(out, "</code></a></p>\n");
        return;
    }
    const char *type;
    json_t *media;
    buf_add_str(out, "<p>Body: ");
    docs_prose(out, docs_member(body, "description"));
    buf_add_str(out, "</p>\n");
    json_object_foreach(json_object_get(body, "content"), type, media)
    {
        buf_add_str(out, "<p><code>");
        docs_text(out, type);
        buf_add_str(out, "</code>: ");
        docs_type(out, json_object_get(media, "schema"));
        buf_add_str(out, "</p>\n");
        if (json_object_get(media, "example") != NULL) {
            buf_add_str(out, "<pre tabindex=\"0\">");
            docs_value(out, json_object_get(media, "example"));
            buf_add_str(out, "</pre>\n");
        }
    }
}

/* ---- parameters ---- */

static void add_needs(struct buf *out, const json_t *thing)
{
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(thing, "x-needs"), name, value)
    {
        buf_add_str(out, " Needs <code>");
        docs_text(out, name);
        buf_add_char(out, '=');
        docs_text(out, json_string_value(value));
        buf_add_str(out, "</code>.");
    }
}

static void add_parameter(struct buf *out, const json_t *p)
{
    buf_add_str(out, "<tr><th scope=\"row\"><code>");
    docs_text(out, docs_member(p, "name"));
    bool is_needed = json_is_true(json_object_get(p, "required"));
    buf_printf(out, "</code>%s</th><td>", is_needed ? " *" : "");
    docs_prose(out, docs_member(p, "description"));
    add_needs(out, p);
    if (json_object_get(p, "example") != NULL) {
        buf_add_str(out, " Example: ");
        docs_value(out, json_object_get(p, "example"));
    }
    buf_add_str(out, "</td><td class=\"allowed\">");
    docs_type(out, json_object_get(p, "schema"));
    buf_add_str(out, json_object_get(p, "style") != NULL ? ", with commas between" : "");
    buf_add_str(out, "</td></tr>\n");
}

static void add_parameters(struct buf *out, const struct operation *o)
{
    if (parameter_count(o) == 0)
        return;
    buf_add_str(out,
                "<table><caption>Parameters (* = needed)</caption><thead><tr><th scope=\"col\">"
                "Name</th><th scope=\"col\">Meaning</th><th scope=\"col\">Values</th></tr>"
                "</thead><tbody>\n");
    for (size_t i = 0; i < parameter_count(o); i++)
        add_parameter(out, parameter_at(o, i));
    buf_add_str(out, "</tbody></table>\n");
}

/* ---- answers ---- */

static void add_columns(struct buf *out, const json_t *schema)
{
    const json_t *columns = json_object_get(schema, "x-columns");
    docs_prose(out, docs_member(schema, "description"));
    buf_add_str(out, json_array_size(columns) > 0 ? " Columns: " : "");
    for (size_t i = 0; i < json_array_size(columns); i++) {
        buf_add_str(out, i > 0 ? ", " : "");
        docs_value(out, json_array_get(columns, i));
    }
}

static void add_media(struct buf *out, json_t *content)
{
    const char *type;
    json_t *media;
    buf_add_str(out, "<ul>");
    json_object_foreach(content, type, media)
    {
        const json_t *schema = json_object_get(media, "schema");
        buf_add_str(out, "<li><code>");
        docs_text(out, type);
        buf_add_str(out, "</code>: ");
        if (json_object_get(schema, "x-columns") != NULL)
            add_columns(out, schema);
        else
            docs_type(out, schema);
        add_needs(out, media);
        buf_add_str(out, "</li>");
    }
    buf_add_str(out, "</ul>");
}

static void add_headers(struct buf *out, json_t *headers)
{
    const char *name;
    json_t *header;
    const char *before = "Headers: ";
    json_object_foreach(headers, name, header)
    {
        buf_printf(out, "%s<code>", before);
        docs_text(out, name);
        buf_add_str(out, "</code>");
        before = ", ";
    }
    (void)header;
}

static void add_answers(struct buf *out, const struct operation *o)
{
    const char *status;
    json_t *told;
    buf_add_str(out, "<table><caption>Answers</caption><thead><tr><th scope=\"col\">Status</th>"
                     "<th scope=\"col\">Meaning</th></tr></thead><tbody>\n");
    json_object_foreach(json_object_get(o->body, "responses"), status, told)
    {
        const json_t *response = docs_resolve(o->document, told);
        buf_add_str(out, "<tr><th scope=\"row\"><code>");
        docs_text(out, status);
        buf_add_str(out, "</code></th><td>");
        docs_prose(out, docs_member(response, "description"));
        if (strcmp(status, "200") == 0) {
            add_media(out, json_object_get(response, "content"));
            add_headers(out, json_object_get(response, "headers"));
        }
        buf_add_str(out, "</td></tr>\n");
    }
    buf_add_str(out, "</tbody></table>\n");
}

/* ---- the page ---- */

static void add_operation(struct buf *out, const struct operation *o)
{
    const char *id = docs_member(o->body, "operationId");
    buf_add_str(out, "<section aria-labelledby=\"");
    docs_text(out, id);
    buf_add_str(out, "\">\n<h3 id=\"");
    docs_text(out, id);
    buf_add_str(out, "\"><span class=\"method\">");
    add_method(out, o);
    buf_add_str(out, "</span> <code>");
    docs_text(out, o->path);
    buf_add_str(out, "</code></h3>\n<p><strong>");
    docs_text(out, docs_member(o->body, "summary"));
    buf_add_str(out, ".</strong> ");
    docs_prose(out, docs_member(o->body, "description"));
    buf_add_str(out, "</p>\n");
    add_example(out, o);
    add_parameters(out, o);
    add_answers(out, o);
    buf_add_str(out, "</section>\n");
}

static void add_link(struct buf *out, const struct operation *o)
{
    buf_add_str(out, "<li><a href=\"#");
    docs_text(out, docs_member(o->body, "operationId"));
    buf_add_str(out, "\">");
    if (strcmp(o->method, "get") != 0) {
        add_method(out, o);
        buf_add_char(out, ' ');
    }
    docs_text(out, o->path);
    buf_add_str(out, "</a></li>\n");
}

static void add_contents(struct buf *out, const json_t *document, const char *root)
{
    const json_t *tags = json_object_get(document, "tags");
    buf_add_str(out, "<nav id=\"contents\" aria-label=\"Addresses\">\n");
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *tag = docs_member(json_array_get(tags, i), "name");
        buf_add_str(out, "<h2>");
        docs_text(out, tag);
        buf_add_str(out, "</h2>\n<ul>\n");
        for_operations(document, root, tag, add_link, out);
        buf_add_str(out, "</ul>\n");
    }
    buf_add_str(out, "<h2>All</h2>\n<ul><li><a href=\"#problems\">Problems</a></li>"
                     "<li><a href=\"#schemas\">Schemas</a></li></ul>\n</nav>\n");
}

static void add_problems(struct buf *out, const json_t *document)
{
    const char *name;
    json_t *response;
    buf_add_str(out, "<h2 id=\"problems\">Problems</h2>\n<p>Whatever is refused is "
                     "<code>application/problem+json</code>, a "
                     "<a href=\"#schema-Problem\">Problem</a>.</p>\n");
    json_object_foreach(json_object_get(json_object_get(document, "components"), "responses"), name,
                        response)
    {
        const json_t *content = json_object_get(response, "content");
        const json_t *media = json_object_get(content, "application/problem+json");
        if (media == NULL)
            continue;
        buf_add_str(out, "<h3>");
        docs_text(out, name);
        buf_add_str(out, "</h3>\n<p>");
        docs_prose(out, docs_member(response, "description"));
        buf_add_str(out, "</p>\n");
        if (json_object_get(media, "example") == NULL)
            continue;
        buf_add_str(out, "<pre tabindex=\"0\">");
        docs_value(out, json_object_get(media, "example"));
        buf_add_str(out, "</pre>\n");
    }
}

static void add_schema(struct buf *out, const char *name, const json_t *schema)
{
    buf_add_str(out, "<h3 id=\"schema-");
    docs_text(out, name);
    buf_add_str(out, "\">");
    docs_text(out, name);
    buf_add_str(out, "</h3>\n<p>");
    docs_prose(out, docs_member(schema, "description"));
    const json_t *parts = json_object_get(schema, "allOf");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        buf_add_str(out, i > 0 ? ", " : " All of ");
        docs_type(out, json_array_get(parts, i));
    }
    buf_add_str(out, json_array_size(parts) > 0 ? ", and:</p>\n" : "</p>\n");
    if (json_object_get(schema, "properties") == NULL) {
        buf_add_str(out, "<p>");
        docs_type(out, schema);
        buf_add_str(out, "</p>\n");
        return;
    }
    buf_add_str(out, "<table><thead><tr><th scope=\"col\">Member (* = always there)</th><th "
                     "scope=\"col\">Meaning</th><th scope=\"col\">Type</th></tr></thead><tbody>\n");
    docs_members(out, schema);
    buf_add_str(out, "</tbody></table>\n");
}

static void add_head(struct buf *out, const char *root)
{
    static const char title[] = "Fluxgrid: addresses and parameters";
    buf_printf(out,
               "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<title>%s</title>\n"
               "<link rel=\"icon\" href=\"%sicon.svg\" type=\"image/svg+xml\">\n"
               "<link rel=\"stylesheet\" href=\"%sdocs.css\">\n</head>\n<body>\n",
               title, root, root);
    buf_printf(
        out,
        "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header>\n<h1>%s</h1>\n"
        "<p><a href=\"%s./\">The map</a> · <a href=\"%sopenapi.json\">openapi.json</a></p>\n"
        "</header>\n",
        title, root, root);
}

enum err docs_page(const json_t *document, const char *root, struct buf *out)
{
    const json_t *tags = json_object_get(document, "tags");
    add_head(out, root);
    add_contents(out, document, root);
    buf_add_str(out, "<main id=\"content\" tabindex=\"-1\">\n<p>");
    docs_prose(out, docs_member(json_object_get(document, "info"), "description"));
    buf_add_str(out, "</p>\n");
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const json_t *tag = json_array_get(tags, i);
        buf_add_str(out, "<h2>");
        docs_text(out, docs_member(tag, "name"));
        buf_add_str(out, ": ");
        docs_text(out, docs_member(tag, "description"));
        buf_add_str(out, "</h2>\n");
        for_operations(document, root, docs_member(tag, "name"), add_operation, out);
    }
    add_problems(out, document);
    buf_add_str(out, "<h2 id=\"schemas\">Schemas</h2>\n");
    const char *name;
    json_t *schema;
    json_t *schemas = json_object_get(json_object_get(document, "components"), "schemas");
    json_object_foreach(schemas, name, schema)
    {
        add_schema(out, name, schema);
    }
    buf_add_str(out, "</main>\n</body>\n</html>\n");
    return out->failed;
}
