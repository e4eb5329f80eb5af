#include "api/ogc/ogc.h"

#include "api/ogc/page.h"

bool ogc_is_html(const struct answer *a)
{
    return a->params.format == FORMAT_HTML;
}

const char *ogc_type(const struct answer *a, const char *other)
{
    return ogc_is_html(a) ? OGC_HTML : other;
}

void ogc_link(struct doc *d, json_t *links, const struct answer *a, const char *path,
              const char *rel, const char *type, const char *title)
{
    json_t *link = doc_object(d, links, NULL);
    doc_put(d, link, "href", json_sprintf("%s%s", a->base_url, path));
    doc_text(d, link, "rel", rel);
    doc_text(d, link, "type", type);
    doc_text(d, link, "title", title);
}

static void link_query(struct doc *d, json_t *links, const struct answer *a, const struct params *p,
                       const char *rel, const char *type, const char *title)
{
    const char *query = params_query(p);
    const char *path = query == NULL ? NULL
                                     : arena_printf(p->arena, "%s%s%s%s", a->kind->path,
                                                    a->subject_text, query[0] ? "?" : "", query);
    if (path == NULL)
        d->failed = true;
    else
        ogc_link(d, links, a, path, rel, type, title);
}

json_t *ogc_links(struct doc *d, const struct answer *a, const char *type)
{
    json_t *links = doc_array(d, d->root, "links");
    struct params other = a->params;
    bool has_other = (a->rules.formats & (1u << FORMAT_HTML)) != 0;
    other.format = ogc_is_html(a) ? a->rules.preferred : FORMAT_HTML;
    link_query(d, links, a, &a->params, "self", ogc_type(a, type), "This document");
    if (has_other)
        link_query(d, links, a, &other, "alternate", ogc_is_html(a) ? type : OGC_HTML,
                   ogc_is_html(a) ? "The same as JSON" : "The same as HTML");
    return links;
}

void ogc_next(struct doc *d, json_t *links, const struct answer *a, const char *after)
{
    struct params next = a->params;
    next.after = after;
    link_query(d, links, a, &next, "next", ogc_type(a, OGC_GEOJSON), "The next page");
}

enum err ogc_write(const struct doc *d, const struct answer *a, struct http_reply *out)
{
    if (!ogc_is_html(a))
        return doc_write(d, &out->body);
    struct ogc_place at = ogc_place_of(a);
    return d->failed ? ERR_NO_MEMORY : ogc_page_document(d->root, &at, &out->body);
}
