#include "api/emissions_row.h"

#define ROWS_MAX 50000

void emissions_row_keys(struct doc *d, json_t *row, const struct answer *a,
                        const struct totals_row *t)
{
    const struct catalog *c = a->catalog;
    unsigned by = a->params.groupby;
    if (by & GROUP_YEAR)
        doc_int(d, row, "year", t->year);
    if (by & GROUP_SECTOR)
        doc_text(d, row, "sector", c->sectors[t->sector].code);
    if (by & GROUP_GAS)
        doc_text(d, row, "gas", c->gases[t->gas].code);
    if (by & GROUP_FLOW)
        doc_text(d, row, "flow", flow_word(t->flow));
    if ((by & GROUP_MONTH) && t->month != 0)
        doc_put(d, row, "month", json_sprintf("%04d-%02d", t->year, t->month));
    else if (by & GROUP_MONTH) /* of that year, known by the year only */
        doc_null(d, row, "month");
}

void emissions_row_columns(const struct answer *a, const char **columns)
{
    int n = 0;
    unsigned by = a->params.groupby;
    if (by & GROUP_YEAR)
        columns[n++] = "year";
    if (by & GROUP_SECTOR)
        columns[n++] = "sector";
    if (by & GROUP_GAS)
        columns[n++] = "gas";
    if (by & GROUP_FLOW)
        columns[n++] = "flow";
    if (by & GROUP_MONTH)
        columns[n++] = "month";
    columns[n++] = "value";
    columns[n++] = "lo";
    columns[n++] = "hi";
    columns[n++] = "status";
    if (a->params.per != PER_NOTHING)
        columns[n++] = "denominator";
    columns[n] = NULL;
}

enum err emissions_row_limit(const struct totals *t, const char *allowed, struct why *why)
{
    if (t->row_count <= ROWS_MAX)
        return ERR_OK;
    why_allow(why, "%s", allowed);
    return why_set(why, ERR_TOO_LARGE, "groupby", "the answer has %d rows, more than %d",
                   t->row_count, ROWS_MAX);
}
