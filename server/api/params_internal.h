/* params_internal.h - between params.c (the table's engine) and params_table.c (its entries). */
#ifndef API_PARAMS_INTERNAL_H
#define API_PARAMS_INTERNAL_H

#include "api/params.h"

struct param_entry {
    const char *name;
    bool is_number; /* its canonical value is a JSON number */
    /** Reads a value that was sent. The engine adds the parameter's name to the reason. */
    enum err (*read)(struct params *p, const char *text, struct why *why);
    /** Canonical value; NULL = plays no part here. */
    const char *(*show)(const struct params *p);
};

extern const struct param_entry param_table[PARAM_COUNT];

/** A refusal of one value, in one voice. */
enum err param_refuse(struct why *why, const char *rule, const char *allowed_format, ...)
    PRINTF_LIKE(3, 4);
enum err param_read_month(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_month(const struct params *p);
/* Of OGC API. */
enum err param_read_datetime(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_datetime(const struct params *p);
/** The first and last year that a moment or an interval touches; an open end is 0 or 9999. */
bool param_datetime_span(const char *text, int *from, int *to);
enum err param_read_f(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_f(const struct params *p);
enum err param_read_crs(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_crs(const struct params *p);
enum err param_read_bbox(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_bbox(const struct params *p);
enum err param_read_bbox_crs(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_bbox_crs(const struct params *p);
/** What the box of OGC API means, once its system is known. */
enum err params_settle_bbox(struct params *p, struct why *why) MUST_CHECK;
/** What month means beside other parameters, after all were read. */
enum err params_settle_month(struct params *p, struct why *why) MUST_CHECK;
enum err param_read_since(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_since(const struct params *p);
enum err param_read_to_district(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_to_district(const struct params *p);
enum err param_read_to_release(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_to_release(const struct params *p);
enum err param_read_to_year(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_to_year(const struct params *p);
/** The shortest text that reads back the same; NULL = no memory. */
const char *param_shortest(struct arena *arena, double value);
/** One of a closed list. @param out  its place. */
enum err param_read_word(const char *text, const char *const *words, int count, int *out,
                         struct why *why) MUST_CHECK;
/** The code of a district the release is about. @param out  catalog index. */
enum err param_read_district(struct params *p, const char *text, int *out,
                             struct why *why) MUST_CHECK;
/* Of /v1/rank. */
enum err param_read_by(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_by(const struct params *p);
enum err param_read_top(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_top(const struct params *p);
enum err param_read_share(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_share(const struct params *p);
enum err param_read_within(struct params *p, const char *text, struct why *why) MUST_CHECK;
const char *param_show_within(const struct params *p);
enum err param_release(struct params *p, const char *text, struct why *why) MUST_CHECK;

#endif
