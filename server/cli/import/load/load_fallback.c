/* Patterns that are zero all over: the masses they were to spread go where their table says. */
#include "cli/import/load/load_internal.h"

/* No field could be made of it: every cell is zero, or without data. */
static bool is_zero(const struct plan_field *f)
{
    return (f->kind == PLAN_PROXY || f->kind == PLAN_CLIP) && f->id == 0;
}

static void refuse(struct load *l, const struct plan_field *f, const struct plan_slice *s)
{
    const struct manifest_proxy *of = &l->m->proxies[f->source];
    issues_add(l->issues, (struct place){.file = of->raster.name, .value = f->name},
               "has no cell above 0, and %s:%ld has %.6g t to spread by it; correct the proxy, or "
               "give the totals a \"fallback\": \"uniform\" or \"unallocated\"",
               s->at.file, s->at.row, s->mass_t);
}

/* The same area by its ground; kept apart, so that the answer can say that it is a guess. */
static enum err spread_evenly(struct load *l, struct plan_slice *s, struct why *why)
{
    const struct plan_field zero = l->plan->fields[s->field];
    int field = plan_field_clipped(l->plan, l->m, PLAN_UNIFORM, zero.source, zero.inside,
                                   zero.outside, l->arena);
    if (field < 0) {
        return ERR_NO_MEMORY;
    }
    struct plan_field *even = &l->plan->fields[field];
    enum err e = even->id == 0 ? load_field(l, even, why) : ERR_OK;
    if (e == ERR_OK && even->id == 0) {
        issues_add(l->issues, s->at,
                   "its area has no cell on the grid of proxy '%s', so that nothing can be spread "
                   "in it; correct the area, or give the totals the \"fallback\": \"unallocated\"",
                   l->m->proxies[zero.source].id);
    }
    s->field = field;
    s->method = "fallback-uniform";
    return e;
}

static enum err settle(struct load *l, struct plan_slice *s, struct why *why)
{
    const struct plan_field *f = &l->plan->fields[s->field];
    if (s->mass_t == 0) {
        s->field = -1;
        return ERR_OK;
    }
    if (s->fallback == FALLBACK_REFUSE) {
        refuse(l, f, s);
        return ERR_OK;
    }
    const struct report_fallback told = {.proxy = l->m->proxies[f->source].id,
                                         .area = f->inside,
                                         .sector = s->sector,
                                         .gas = s->gas,
                                         .fuel = s->fuel,
                                         .year = s->year,
                                         .month = s->month,
                                         .mass_t = s->mass_t,
                                         .done = s->fallback};
    report_fallback(&l->report->hybrid, l->arena, &told);
    if (s->fallback == FALLBACK_UNIFORM) {
        return spread_evenly(l, s, why);
    }
    s->field = -1;
    return ERR_OK;
}

enum err load_fallbacks(struct load *l, struct why *why)
{
    enum err e = ERR_OK;
    for (int i = 0; i < l->plan->slice_count && e == ERR_OK && !issues_are_full(l->issues); i++) {
        struct plan_slice *s = &l->plan->slices[i];
        if (s->field >= 0 && is_zero(&l->plan->fields[s->field])) {
            e = settle(l, s, why);
        }
    }
    return e == ERR_OK ? issues_verdict(l->issues, why) : e;
}
