/* settings_table.h - the one table of settings, for settings.c and settings_text.c only. */
#ifndef BASE_SETTINGS_TABLE_H
#define BASE_SETTINGS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum setting_kind { SETTING_INTEGER, SETTING_TEXT };

struct setting {
    const char
        *name; /* lower_snake_case; as a flag with '-' or '_', in the environment FLUXGRID_NAME */
    enum setting_kind kind;
    const char *unit;           /* "ms", "MiB", "" */
    int64_t min, max;           /* integers: bounds, inclusive */
    int64_t number;             /* integers: default */
    const char *text;           /* texts: default */
    const char *const *choices; /* texts: what is allowed, NULL-terminated; NULL = see check */
    /** Texts: ERR_OK or ERR_INPUT with *rule a borrowed sentence of what is right; may be NULL. */
    enum err (*check)(const char *value, const char **rule);
    size_t offset; /* in struct settings */
    size_t size;   /* bytes there, with the NUL for a text */
    const char *sentence;
};

extern const struct setting settings_table[];
extern const int settings_table_count;

#endif
