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
/** What month means beside other parameters, after all were read. */
enum err params_settle_month(struct params *p, struct why *why) MUST_CHECK;
enum err param_release(struct params *p, const char *text, struct why *why) MUST_CHECK;

#endif
