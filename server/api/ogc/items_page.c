#include "api/ogc/items_page.h"

#include <string.h>

#include "api/docs_html.h"
#include "api/ogc/page.h"

/* Of the answer, what its page shows elsewhere. */
static const char *const shown[] = {"links", "rows", NULL};

/* "districts/items/1703?f=html&..." for any feature of the page: the query is common to all. */
struct item_address {
    const char *path, *html, *geojson; /* of the query */
};

static enum err read_address(const struct ogc_features *f, const struct answer *a,
                             struct item_address *out)
{
    struct params p = a->params;
    struct param_rules rules = a->rules;
    rules.accepted = f->item_params;
    p.rules = &rules;
    p.format = FORMAT_HTML;
    out->html = params_query(&p);
    p.format = FORMAT_GEOJSON;
    out->geojson = params_query(&p);
    out->path = arena_printf(p.arena, "%s%s/", a->base_url, f->of->items);
    bool is_there = out->html != NULL && out->geojson != NULL && out->path != NULL;
    return is_there ? ERR_OK : ERR_NO_MEMORY;
}

static void open_link(struct buf *out, const struct item_address *to, const char *query,
                      const json_t *id)
{
    buf_add_str(out, "<a href=\"");
    docs_text(out, to->path);
    docs_scalar(out, id);
    buf_add_char(out, '?');
    docs_text(out, query);
    buf_add_str(out, "\">");
}

static void add_head(struct buf *out, const json_t *row)
{
    const char *name;
    json_t *value;
    buf_add_str(out, "<thead><tr><th scope=\"col\">id</th>");
    json_object_foreach((json_t *)row, name, value)
    {
        buf_add_str(out, "<th scope=\"col\">");
        docs_text(out, name);
        buf_add_str(out, "</th>");
    }
    buf_add_str(out, "<th scope=\"col\">geometry</th></tr></thead>\n");
}

/* Columns are those of the first row, and every row has them; what a row has beyond is in it. */
static void add_row(struct buf *out, const struct item_address *to, const json_t *first,
                    const json_t *row, const char *id_key)
{
    const char *name;
    json_t *value;
    buf_add_str(out, "<tr><th scope=\"row\">");
    open_link(out, to, to->html, json_object_get(row, id_key));
    docs_scalar(out, json_object_get(row, id_key));
    buf_add_str(out, "</a></th>");
    json_object_foreach((json_t *)first, name, value)
    {
        buf_add_str(out, "<td>");
        ogc_page_value(out, json_object_get(row, name));
        buf_add_str(out, "</td>");
    }
    buf_add_str(out, "<td>");
    open_link(out, to, to->geojson, json_object_get(row, id_key));
    buf_add_str(out, "GeoJSON</a></td></tr>\n");
}

static void add_table(struct buf *out, const struct item_address *to, const json_t *rows,
                      const struct ogc_features *f, const struct answer *a)
{
    const json_t *first = json_array_get(rows, 0);
    if (first == NULL) {
        buf_add_str(out, "<p>There are none.</p>\n");
        return;
    }
    buf_printf(out,
               "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Features\">"
               "<table lang=\"%s\"><caption>",
               lang_word(a->params.lang));
    docs_text(out, f->of->title);
    buf_add_str(out, "</caption>");
    add_head(out, first);
    buf_add_str(out, "<tbody>\n");
    for (size_t i = 0; i < json_array_size(rows); i++)
        add_row(out, to, first, json_array_get(rows, i), f->id_key);
    buf_add_str(out, "</tbody></table></div>\n");
}

enum err ogc_items_page(const struct ogc_features *f, const json_t *root, const json_t *rows,
                        const struct answer *a, struct buf *out)
{
    struct item_address to;
    enum err e = read_address(f, a, &to);
    if (e != ERR_OK)
        return e;
    struct ogc_place at = ogc_place_of(a);
    ogc_page_open(out, &at, f->of->title, json_object_get(root, "links"));
    add_table(out, &to, rows, f, a);
    buf_add_str(out, "<h2>About this answer</h2>\n");
    ogc_page_members(out, root, shown);
    ogc_page_close(out);
    return out->failed;
}

enum err ogc_item_page(const struct ogc_features *f, const json_t *root, const json_t *row,
                       const char *geometry, const struct answer *a, struct buf *out)
{
    static const char *const none[] = {NULL};
    const char *name = docs_member(row, "name");
    struct ogc_place at = ogc_place_of(a);
    ogc_page_open(out, &at, name[0] != '\0' ? name : f->of->title, json_object_get(root, "links"));
    ogc_page_members(out, row, none);
    buf_add_str(out, "<h2>Geometry</h2>\n<details><summary>GeoJSON in ");
    docs_text(out, crs_name(a->params.crs));
    buf_add_str(out, "</summary><pre tabindex=\"0\">");
    docs_text(out, geometry);
    buf_add_str(out, "</pre></details>\n<h2>About this answer</h2>\n");
    ogc_page_members(out, root, shown);
    ogc_page_close(out);
    return out->failed;
}
