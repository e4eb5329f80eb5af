#include "api/district_page.h"

#include <string.h>

#include "api/district_row.h"
#include "api/envelope.h"
#include "api/fold.h"
#include "inventory/scope.h"

static bool has_name(const struct district *d, const char *q)
{
    if (fold_contains(d->code, q))
        return true;
    for (int i = 0; i < LANG_COUNT; i++) {
        if (d->name[i] != NULL && fold_contains(d->name[i], q))
            return true;
    }
    return false;
}

static bool is_called(const struct district *d, const char *name)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        if (d->name[i] != NULL && strcmp(d->name[i], name) == 0)
            return true;
    }
    return false;
}

static bool is_asked(const struct params *p, const struct district *d)
{
    if (p->level >= 0 && d->level != p->level)
        return false;
    if (p->parent >= 0 && d->parent != p->parent)
        return false;
    if (p->name != NULL && !is_called(d, p->name))
        return false;
    bool is_one_box = p->bbox[0] <= p->bbox[2]; /* else is_there says */
    if (p->has_bbox && is_one_box &&
        (d->east < p->bbox[0] || d->west > p->bbox[2] || d->north < p->bbox[1] ||
         d->south > p->bbox[3]))
        return false;
    return p->q == NULL || has_name(d, p->q);
}

/* Districts lie in the catalog by code, so a page starts behind the key of the last one. */
enum err district_page_read(const struct params *p, const bool *is_there, struct arena *arena,
                            struct district_page *out)
{
    const struct catalog *c = p->catalog;
    *out = (struct district_page){0};
    out->districts = arena_alloc(arena, (size_t)p->limit, sizeof *out->districts);
    if (out->districts == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < c->district_count; i++) {
        if (!is_asked(p, &c->districts[i]) || !scope_has(c, p->release, i) ||
            (is_there != NULL && !is_there[i]))
            continue;
        out->matched++;
        if (p->after != NULL && strcmp(c->districts[i].code, p->after) <= 0)
            continue;
        if (out->count == p->limit)
            out->has_more = true;
        else
            out->districts[out->count++] = i;
    }
    return ERR_OK;
}

/* Rows of totals follow the districts in order; one without slices has no row at all. */
void district_page_rows(struct doc *d, json_t *rows, const struct answer *a,
                        const struct district_page *page, const struct totals *t)
{
    int at = 0;
    for (int i = 0; i < page->count; i++) {
        json_t *row = doc_object(d, rows, NULL);
        int district = page->districts[i];
        district_row(d, row, a, district, false);
        if (at < t->row_count && t->rows[at].district == district) {
            envelope_value(d, row, a, district, a->params.year_to, t->rows[at].total,
                           t->rows[at].status);
            at++;
        } else {
            doc_null(d, row, "value");
            doc_null(d, row, "lo");
            doc_null(d, row, "hi");
            doc_text(d, row, "status", "no-data");
        }
    }
}
