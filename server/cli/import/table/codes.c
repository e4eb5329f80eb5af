#include "cli/import/table/codes.h"

#include <string.h>

const char *const codes_flows[] = {"emission", "removal", NULL};
const char *const codes_origins[] = {"fossil", "nonfossil", "na", NULL};

const char *const codes_change_reasons[] = {"new-year",       "activity-data", "emission-factor",
                                            "method",         "new-source",    "boundary",
                                            "classification", "spatial",       "error",
                                            "uncertainty",    "documentation", NULL};

int codes_word(const char *const *words, const char *text)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

struct allowed codes_list(const char *const *words)
{
    struct allowed list = {0};
    for (int i = 0; words[i] != NULL; i++) {
        allowed_add(&list, words[i]);
    }
    return list;
}

const char *codes_sector(struct arena *arena, const char *scheme, const char *code)
{
    return strchr(code, ':') != NULL ? code : arena_printf(arena, "%s:%s", scheme, code);
}

static bool is_at_or_below(const char *code, const char *above)
{
    size_t len = strlen(above);
    return strncmp(code, above, len) == 0 && (code[len] == '.' || code[len] == '\0');
}

bool codes_are_apart(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return false;
    }
    size_t scheme = strcspn(a, ":") + 1;
    return strncmp(a, b, scheme) == 0 && !is_at_or_below(a, b) && !is_at_or_below(b, a);
}
