/* report_hybrid.h - what was done with totals beyond copying them: told row by row in the report.
 *
 * Every list says how many entries there were and shows the first of them, so that a report stays
 * readable. All memory is an arena's. One thread.
 */
#ifndef IMPORT_REPORT_HYBRID_H
#define IMPORT_REPORT_HYBRID_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/import/table/tables.h"

#define REPORT_LIST_SHOWN 500

struct report_item {
    const char *json;
    struct report_item *next;
};

struct report_list {
    int count; /* all of them; the first REPORT_LIST_SHOWN are kept */
    struct report_item *first, *last;
};

struct report_spatial { /* a pattern that totals name */
    const char *text;
    int rows;
    double mass_t;
};

struct report_hybrid {
    struct report_list taken;     /* points and features taken out of totals */
    struct report_list regions;   /* totals of areas, and what is left of the nation's */
    struct report_list fallbacks; /* masses whose proxy is zero all over */
    struct report_list profiles;  /* monthly profiles, and how often they were used */
    int spatial_count, spatial_more;
    struct report_spatial spatials[64];
};

void report_taken(struct report_hybrid *to, struct arena *arena, const struct total *row,
                  double total_t, double taken_t, long count, double left_t);
void report_region(struct report_hybrid *to, struct arena *arena, const struct total *row,
                   double total_t, double left_t);
void report_spatial(struct report_hybrid *to, struct arena *arena, const char *text, double mass_t);
void report_profile(struct report_hybrid *to, struct arena *arena, const struct profile *p,
                    int slices);

struct report_fallback {
    const char *proxy, *area; /* area "" = everywhere */
    const char *sector, *gas, *fuel;
    int year, month;
    double mass_t;
    enum fallback done;
};
void report_fallback(struct report_hybrid *to, struct arena *arena,
                     const struct report_fallback *of);

/** ,"taken":{"count":n,"rows":[...]},... : members of an object that has others before. */
void report_hybrid_json(const struct report_hybrid *r, struct buf *out);
/** For people: a line for each kind that there was. */
void report_hybrid_print(const struct report_hybrid *r, FILE *to);

#endif
