#include "api/summary_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/doc.h"
#include "render/legend.h"

#define SECTORS_NAMED   3
#define SAME_REL        0.0005 /* a change that would be read as 0.0 % */
#define UNALLOCATED_REL 0.01   /* what is below is no news */

#define FILL(w, phrase, ...) PHRASE_FILL((w)->arena, (w)->lang, phrase, __VA_ARGS__)

/* ---- numbers and amounts ---- */

static const char *keep(const struct summary_words *w, const char *text)
{
    return arena_strndup(w->arena, text, strlen(text));
}

static const char *count_text(const struct summary_words *w, int n)
{
    return arena_printf(w->arena, "%d", n);
}

const char *summary_number(const struct summary_words *w, double tonnes)
{
    char text[NUMERAL_SIZE];
    numeral_read(tonnes / unit_tonnes(w->answer->params.unit), w->lang, text);
    return keep(w, text);
}

const char *summary_percent(const struct summary_words *w, double share)
{
    char text[NUMERAL_SIZE];
    numeral_percent(share, w->lang, text);
    return keep(w, text);
}

const char *summary_unit(const struct summary_words *w)
{
    static const enum phrase units[] = {
        [UNIT_T] = PHRASE_UNIT_T, [UNIT_KT] = PHRASE_UNIT_KT, [UNIT_MT] = PHRASE_UNIT_MT};
    const struct params *p = &w->answer->params;
    char gas[64];
    if (p->gas < 0)
        (void)snprintf(gas, sizeof gas, "%s", phrase_text(w->lang, PHRASE_GAS_CO2E));
    else
        legend_gas(p->catalog->gases[p->gas].code, w->lang, gas, sizeof gas);
    return FILL(w, units[p->unit], {"gas", gas});
}

static const char *amount(const struct summary_words *w, double tonnes)
{
    return FILL(w, PHRASE_AMOUNT, {"number", summary_number(w, tonnes)}, {"unit", summary_unit(w)});
}

/* With its interval; the other way round for what is told as a removal. */
static const char *amount_between(const struct summary_words *w, struct interval t, bool is_turned)
{
    const char *plain = amount(w, is_turned ? -t.value : t.value);
    if (!isfinite(t.lo) || !isfinite(t.hi))
        return FILL(w, PHRASE_AMOUNT_UNCERTAIN, {"amount", plain});
    if (t.lo == t.hi)
        return plain;
    return FILL(w, PHRASE_AMOUNT_INTERVAL, {"amount", plain},
                {"lo", summary_number(w, is_turned ? -t.hi : t.lo)},
                {"hi", summary_number(w, is_turned ? -t.lo : t.hi)});
}

/* ---- when ---- */

/* A year, or the month of the question in that year. */
static const char *period(const struct summary_words *w, enum phrase of_year, enum phrase of_month,
                          enum phrase months, int year)
{
    int month = w->answer->params.month;
    const char *digits = count_text(w, year);
    if (month == 0)
        return FILL(w, of_year, {"year", digits});
    return FILL(w, of_month, {"month", phrase_text(w->lang, months + (unsigned)(month - 1))},
                {"year", digits});
}

static const char *when(const struct summary_words *w)
{
    return period(w, PHRASE_IN_YEAR, PHRASE_IN_MONTH, PHRASE_MONTH_IN, w->answer->params.year_to);
}

static const char *since(const struct summary_words *w)
{
    return period(w, PHRASE_SINCE_YEAR, PHRASE_SINCE_MONTH, PHRASE_MONTH_WITH,
                  w->facts->before_year);
}

static const char *years_between(const struct summary_words *w)
{
    int n = w->answer->params.year_to - w->facts->before_year;
    return FILL(w, phrase_of_count(w->lang, PHRASE_YEARS_ONE, n), {"count", count_text(w, n)});
}

/* ---- where ---- */

static const char *sector_name(const struct summary_words *w, int sector)
{
    return doc_name(w->answer->catalog->sectors[sector].name, w->lang);
}

static const char *join(const struct summary_words *w, const char *list, const char *more)
{
    if (list == NULL || more == NULL)
        return NULL;
    return list[0] == '\0' ? more : arena_printf(w->arena, "%s, %s", list, more);
}

/* The sectors that were asked for, and whether land use counts; "" = everything does. */
static const char *scope_text(const struct summary_words *w)
{
    const struct params *p = &w->answer->params;
    const char *list = "";
    int named = p->sector_count <= SECTORS_NAMED ? p->sector_count : SECTORS_NAMED - 1;
    for (int i = 0; i < named; i++)
        list = join(w, list, sector_name(w, p->sectors[i]));
    int more = p->sector_count - named;
    if (more > 0)
        list = FILL(w, phrase_of_count(w->lang, PHRASE_MORE_SECTORS_ONE, more), {"list", list},
                    {"count", count_text(w, more)});
    if (p->lulucf == LULUCF_EXCLUDE)
        list = join(w, list, phrase_text(w->lang, PHRASE_SCOPE_NO_LAND));
    return list;
}

