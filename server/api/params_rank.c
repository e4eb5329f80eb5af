/* The entries of the parameter table for rankings: what is ranked, how much of it, and within what.
 */
#include "api/params_internal.h"
#include "api/values.h"

#define TOP_MAX   1000
#define SHARE_MIN 1e-4 /* below it top=1 says as much, and digits would need exponents */

static const char *const by_words[RANK_BY_COUNT] = {"district", "source", "cell"};

enum err param_read_by(struct params *p, const char *text, struct why *why)
{
    int i;
    enum err e = param_read_word(text, by_words, RANK_BY_COUNT, &i, why);
    if (e == ERR_OK)
        p->by = (enum rank_by)i;
    return e;
}

const char *param_show_by(const struct params *p)
{
    return p->by == RANK_BY_COUNT ? NULL : by_words[p->by];
}

enum err param_read_top(struct params *p, const char *text, struct why *why)
{
    if (value_int(text, 1, TOP_MAX, &p->top))
        return ERR_OK;
    return param_refuse(why, "it is no number of rows", "1..%d", TOP_MAX);
}

const char *param_show_top(const struct params *p)
{
    return p->top == 0 ? NULL : arena_printf(p->arena, "%d", p->top);
}

enum err param_read_share(struct params *p, const char *text, struct why *why)
{
    double share;
    if (!value_decimal(text, SHARE_MIN, 1, &share) || share == 1)
        return param_refuse(why, "it is no share", "0.0001..1, below 1, such as 0.8");
    p->share = share;
    return ERR_OK;
}

const char *param_show_share(const struct params *p)
{
    return p->share == 0 ? NULL : param_shortest(p->arena, p->share);
}

enum err param_read_within(struct params *p, const char *text, struct why *why)
{
    return param_read_district(p, text, &p->within, why);
}

const char *param_show_within(const struct params *p)
{
    return p->within < 0 ? NULL : p->catalog->districts[p->within].code;
}
