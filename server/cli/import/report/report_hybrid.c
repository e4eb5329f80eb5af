#include "cli/import/report/report_hybrid.h"

#include <string.h>

#define ITEM_MAX_BYTES 65536

static void add_text(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
    buf_add_json_str(b, text);
}

static void add_number(struct buf *b, const char *name, double value)
{
    buf_printf(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
    buf_add_json_double(b, value);
}

static void open_item(struct buf *b, const char *sector, const char *gas, const char *fuel,
                      int year, int month)
{
    buf_init(b, ITEM_MAX_BYTES);
    buf_add_char(b, '{');
    add_text(b, "sector", sector);
    add_text(b, "gas", gas);
    add_text(b, "fuel", fuel);
    if (year != 0) {
        add_number(b, "year", year);
    }
    if (month != 0) {
        add_number(b, "month", month);
    }
}

/* A report that does not fit is cut, not a reason to stop: it is counted all the same. */
static void close_item(struct buf *b, struct report_list *list, struct arena *arena)
{
    list->count++;
    buf_add_char(b, '}');
    struct report_item *item =
        list->count <= REPORT_LIST_SHOWN && !b->failed ? arena_alloc(arena, 1, sizeof *item) : NULL;
    if (item != NULL) {
        item->json = arena_strndup(arena, b->data, b->len);
        if (list->last != NULL) {
            list->last->next = item;
        } else {
            list->first = item;
        }
        list->last = item;
    }
    buf_fini(b);
}

void report_taken(struct report_hybrid *to, struct arena *arena, const struct total *row,
                  double total_t, double taken_t, long count, double left_t)
{
    struct buf b;
    open_item(&b, row->sector, row->gas, row->fuel, row->year, row->month);
    add_text(&b, "area", row->area);
    add_number(&b, "total_kt", total_t / 1e3);
    add_number(&b, "points", (double)count);
    add_number(&b, "taken_kt", taken_t / 1e3);
    add_number(&b, "left_kt", left_t / 1e3);
    close_item(&b, &to->taken, arena);
}

void report_region(struct report_hybrid *to, struct arena *arena, const struct total *row,
                   double total_t, double left_t)
{
    struct buf b;
    open_item(&b, row->sector, row->gas, row->fuel, row->year, row->month);
    add_text(&b, "area", row->area);
    add_number(&b, "total_kt", total_t / 1e3);
    add_number(&b, "left_kt", left_t / 1e3);
    close_item(&b, &to->regions, arena);
}

void report_spatial(struct report_hybrid *to, struct arena *arena, const char *text, double mass_t)
{
    int i = 0;
    while (i < to->spatial_count && strcmp(to->spatials[i].text, text) != 0) {
        i++;
    }
    if (i == (int)(sizeof to->spatials / sizeof to->spatials[0])) {
        to->spatial_more++;
        return;
    }
    if (i == to->spatial_count) {
        const char *copy = arena_strndup(arena, text, strlen(text));
        if (copy == NULL) {
            return;
        }
        to->spatials[to->spatial_count++] = (struct report_spatial){.text = copy};
    }
    to->spatials[i].rows++;
    to->spatials[i].mass_t += mass_t;
}

void report_profile(struct report_hybrid *to, struct arena *arena, const struct profile *p,
                    int slices)
{
    struct buf b;
    open_item(&b, p->sector, p->gas, p->fuel, 0, 0);
    add_number(&b, "slices", slices);
    close_item(&b, &to->profiles, arena);
}

void report_fallback(struct report_hybrid *to, struct arena *arena,
                     const struct report_fallback *of)
{
    struct buf b;
    open_item(&b, of->sector, of->gas, of->fuel, of->year, of->month);
    add_text(&b, "proxy", of->proxy);
    add_text(&b, "area", of->area);
    add_text(&b, "fallback", of->done == FALLBACK_UNIFORM ? "uniform" : "unallocated");
    add_number(&b, "mass_kt", of->mass_t / 1e3);
    close_item(&b, &to->fallbacks, arena);
}

static void add_list(struct buf *out, const char *name, const struct report_list *list)
{
    buf_printf(out, ",\"%s\":{\"count\":%d,\"rows\":[", name, list->count);
    for (const struct report_item *i = list->first; i != NULL; i = i->next) {
        buf_add_str(out, i == list->first ? "" : ",");
        buf_add_str(out, i->json != NULL ? i->json : "null");
    }
    buf_add_str(out, "]}");
}

void report_hybrid_json(const struct report_hybrid *r, struct buf *out)
{
    add_list(out, "taken", &r->taken);
    add_list(out, "regions", &r->regions);
    add_list(out, "fallbacks", &r->fallbacks);
    add_list(out, "profiles", &r->profiles);
    buf_add_str(out, ",\"spatial\":[");
    for (int i = 0; i < r->spatial_count; i++) {
        buf_add_str(out, i > 0 ? ",{\"pattern\":" : "{\"pattern\":");
        buf_add_json_str(out, r->spatials[i].text);
        buf_printf(out, ",\"rows\":%d,\"mass_kt\":", r->spatials[i].rows);
        buf_add_json_double(out, r->spatials[i].mass_t / 1e3);
        buf_add_char(out, '}');
    }
    buf_printf(out, "],\"spatial_more\":%d", r->spatial_more);
}

void report_hybrid_print(const struct report_hybrid *r, FILE *to)
{
    const struct report_list *const lists[] = {&r->taken, &r->regions, &r->fallbacks};
    static const char *const words[] = {"totals less their points", "totals of areas or less them",
                                        "masses whose proxy is zero all over"};
    for (int i = 0; i < 3; i++) {
        if (lists[i]->count > 0) {
            fprintf(to, "  %s: %d\n", words[i], lists[i]->count);
        }
    }
    for (const struct report_item *i = r->fallbacks.first; i != NULL; i = i->next) {
        fprintf(to, "  fallback: %s\n", i->json != NULL ? i->json : "");
    }
}