/* Names begin sentences here, and some are written small: «город Ташкент». */
static const char *with_capital(const struct summary_words *w, const char *name)
{
    char *out = arena_strndup(w->arena, name, strlen(name));
    unsigned char *at = (unsigned char *)out;
    if (out == NULL)
        return NULL;
    if (at[0] >= 'a' && at[0] <= 'z') {
        at[0] = (unsigned char)(at[0] - 'a' + 'A');
    } else if (at[0] == 0xD0u && at[1] >= 0xB0u) { /* а..п -> А..П */
        at[1] = (unsigned char)(at[1] - 0x20u);
    } else if (at[0] == 0xD1u && at[1] >= 0x80u && at[1] <= 0x8Fu) { /* р..я -> Р..Я */
        at[0] = 0xD0u;
        at[1] = (unsigned char)(at[1] + 0x20u);
    }
    return out;
}

static const char *place_text(const struct summary_words *w)
{
    const struct params *p = &w->answer->params;
    const char *name = w->facts->is_area ? phrase_text(w->lang, PHRASE_PLACE_AREA)
                       : p->district < 0
                           ? phrase_text(w->lang, PHRASE_PLACE_WHOLE)
                           : doc_name(p->catalog->districts[p->district].name, w->lang);
    name = with_capital(w, name);
    const char *scope = scope_text(w);
    if (scope == NULL || scope[0] == '\0')
        return scope == NULL ? NULL : name;
    return FILL(w, PHRASE_PLACE_SCOPED, {"place", name}, {"scope", scope});
}

/* ---- the sentences ---- */

static enum err say(struct summary_words *w, const char *sentence)
{
    if (sentence == NULL || w->sentence_count == SUMMARY_SENTENCES_MAX)
        return ERR_NO_MEMORY;
    w->sentences[w->sentence_count++] = sentence;
    return ERR_OK;
}

static const char *zero_text(const struct summary_words *w)
{
    static const enum phrase zeros[] = {[FLOW_EMISSION] = PHRASE_ZERO_EMISSION,
                                        [FLOW_REMOVAL] = PHRASE_ZERO_REMOVAL,
                                        [FLOW_NET] = PHRASE_ZERO_NET};
    return FILL(w, zeros[w->answer->params.flow], {"place", w->place}, {"when", when(w)});
}

/* A part of the country has a share of it; a balance is no part of anything. */
static bool has_share(const struct summary_facts *f, enum flow flow)
{
    return flow != FLOW_NET && !f->is_country && f->has_country && f->country > 0;
}

static const char *how_much(const struct summary_words *w)
{
    const struct summary_facts *f = w->facts;
    enum flow flow = w->answer->params.flow;
    if (!f->has_data)
        return FILL(w, PHRASE_NO_DATA, {"place", w->place}, {"when", when(w)});
    if (f->total.value == 0)
        return zero_text(w);
    bool is_removal = flow == FLOW_REMOVAL;
    bool is_turned = flow == FLOW_NET && f->total.value < 0;
    const char *amount = amount_between(w, f->total, is_turned);
    if (has_share(f, flow))
        return FILL(w, is_removal ? PHRASE_REMOVAL_SHARE : PHRASE_EMISSION_SHARE,
                    {"place", w->place}, {"amount", amount}, {"when", when(w)},
                    {"share", summary_percent(w, f->total.value / f->country)});
    enum phrase plain = is_removal         ? PHRASE_REMOVAL
                        : flow != FLOW_NET ? PHRASE_EMISSION
                        : is_turned        ? PHRASE_NET_REMOVAL
                                           : PHRASE_NET_EMISSION;
    return FILL(w, plain, {"place", w->place}, {"amount", amount}, {"when", when(w)});
}

/* A balance may change its sign, so its change is told in tonnes. */
static const char *net_change(const struct summary_words *w)
{
    double before = w->facts->before, change = w->facts->total.value - before;
    if (fabs(change) <= SAME_REL * fmax(fabs(before), fabs(before + change)))
        return FILL(w, PHRASE_NET_SAME, {"since", since(w)}, {"years", years_between(w)});
    return FILL(w, change > 0 ? PHRASE_NET_MORE : PHRASE_NET_LESS, {"since", since(w)},
                {"years", years_between(w)}, {"by", amount(w, fabs(change))},
                {"before", amount(w, before)});
}

static const char *change(const struct summary_words *w)
{
    const struct summary_facts *f = w->facts;
    bool is_removal = w->answer->params.flow == FLOW_REMOVAL;
    double change = f->total.value - f->before;
    if (f->total.value == 0 && f->before == 0)
        return FILL(w, PHRASE_STILL_ZERO, {"since", since(w)});
    if (w->answer->params.flow == FLOW_NET)
        return net_change(w);
    if (fabs(change) <= SAME_REL * f->before)
        return FILL(w, is_removal ? PHRASE_REMOVAL_SAME : PHRASE_EMISSION_SAME, {"since", since(w)},
                    {"years", years_between(w)});
    if (f->before == 0)
        return FILL(w, is_removal ? PHRASE_REMOVAL_NEW : PHRASE_EMISSION_NEW, {"since", since(w)});
    enum phrase emission = change > 0 ? PHRASE_EMISSION_MORE : PHRASE_EMISSION_LESS;
    enum phrase removal = change > 0 ? PHRASE_REMOVAL_MORE : PHRASE_REMOVAL_LESS;
    return FILL(w, is_removal ? removal : emission, {"since", since(w)},
                {"years", years_between(w)},
                {"percent", summary_percent(w, fabs(change) / f->before)},
                {"before", amount(w, f->before)});
}

