#include "cli/arguments.h"

#include <stdio.h>
#include <string.h>

static void drop(struct arguments *a, int at, int count)
{
    for (int i = at; i + count < a->argc; i++) {
        a->argv[i] = a->argv[i + count];
    }
    a->argc -= count;
}

bool arguments_flag(struct arguments *a, const char *name)
{
    for (int i = 0; i < a->argc; i++) {
        if (strcmp(a->argv[i], name) == 0) {
            drop(a, i, 1);
            return true;
        }
    }
    return false;
}

const char *arguments_value(struct arguments *a, const char *name)
{
    size_t len = strlen(name);
    for (int i = 0; i < a->argc; i++) {
        const char *text = a->argv[i];
        if (strcmp(text, name) == 0 && i + 1 < a->argc) {
            const char *value = a->argv[i + 1];
            drop(a, i, 2);
            return value;
        }
        if (strncmp(text, name, len) == 0 && text[len] == '=') {
            drop(a, i, 1);
            return text + len + 1;
        }
    }
    return NULL;
}

const char *arguments_word(struct arguments *a)
{
    for (int i = 0; i < a->argc; i++) {
        bool is_value =
            i > 0 && strncmp(a->argv[i - 1], "--", 2) == 0 && strchr(a->argv[i - 1], '=') == NULL;
        if (a->argv[i][0] != '-' && !is_value) {
            const char *word = a->argv[i];
            drop(a, i, 1);
            return word;
        }
    }
    return NULL;
}

bool arguments_settings(struct arguments *a, struct settings *out)
{
    struct why why = {0};
    const char *file = arguments_value(a, "--config");
    enum err e = settings_load(out, file, a->argc, a->argv, &why);
    if (e != ERR_OK) {
        arguments_fail(e, &why);
    }
    return e == ERR_OK;
}

int arguments_fail(enum err e, const struct why *why)
{
    const char *reason = why->reason[0] != '\0' ? why->reason : err_words(e);
    fprintf(stderr, "fluxgrid: %s%s%s%s\n", reason, why->allowed[0] != '\0' ? " (allowed: " : "",
            why->allowed, why->allowed[0] != '\0' ? ")" : "");
    return e == ERR_INPUT || e == ERR_NOT_FOUND || e == ERR_CONFLICT || e == ERR_TOO_LARGE ? 2 : 1;
}
