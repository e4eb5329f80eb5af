#include "api/ogc/page.h"

#include <string.h>

#include "api/docs_html.h"

#define DEPTH_MAX 8 /* of members within members */

static void add_value(struct buf *out, const json_t *value, int depth);

/* "../" for each step from the page up to where the styles are: the server may lie below a prefix
 * that only the proxy knows. */
static void add_root(struct buf *out, const struct ogc_place *at)
{
    const char *const parts[] = {at->path + 1, at->subject};
    for (size_t i = 0; i < 2; i++) {
        for (const char *c = strchr(parts[i], '/'); c != NULL; c = strchr(c + 1, '/'))
            buf_add_str(out, "../");
    }
}

static bool is_address(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    return scheme > 0 && text[scheme] != '\0' && strpbrk(text, " \t\n\r") == NULL;
}

static void add_text(struct buf *out, const char *text)
{
    if (!is_address(text)) {
        docs_text(out, text);
        return;
    }
    buf_add_str(out, "<a href=\"");
    docs_text(out, text);
    buf_add_str(out, "\">");
    docs_text(out, text);
    buf_add_str(out, "</a>");
}

/* An address with {gaps} leads nowhere as it stands. */
static void add_template(struct buf *out, const json_t *link)
{
    docs_text(out, docs_member(link, "title"));
    buf_add_str(out, " <code>");
    docs_text(out, docs_member(link, "href"));
    buf_add_str(out, "</code>");
}

static void add_link(struct buf *out, const json_t *link)
{
    const char *title = docs_member(link, "title");
    if (json_is_true(json_object_get(link, "templated"))) {
        add_template(out, link);
        return;
    }
    buf_add_str(out, "<a rel=\"");
    docs_text(out, docs_member(link, "rel"));
    buf_add_str(out, "\" href=\"");
    docs_text(out, docs_member(link, "href"));
    buf_add_str(out, "\">");
    docs_text(out, title[0] != '\0' ? title : docs_member(link, "href"));
    buf_add_str(out, "</a> <code>");
    docs_text(out, docs_member(link, "type"));
    buf_add_str(out, "</code>");
}

static bool is_link(const json_t *value)
{
    return json_is_string(json_object_get(value, "href")) &&
           json_is_string(json_object_get(value, "rel"));
}

static bool has_parts(const json_t *value)
{
    return json_is_object(value) || json_is_array(value);
}

static void add_list(struct buf *out, const json_t *list, int depth)
{
    bool is_long = false;
    for (size_t i = 0; i < json_array_size(list); i++)
        is_long |= has_parts(json_array_get(list, i)) || is_address(docs_item(list, i));
    buf_add_str(out, is_long ? "<ul>" : "");
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_add_str(out, is_long ? "<li>" : i > 0 ? ", " : "");
        add_value(out, json_array_get(list, i), depth);
        buf_add_str(out, is_long ? "</li>\n" : "");
    }
    buf_add_str(out, is_long ? "</ul>" : "");
}