static const char *beside_others(const struct summary_words *w)
{
    const struct summary_facts *f = w->facts;
    if (!f->has_data)
        return phrase_text(w->lang, PHRASE_MIND_NO_DATA);
    if (f->has_before)
        return change(w);
    if (f->rank == 0)
        return phrase_text(w->lang, PHRASE_NO_EARLIER);
    return FILL(w, phrase_of_count(w->lang, PHRASE_RANK_ONE, f->peers),
                {"rank", count_text(w, f->rank)}, {"count", count_text(w, f->peers)});
}

static const char *top_item(const struct summary_words *w, int i)
{
    const struct summary_sector *s = &w->facts->sectors[i];
    bool is_net = w->answer->params.flow == FLOW_NET;
    return FILL(w, PHRASE_TOP_ITEM, {"sector", sector_name(w, s->sector)},
                {"value", is_net ? amount(w, s->total.value)
                                 : summary_percent(w, s->total.value / w->facts->total.value)});
}

static int sectors_with_mass(const struct summary_facts *f)
{
    int n = 0;
    while (n < f->sector_count && f->sectors[n].total.value != 0)
        n++;
    return n;
}

/* The largest sectors, unless the question was about one of them alone. */
static enum err say_sectors(struct summary_words *w)
{
    const struct params *p = &w->answer->params;
    int n = sectors_with_mass(w->facts);
    bool is_asked = n == 1 && p->sector_count == 1 && p->sectors[0] == w->facts->sectors[0].sector;
    if (n == 0 || is_asked)
        return ERR_OK;
    if (n == 1)
        return say(
            w, FILL(w, PHRASE_TOP_ONE, {"sector", sector_name(w, w->facts->sectors[0].sector)}));
    if (n == 2)
        return say(w,
                   FILL(w, PHRASE_TOP_TWO, {"first", top_item(w, 0)}, {"second", top_item(w, 1)}));
    return say(w, FILL(w, PHRASE_TOP_THREE, {"first", top_item(w, 0)}, {"second", top_item(w, 1)},
                       {"third", top_item(w, 2)}));
}

/* ---- what must be minded ---- */

static bool is_estimated(const char *status)
{
    static const char *const sound[] = {"measured", "reported", "calculated", "scaled"};
    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        if (strcmp(status, sound[i]) == 0)
            return false;
    }
    return true;
}

static enum err mind_unallocated(struct summary_words *w)
{
    const struct summary_facts *f = w->facts;
    if (!f->has_country || fabs(f->nowhere) <= UNALLOCATED_REL * fabs(f->country))
        return ERR_OK;
    if (!f->is_country)
        return say(w, FILL(w, PHRASE_MIND_UNALLOCATED_BESIDE, {"amount", amount(w, f->nowhere)}));
    if (f->nowhere < 0 || f->country < f->nowhere) /* of a balance: no part of it */
        return ERR_OK;
    return say(w, FILL(w, PHRASE_MIND_UNALLOCATED,
                       {"share", summary_percent(w, f->nowhere / f->country)}));
}

static enum err mind(struct summary_words *w)
{
    const struct summary_facts *f = w->facts;
    enum err e = ERR_OK;
    if (f->has_data && is_estimated(f->status))
        e = say(w, phrase_text(w->lang, PHRASE_MIND_ESTIMATED));
    if (e == ERR_OK && f->has_data)
        e = mind_unallocated(w);
    if (e == ERR_OK && f->yearly_only != 0)
        e = say(w, FILL(w, PHRASE_MIND_YEARLY_ONLY, {"amount", amount(w, f->yearly_only)}));
    return e;
}

enum err summary_words(struct summary_words *w, const struct answer *a,
                       const struct summary_facts *f)
{
    *w = (struct summary_words){
        .answer = a, .facts = f, .lang = a->params.lang, .arena = a->params.arena};
    w->place = place_text(w);
    enum err e = w->place == NULL ? ERR_NO_MEMORY : say(w, how_much(w));
    if (e == ERR_OK)
        e = say(w, beside_others(w));
    if (e == ERR_OK && f->has_data)
        e = say_sectors(w);
    return e == ERR_OK ? mind(w) : e;
}

const char *summary_caption(const struct summary_words *w)
{
    static const enum phrase captions[] = {[FLOW_EMISSION] = PHRASE_CAPTION_EMISSION,
                                           [FLOW_REMOVAL] = PHRASE_CAPTION_REMOVAL,
                                           [FLOW_NET] = PHRASE_CAPTION_NET};
    const char *of =
        period(w, PHRASE_PERIOD_YEAR, PHRASE_PERIOD_MONTH, PHRASE_MONTH, w->answer->params.year_to);
    return FILL(w, captions[w->answer->params.flow], {"place", w->place}, {"period", of});
}
