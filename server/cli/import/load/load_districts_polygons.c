/* Districts from vector files: each feature one district, staged with its attributes and its place
 * in the file; PostGIS says what is wrong with geometry and codes. */
#include <math.h>
#include <string.h>

#include "cli/import/vector/layer.h"
#include "cli/import/load/load_internal.h"

enum { CODE, PARENT, ISO, EN, RU, UZ, KO, UZ_CYRL, ATTRIBUTE_COUNT };

struct reader {
    struct load *l;
    const struct manifest_polygons *of;
    struct layer *layer;
    const char *name[ATTRIBUTE_COUNT];
    int index[ATTRIBUTE_COUNT];
    struct copy *to;
};

static struct place place_of(const struct reader *r, long row, int attribute)
{
    return (struct place){.file = r->of->from.file->name,
                          .row = row,
                          .column = attribute >= 0 ? r->name[attribute] : "geometry"};
}

static void find_attributes(struct reader *r)
{
    const struct manifest_polygons *p = r->of;
    const char *const names[ATTRIBUTE_COUNT] = {
        p->code,          p->parent,        p->iso,           p->name[LANG_EN],
        p->name[LANG_RU], p->name[LANG_UZ], p->name[LANG_KO], p->name_uz_cyrl};
    for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
        r->name[i] = names[i] != NULL ? names[i] : "";
        r->index[i] = r->name[i][0] != '\0' ? layer_attribute(r->layer, r->name[i]) : -1;
        if (r->name[i][0] != '\0' && r->index[i] < 0) {
            const char *const *known = layer_attributes(r->layer);
            issues_add(r->l->issues, place_of(r, 0, i),
                       "is no attribute of the file; name one of it, such as %s",
                       known[0] != NULL ? known[0] : "(it has none)");
        }
    }
}

/* Blanks around a code would make another code of it. */
static const char *checked(struct reader *r, long row, int attribute, bool is_needed)
{
    const char *text = layer_text(r->layer, r->index[attribute]);
    size_t len = text != NULL ? strlen(text) : 0;
    if (len == 0) {
        if (is_needed && r->name[attribute][0] != '\0') {
            issues_add(r->l->issues, place_of(r, row, attribute), "is empty; fill it in");
        }
        return "";
    }
    if (text[0] == ' ' || text[len - 1] == ' ') {
        struct place at = place_of(r, row, attribute);
        at.value = text;
        issues_add(r->l->issues, at, "has a blank at its beginning or end; remove it");
    }
    return text;
}

static void copy_feature(struct reader *r, const struct layer_feature *f)
{
    /* layer_text() forgets a text at the next call: each is written before the next is read. */
    struct copy *w = r->to;
    bool has_areas = r->l->m->districts.areas != NULL;
    copy_row(w, 14);
    copy_text(w, r->of->from.file->name);
    copy_int8(w, f->row);
    copy_int2(w, (int16_t)r->of->level);
    copy_text(w, checked(r, f->row, CODE, true));
    if (r->of->parent_code[0] != '\0') {
        copy_text(w, r->of->parent_code);
    } else {
        const char *parent = checked(r, f->row, PARENT, !has_areas);
        copy_text(w, parent[0] != '\0' ? parent : NULL);
    }
    copy_text(w, checked(r, f->row, ISO, false));
    for (int i = EN; i <= UZ; i++) {
        copy_text(w, checked(r, f->row, i, !has_areas));
    }
    copy_text(w, checked(r, f->row, KO, false));
    copy_text(w, checked(r, f->row, UZ_CYRL, false));
    copy_text(w, r->name[CODE]);
    copy_text(w, r->of->parent_code[0] != '\0' ? "parent_code" : r->name[PARENT]);
    copy_bytes(w, f->wkb, f->wkb_len);
}

static enum err copy_features(struct reader *r, struct why *why)
{
    static const char *const words[] = {"broken", "a point", "points",
                                        "a line", "",        "a collection"};
    for (;;) {
        struct layer_feature f;
        bool is_there;
        enum err e = layer_next(r->layer, r->l->issues, &f, &is_there, why);
        if (e != ERR_OK || !is_there || issues_are_full(r->l->issues)) {
            return e;
        }
        if (f.shape == LAYER_AREA) {
            copy_feature(r, &f);
        } else if (f.shape != LAYER_BROKEN) {
            issues_add(r->l->issues, place_of(r, f.row, -1),
                       "is %s, not a polygon; give districts as polygons", words[f.shape]);
        }
    }
}

static enum err copy_file(struct reader *r, struct why *why)
{
    struct load *l = r->l;
    enum err e = manifest_layer_open(&r->of->from, l->arena, l->issues, &r->layer, why);
    if (e != ERR_OK) {
        return e;
    }
    int before = l->issues->count;
    find_attributes(r);
    if (l->issues->count == before) {
        e = copy_features(r, why);
    }
    layer_close(r->layer);
    return e;
}

static enum err prepare(struct load *l, struct why *why)
{
    const struct manifest_districts *d = &l->m->districts;
    const char *box = isnan(d->bbox[0])
                          ? NULL
                          : arena_printf(l->arena, "{%.17g,%.17g,%.17g,%.17g}", d->bbox[0],
                                         d->bbox[1], d->bbox[2], d->bbox[3]);
    const struct param p[] = {{d->is_repair ? "true" : "false"}, {box}};
    int64_t problems;
    enum err e = load_int(l, "SELECT import_polygons($1, $2)", p, 2, &problems, why);
    return e == ERR_OK ? load_problems(l, why) : e;
}

enum err load_districts_polygons(struct load *l, struct why *why)
{
    struct reader r = {.l = l};
    enum err e =
        copy_begin(l->db,
                   "COPY stage_polygon (file, feature, level, code, parent, iso, name_en, name_ru, "
                   "name_uz, name_ko, name_uz_cyrl, code_attribute, parent_attribute, geom) FROM "
                   "STDIN (FORMAT binary)",
                   &r.to, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < l->m->districts.file_count && e == ERR_OK; i++) {
        r.of = &l->m->districts.files[i];
        e = copy_file(&r, why);
    }
    if (e == ERR_OK) {
        e = issues_verdict(l->issues, why);
    }
    if (e != ERR_OK) {
        copy_abort(r.to);
        return e;
    }
    int64_t rows;
    e = copy_end(r.to, &rows, why);
    return e == ERR_OK ? prepare(l, why) : e;
}
