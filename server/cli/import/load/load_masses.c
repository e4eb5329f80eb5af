/* District masses into the database. */
#include "cli/import/load/load_shares.h"

static enum err copy_inside(struct load *l, int64_t field, const struct district_masses *m,
                            struct why *why)
{
    struct copy *w;
    enum err e = copy_begin(
        l->db, "COPY district_field (field, district, mass, sum_sq) FROM STDIN (FORMAT binary)", &w,
        why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < m->shares->district_count; i++) {
        if (m->districts[i].is_touched) {
            copy_row(w, 4);
            copy_int8(w, field);
            copy_int8(w, m->shares->districts[i].id);
            copy_float8(w, sum_value(m->districts[i].mass));
            copy_float8(w, sum_value(m->districts[i].sum_sq));
        }
    }
    int64_t rows;
    return copy_end(w, &rows, why);
}

enum err load_masses(struct load *l, int64_t field, const struct district_masses *m,
                     struct why *why)
{
    enum err e = copy_inside(l, field, m, why);
    struct copy *w;
    if (e == ERR_OK) {
        e = copy_begin(l->db, "COPY field_outside (field, level, mass) FROM STDIN (FORMAT binary)",
                       &w, why);
    }
    if (e != ERR_OK) {
        return e;
    }
    for (int level = 0; level < SHARES_LEVELS; level++) {
        if (m->shares->group[level] >= 0) {
            copy_row(w, 3);
            copy_int8(w, field);
            copy_int2(w, (int16_t)level);
            copy_float8(w, sum_value(m->outside[level]));
        }
    }
    int64_t rows;
    return copy_end(w, &rows, why);
}
