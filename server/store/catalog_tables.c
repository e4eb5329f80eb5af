/* catalog_tables.c - gases, GWPs, sectors, districts: what does not depend on releases. */
#include "store/catalog_reader.h"
#include "store/statements.h"

enum err read_gases(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_GASES, "ttttt", sizeof(struct gas), t);
    struct gas *gases = t->items;
    for (int i = 0; !e && i < t->count; i++)
        if (!reader_texts(r, t->rows, i, 0, &gases[i].code, 1) ||
            !reader_texts(r, t->rows, i, 1, gases[i].name, LANG_COUNT))
            e = reader_no_memory(r);
    r->c->gases = gases;
    r->c->gas_count = t->count;
    return e;
}

enum err read_gwp_sets(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_GWP_SETS, "ti", sizeof(struct gwp_set), t);
    struct gwp_set *sets = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        sets[i].horizon_years = (int)rows_int(t->rows, i, 1);
        if (!reader_texts(r, t->rows, i, 0, &sets[i].code, 1))
            e = reader_no_memory(r);
    }
    r->c->gwp_sets = sets;
    r->c->gwp_set_count = t->count;
    return e;
}

static enum err take_gwp(struct reader *r, const struct rows *rows, int row, struct gwp *g)
{
    g->gas = catalog_gas(r->c, rows_text(rows, row, 1));
    g->value = rows_double(rows, row, 3);
    if (g->gas < 0 || !origin_parse(rows_text(rows, row, 2), &g->origin))
        return reader_wrong(r, "a GWP of an unknown gas or origin");
    g->set = reader_word(r, rows, row, 0);
    g->source = reader_word(r, rows, row, 4);
    return g->set && g->source ? ERR_OK : reader_no_memory(r);
}

enum err read_gwps(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_GWPS, "tttft", sizeof(struct gwp), t);
    struct gwp *gwps = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_gwp(r, t->rows, i, &gwps[i]);
    r->c->gwps = gwps;
    r->c->gwp_count = t->count;
    return e;
}

/* A parent by its code, once the table it is looked up in is there. */
static enum err take_parent(struct reader *r, const struct rows *rows, int row, int col,
                            int (*find)(const struct catalog *, const char *), int *out)
{
    *out = rows_is_null(rows, row, col) ? -1 : find(r->c, rows_text(rows, row, col));
    bool is_missing = *out < 0 && !rows_is_null(rows, row, col);
    return is_missing ? reader_wrong(r, "a parent is not there") : ERR_OK;
}

static enum err take_sector(struct reader *r, const struct rows *rows, int row, struct sector *s)
{
    s->is_lulucf = rows_bool(rows, row, 6);
    s->is_memo = rows_bool(rows, row, 7);
    bool is_kept = reader_texts(r, rows, row, 0, &s->code, 1) &&
                   reader_texts(r, rows, row, 2, s->name, LANG_COUNT);
    return is_kept ? ERR_OK : reader_no_memory(r);
}

enum err read_sectors(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_SECTORS, "tTttttbb", sizeof(struct sector), t);
    struct sector *sectors = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_sector(r, t->rows, i, &sectors[i]);
    if (e)
        return e;
    r->c->sectors = sectors;
    r->c->sector_count = t->count;
    for (int i = 0; !e && i < t->count; i++)
        e = take_parent(r, t->rows, i, 1, catalog_sector, &sectors[i].parent);
    return e;
}

static enum err take_foreign(struct reader *r, const struct rows *rows, int row,
                             struct foreign_sector *f)
{
    const char *texts[5];
    enum err e = take_parent(r, rows, row, 8, catalog_sector, &f->sector);
    if (e)
        return e;
    f->scope = (int)rows_int(rows, row, 5);
    f->is_memo = rows_bool(rows, row, 6);
    f->weight = rows_double(rows, row, 9);
    f->gas = reader_word(r, rows, row, 7);
    f->note = reader_word(r, rows, row, 10);
    if (!f->gas || !f->note || !reader_texts(r, rows, row, 0, texts, 5))
        return reader_no_memory(r);
    f->code = texts[0];
    f->label = texts[1];
    f->members = texts[2];
    f->levels = texts[3];
    f->refusal = texts[4];
    return ERR_OK;
}

enum err read_foreign(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_FOREIGN, "tttttibtTft", sizeof(struct foreign_sector), t);
    struct foreign_sector *foreign = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_foreign(r, t->rows, i, &foreign[i]);
    r->c->foreign = foreign;
    r->c->foreign_count = e ? 0 : t->count;
    return e;
}

static enum err take_district(struct reader *r, const struct rows *rows, int row,
                              struct district *d)
{
    *d = (struct district){.id = rows_int(rows, row, 0),
                           .level = (int)rows_int(rows, row, 2),
                           .area_km2 = rows_double(rows, row, 8),
                           .west = rows_double(rows, row, 9),
                           .south = rows_double(rows, row, 10),
                           .east = rows_double(rows, row, 11),
                           .north = rows_double(rows, row, 12),
                           .revision = rows_int(rows, row, 13)};
    bool is_kept = reader_texts(r, rows, row, 1, &d->code, 1) &&
                   reader_texts(r, rows, row, 4, d->name, LANG_COUNT);
    return is_kept ? ERR_OK : reader_no_memory(r);
}

enum err read_districts(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_DISTRICTS, "itiTttttfffffi", sizeof(struct district), t);
    struct district *districts = t->items;
    for (int i = 0; !e && i < t->count; i++)
        e = take_district(r, t->rows, i, &districts[i]);
    if (e)
        return e;
    r->c->districts = districts;
    r->c->district_count = t->count;
    for (int i = 0; !e && i < t->count; i++)
        e = take_parent(r, t->rows, i, 3, catalog_district, &districts[i].parent);
    return e;
}

enum err read_stats(struct reader *r, struct table *t)
{
    enum err e = reader_open(r, SQL_STATS, "tiFFbbt", sizeof(struct district_stat), t);
    struct district_stat *stats = t->items;
    for (int i = 0; !e && i < t->count; i++) {
        stats[i] =
            (struct district_stat){.district = catalog_district(r->c, rows_text(t->rows, i, 0)),
                                   .year = (int)rows_int(t->rows, i, 1),
                                   .population = rows_double(t->rows, i, 2),
                                   .gdp = rows_double(t->rows, i, 3),
                                   .is_estimated = rows_bool(t->rows, i, 4),
                                   .is_gdp_estimated = rows_bool(t->rows, i, 5),
                                   .gdp_unit = reader_word(r, t->rows, i, 6)};
        if (stats[i].gdp_unit == NULL)
            e = reader_no_memory(r);
        else if (stats[i].district < 0)
            e = reader_wrong(r, "a statistic of an unknown district");
    }
    r->c->stats = stats;
    r->c->stat_count = t->count;
    return e;
}
