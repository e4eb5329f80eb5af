#include "api/source_choice.h"

#define SECTORS_MAX_BYTES (1u << 20)

enum err source_choice_settle(struct answer *a, struct why *why)
{
    struct params *p = &a->params;
    if ((p->sent & PARAM_BIT(PARAM_GAS)) && p->gas < 0) {
        why_allow(why, "the code of one gas, or no gas");
        return why_set(why, ERR_INPUT, "gas", "a source is a row for each of its gases");
    }
    if (p->gas < 0)
        p->gas = SELECTION_ALL_GASES; /* each in its own mass */
    p->gwp_set = -1;
    return ERR_OK;
}

/* The codes that sector= stands for, as a selection takes them: memo items only by their own code.
 */
static enum err sector_list(const struct answer *a, struct arena *arena, const char **out)
{
    const struct catalog *c = a->catalog;
    struct selection selection = params_selection(&a->params, a->params.year_to);
    struct buf list;
    *out = NULL;
    if (a->params.sector_count == 0)
        return ERR_OK;
    buf_init(&list, SECTORS_MAX_BYTES);
    for (int i = 0; i < c->sector_count; i++) {
        if (selection_takes_sector(c, &selection, i))
            buf_printf(&list, "%s%s", list.len > 0 ? "\n" : "", c->sectors[i].code);
    }
    if (!list.failed)
        *out = arena_strndup(arena, list.data != NULL ? list.data : "", list.len);
    buf_fini(&list);
    return *out != NULL ? ERR_OK : ERR_NO_MEMORY;
}

enum err source_choice_filter(const struct answer *a, struct arena *arena,
                              struct source_filter *out)
{
    const struct params *p = &a->params;
    double tonnes = unit_tonnes(p->unit);
    *out = (struct source_filter){.release = p->release,
                                  .district = p->district,
                                  .limit = p->limit,
                                  .year = p->year_to,
                                  .has_bbox = p->has_bbox,
                                  .west = p->bbox[0],
                                  .south = p->bbox[1],
                                  .east = p->bbox[2],
                                  .north = p->bbox[3],
                                  .gas = p->gas >= 0 ? a->catalog->gases[p->gas].code : NULL,
                                  .operator_name = p->operator_name,
                                  .name = p->name,
                                  .q = p->q,
                                  .crs = p->crs,
                                  .has_min = p->has_min,
                                  .has_max = p->has_max,
                                  .min_t = p->min * tonnes,
                                  .max_t = p->max * tonnes};
    return sector_list(a, arena, &out->sectors);
}
