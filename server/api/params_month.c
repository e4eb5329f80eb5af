/* The entry of the parameter table for month: one month instead of a year. */
#include "api/params_internal.h"

enum err param_read_month(struct params *p, const char *text, struct why *why)
{
    enum err e = selection_month(p->catalog, p->release, text, &p->year_from, &p->month, why);
    p->year_to = p->year_from;
    return e;
}

const char *param_show_month(const struct params *p)
{
    return p->month == 0 ? NULL : arena_printf(p->arena, "%04d-%02d", p->year_from, p->month);
}

/* Grouping by month is within years; year and month exclude each other. */
enum err params_settle_month(struct params *p, struct why *why)
{
    if (p->groupby & GROUP_MONTH)
        p->groupby |= GROUP_YEAR;
    if (p->month == 0 || !(p->sent & PARAM_BIT(PARAM_YEAR)))
        return ERR_OK;
    enum err e = why_set(why, ERR_INPUT, "month", "year and month exclude each other");
    why_allow(why, "one of the two, or neither for the latest year");
    return e;
}
