/* A CSV file as a layer: coordinates in two columns, or geometry as WKT in one. Read by our own
 * reader, since OGR's would take "12,5" as 12 and "12 km" as 12. */
#include <string.h>

#include <ogr_api.h>

#include "cli/import/vector/layer_internal.h"
#include "cli/import/table/number_text.h"

/* A polygon with a hundred thousand vertices is one field. */
#define WKT_MAX_BYTES ((size_t)8 << 20)

static int column_of(const struct csv *t, const char *name)
{
    int found = -1;
    for (int i = 0; i < t->column_count; i++) {
        if (strcmp(t->names[i], name) == 0) {
            found = found < 0 ? i : -2;
        }
    }
    return found;
}

static bool find(struct layer *l, struct csv_column *c, const char *name, struct issues *issues)
{
    *c = (struct csv_column){name, false,
                             name != NULL && name[0] != '\0' ? column_of(&l->csv, name) : -1};
    if (c->index >= 0 || name == NULL || name[0] == '\0') {
        return c->index >= 0;
    }
    issues_add(issues, (struct place){.file = l->from.name, .row = 1, .column = name}, "%s",
               c->index == -1 ? "the column is missing; name a column of the file"
                              : "the column occurs twice; rename one of them");
    return false;
}

enum err layer_csv_open(struct layer *l, struct arena *arena, struct issues *issues,
                        struct why *why)
{
    int before = issues->count;
    enum err e =
        csv_read_wide(l->from.path, l->from.name, WKT_MAX_BYTES, arena, issues, &l->csv, why);
    if (e != ERR_OK || issues->count > before) {
        return e;
    }
    bool has_x = find(l, &l->x, l->from.x, issues);
    bool has_y = find(l, &l->y, l->from.y, issues);
    bool has_wkt = find(l, &l->wkt, l->from.wkt, issues);
    if (issues->count == before && (has_x != has_y || has_x == has_wkt)) {
        return why_set(why, ERR_INPUT, l->from.name,
                       "%s: must have its geometry in \"x\" and \"y\" or in \"wkt\"; name these "
                       "columns beside the file in the manifest",
                       l->from.name);
    }
    l->attributes = arena_alloc(arena, (size_t)l->csv.column_count + 1, sizeof *l->attributes);
    if (l->attributes == NULL) {
        return ERR_NO_MEMORY;
    }
    for (int i = 0; i < l->csv.column_count; i++) {
        l->attributes[l->attribute_count++] = l->csv.names[i];
    }
    return ERR_OK;
}

static bool number_at(struct layer *l, const struct csv_column *c, struct issues *issues,
                      double *out)
{
    long row = l->row - 1;
    if (number_text_double(csv_cell(&l->csv, row, c), out)) {
        return true;
    }
    issues_add(issues, csv_place(&l->csv, row, c),
               "must be a number such as 12.5; write a decimal point, no blanks and no unit");
    return false;
}

static OGRGeometryH point_at(struct layer *l, struct issues *issues)
{
    double x;
    double y;
    bool is_x = number_at(l, &l->x, issues, &x);
    if (!number_at(l, &l->y, issues, &y) || !is_x) {
        return NULL;
    }
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(point, 0, x, y);
    return point;
}

static OGRGeometryH wkt_at(struct layer *l, struct issues *issues)
{
    const char *text = csv_cell(&l->csv, l->row - 1, &l->wkt);
    char *at = (char *)text; /* OGR moves it, and leaves the text alone */
    OGRGeometryH g = NULL;
    bool is_read = OGR_G_CreateFromWkt(&at, NULL, &g) == OGRERR_NONE;
    while (is_read && (*at == ' ' || *at == '\n' || *at == '\r')) {
        at++;
    }
    if (is_read && *at == '\0') {
        return g;
    }
    if (g != NULL) {
        OGR_G_DestroyGeometry(g);
    }
    issues_add(issues, csv_place(&l->csv, l->row - 1, &l->wkt),
               "is no geometry as WKT; write it like POLYGON ((60 41, 61 41, 61 42, 60 41))");
    return NULL;
}

enum err layer_csv_next(struct layer *l, struct issues *issues, struct layer_feature *out,
                        bool *is_there)
{
    *is_there = l->row < l->csv.row_count;
    if (!*is_there) {
        return ERR_OK;
    }
    *out = (struct layer_feature){.row = l->csv.lines[l->row++], .shape = LAYER_BROKEN};
    OGRGeometryH g = l->wkt.index >= 0 ? wkt_at(l, issues) : point_at(l, issues);
    return g != NULL ? layer_put_geometry(l, g, issues, out) : ERR_OK;
}
