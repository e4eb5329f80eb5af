/* The plan, with what it must know of the districts: which lie in which, and which counts a point.
 */
#include <string.h>

#include "cli/import/load/load_internal.h"

static const char *copy_cell(struct load *l, const struct rows *rows, int row, int col)
{
    const char *text = rows_text(rows, row, col);
    return arena_strndup(l->arena, text, strlen(text));
}

static bool has_areas(const struct tables *t)
{
    for (int i = 0; i < t->total_count; i++) {
        if (t->totals[i].area[0] != '\0') {
            return true;
        }
    }
    return false;
}

static enum err read_districts(struct load *l, struct plan_input *in, struct why *why)
{
    struct rows *rows;
    enum err e = conn_query(
        l->db, "SELECT code, coalesce(parent, '') FROM district ORDER BY code COLLATE \"C\"", NULL,
        0, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    int n = rows_count(rows);
    struct plan_district *list = arena_alloc(l->arena, (size_t)n + 1, sizeof *list);
    for (int i = 0; list != NULL && i < n; i++) {
        list[i] = (struct plan_district){copy_cell(l, rows, i, 0), copy_cell(l, rows, i, 1)};
        if (list[i].code == NULL || list[i].parent == NULL) {
            list = NULL;
        }
    }
    rows_free(rows);
    in->districts = list;
    in->district_count = n;
    return list != NULL ? ERR_OK : ERR_NO_MEMORY;
}

/* Rows come in the order of l->points: by group and code, which are unique together. */
static enum err read_points(struct load *l, struct plan_input *in, struct why *why)
{
    const char **of = arena_alloc(l->arena, (size_t)l->t->point_count + 1, sizeof *of);
    if (of == NULL) {
        return ERR_NO_MEMORY;
    }
    const struct param p[] = {{load_number(l, l->m->points.max_distance_km)}, {l->countries}};
    struct rows *rows;
    enum err e = conn_query(
        l->db, "SELECT group_name, code, district FROM import_point_districts($1, $2::text[])", p,
        2, CONN_NO_DEADLINE, &rows, why);
    if (e != ERR_OK) {
        return e;
    }
    int at = 0;
    for (int i = 0; i < rows_count(rows); i++) {
        while (at < l->points.count &&
               (strcmp(l->points.points[at]->group, rows_text(rows, i, 0)) != 0 ||
                strcmp(l->points.points[at]->code, rows_text(rows, i, 1)) != 0)) {
            at++;
        }
        if (at < l->points.count) {
            of[l->points.points[at] - l->t->points] = copy_cell(l, rows, i, 2);
        }
    }
    rows_free(rows);
    for (int i = 0; i < l->t->point_count; i++) {
        of[i] = of[i] != NULL ? of[i] : "";
    }
    in->point_districts = of;
    return ERR_OK;
}

enum err load_plan(struct load *l, struct why *why)
{
    struct plan_input in = {.m = l->m, .t = l->t};
    enum err e = points_order_make(l->t, l->arena, &l->points, why);
    if (e == ERR_OK) {
        e = load_feature_districts(l, &in.feature_districts, why);
    }
    if (e == ERR_OK && has_areas(l->t)) {
        e = read_districts(l, &in, why);
        if (e == ERR_OK && l->points.count > 0) {
            e = read_points(l, &in, why);
        }
    }
    if (e == ERR_OK) {
        e = plan_build(&in, l->arena, l->issues, &l->report->hybrid, l->plan, why);
    }
    return e == ERR_OK ? issues_verdict(l->issues, why) : e;
}
