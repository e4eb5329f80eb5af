/* Which district counts each point of the features: known before anything is shared out, and said
 * with the feature's row when there is none. */
#include <string.h>

#include "cli/import/load/load_internal.h"

#define GROUP "#features" /* no group of points is called so */

/* Each feature once, with its index for a code. */
static enum err stage(struct load *l, int section, struct why *why)
{
    const struct features *f = &l->t->features;
    struct copy *w;
    enum err e = load_points_copy_begin(l, &w, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < f->count; i++) {
        if (f->list[i].section == section) {
            struct point p = *f->list[i].point;
            p.code = load_id(l, i);
            p.sector = p.gas = "";
            p.weight = 0;
            load_points_copy(w, &p, GROUP);
        }
    }
    int64_t rows;
    return copy_end(w, &rows, why);
}

static enum err unstage(struct load *l, struct why *why)
{
    return conn_exec(l->db, "DELETE FROM stage_source WHERE group_name = '" GROUP "'",
                     CONN_NO_DEADLINE, why);
}

static void take(struct load *l, const struct rows *rows, const char **of)
{
    for (int i = 0; i < rows_count(rows); i++) {
        int feature = (int)rows_int(rows, i, 0);
        const char *code = rows_text(rows, i, 1);
        of[feature] = arena_strndup(l->arena, code, strlen(code));
    }
}

static void refuse_outside(struct load *l, int section, const char *const *of)
{
    const struct features *f = &l->t->features;
    for (int i = 0; i < f->count && !issues_are_full(l->issues); i++) {
        if (f->list[i].section == section && of[i] != NULL && of[i][0] == '\0') {
            const struct point *p = f->list[i].point;
            issues_add(l->issues, features_place(l->m, &f->list[i], "geometry", f->list[i].code),
                       "(%.9g, %.9g) lies outside every district%s; correct its place, or raise "
                       "\"outside\": \"nearest\", \"max_distance_km\"",
                       p->lon, p->lat,
                       l->m->features[section].max_distance_km > 0 ? " and far from all" : "");
        }
    }
}

static enum err find(struct load *l, int section, const char **of, struct why *why)
{
    const struct param p[] = {{load_number(l, l->m->features[section].max_distance_km)},
                              {l->countries}};
    struct rows *rows;
    enum err e = stage(l, section, why);
    if (e == ERR_OK) {
        e = conn_query(l->db,
                       "SELECT code::bigint, district FROM import_point_districts($1, $2::text[]) "
                       "WHERE group_name = '" GROUP "'",
                       p, 2, CONN_NO_DEADLINE, &rows, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    take(l, rows, of);
    rows_free(rows);
    return unstage(l, why);
}

enum err load_feature_districts(struct load *l, const char *const **out, struct why *why)
{
    int64_t districts = 0;
    const char **of = arena_alloc(l->arena, (size_t)l->t->features.count + 1, sizeof *of);
    enum err e = of != NULL ? ERR_OK : ERR_NO_MEMORY;
    if (e == ERR_OK && l->m->feature_count > 0) {
        e = load_int(l, "SELECT count(*) FROM district", NULL, 0, &districts, why);
    }
    for (int i = 0; i < l->m->feature_count && e == ERR_OK; i++) {
        if (l->m->features[i].geometry != FEATURE_POINTS) {
            continue;
        }
        e = find(l, i, of, why);
        if (e == ERR_OK && districts > 0) {
            refuse_outside(l, i, of);
        }
    }
    for (int i = 0; e == ERR_OK && i < l->t->features.count; i++) {
        of[i] = of[i] != NULL ? of[i] : "";
    }
    *out = of;
    return e == ERR_OK ? issues_verdict(l->issues, why) : e;
}
