/* arguments.h - a command's own flags taken out of its arguments; the rest are settings. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include <stdbool.h>

#include "base/settings.h"

struct arguments {
    int argc;
    char **argv;
};

/** Removes --name where it stands. @return whether it stood there. */
bool arguments_flag(struct arguments *a, const char *name);
/** Removes --name VALUE or --name=VALUE. @return the value, NULL when it is not there. */
const char *arguments_value(struct arguments *a, const char *name);
/** Removes the first argument that is no flag. @return NULL when there is none. */
const char *arguments_word(struct arguments *a);
/** Loads the settings from what is left (--config FILE among it). Complains itself. @return false
 * on a fault. */
bool arguments_settings(struct arguments *a, struct settings *out);
/** Prints "fluxgrid: reason (allowed: ...)". @return the exit status of that error. */
int arguments_fail(enum err e, const struct why *why);

#endif