static bool is_among(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

static void add_members(struct buf *out, const json_t *object, const char *const *but, int depth)
{
    const char *name;
    json_t *value;
    buf_add_str(out, "<table><tbody>\n");
    json_object_foreach((json_t *)object, name, value)
    {
        if (is_among(name, but))
            continue;
        buf_add_str(out, "<tr><th scope=\"row\">");
        docs_text(out, name);
        buf_add_str(out, "</th><td>");
        add_value(out, value, depth);
        buf_add_str(out, "</td></tr>\n");
    }
    buf_add_str(out, "</tbody></table>\n");
}

static void add_value(struct buf *out, const json_t *value, int depth)
{
    static const char *const none[] = {NULL};
    if (json_is_string(value))
        add_text(out, json_string_value(value));
    else if (depth == 0 || !has_parts(value))
        docs_scalar(out, value);
    else if (is_link(value))
        add_link(out, value);
    else if (json_is_array(value))
        add_list(out, value, depth - 1);
    else
        add_members(out, value, none, depth - 1);
}

void ogc_page_value(struct buf *out, const json_t *value)
{
    add_value(out, value, DEPTH_MAX);
}

void ogc_page_members(struct buf *out, const json_t *object, const char *const *but)
{
    add_members(out, object, but, DEPTH_MAX);
}

struct ogc_place ogc_place_of(const struct answer *a)
{
    bool has_release = a->params.release >= 0;
    return (struct ogc_place){.base_url = a->base_url,
                              .path = a->kind->path,
                              .subject = a->subject_text,
                              .release = has_release ? answer_release(a)->pinned : NULL,
                              .released = strlen(a->kind->path)};
}

/* "/ogc/collections" as a link, with the release that the page is about where the step takes one.
 * A map is a picture: it has no page. */
static void add_step(struct buf *out, const struct ogc_place *at, size_t len, bool is_up)
{
    const char *name = at->path + len;
    while (name[-1] != '/')
        name--;
    size_t name_len = (size_t)(at->path + len - name);
    bool is_map = name_len == 3 && strncmp(name, "map", 3) == 0;
    buf_printf(out, "<li><a%s href=\"", is_up ? " rel=\"up\"" : "");
    docs_text(out, at->base_url);
    buf_add_markup(out, at->path, len);
    buf_add_str(out, is_map ? "" : "?f=html");
    if (at->release != NULL && len <= at->released && strncmp(at->path, "/ogc", len) != 0) {
        buf_add_str(out, "&amp;release=");
        docs_text(out, at->release);
    }
    buf_add_str(out, "\">");
    buf_add_markup(out, name, name_len);
    buf_add_str(out, "</a></li>\n");
}

static void add_way_up(struct buf *out, const struct ogc_place *at)
{
    const char *path = at->path;
    size_t all = strlen(path);
    size_t end = strcspn(path + 1, "/") + 1;
    buf_add_str(out, "<h2>Up</h2>\n<ul>\n<li><a href=\"");
    add_root(out, at);
    buf_add_str(out, "./\">The map</a></li>\n");
    while (end < all) {
        size_t next = end + 1 + strcspn(path + end + 1, "/");
        bool is_up = path[end + 1] == '\0' || (next == all && path[all - 1] != '/');
        add_step(out, at, end, is_up);
        end = next;
    }
    buf_add_str(out, "</ul>\n");
}

void ogc_page_open(struct buf *out, const struct ogc_place *at, const char *title,
                   const json_t *links)
{
    buf_add_str(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<title>");
    docs_text(out, title);
    buf_add_str(out, "</title>\n<link rel=\"icon\" href=\"");
    add_root(out, at);
    buf_add_str(out, "icon.svg\" type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"");
    add_root(out, at);
    buf_add_str(out, "docs.css\">\n</head>\n<body>\n"
                     "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<header>\n<h1>");
    docs_text(out, title);
    buf_add_str(out, "</h1>\n</header>\n<nav aria-label=\"Links\">\n");
    add_way_up(out, at);
    if (json_array_size(links) > 0) {
        buf_add_str(out, "<h2>Links</h2>\n");
        ogc_page_value(out, links);
    }
    buf_add_str(out, "\n</nav>\n<main id=\"content\" tabindex=\"-1\">\n");
}

void ogc_page_close(struct buf *out)
{
    buf_add_str(out, "</main>\n</body>\n</html>\n");
}

/* "/ogc/conformance" -> "conformance": of a document that has no name. */
static const char *last_step(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

enum err ogc_page_document(const json_t *root, const struct ogc_place *at, struct buf *out)
{
    static const char *const shown[] = {"title", "description", "links", NULL};
    const char *title = docs_member(root, "title");
    ogc_page_open(out, at, title[0] != '\0' ? title : last_step(at->path),
                  json_object_get(root, "links"));
    buf_add_str(out, "<p>");
    docs_prose(out, docs_member(root, "description"));
    buf_add_str(out, "</p>\n");
    ogc_page_members(out, root, shown);
    ogc_page_close(out);
    return out->failed;
}
