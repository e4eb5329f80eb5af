#include "cli/import/codes.h"

#include <string.h>

const char *const codes_flows[] = {"emission", "removal", NULL};
const char *const codes_origins[] = {"fossil", "nonfossil", "na", NULL};

const char *const codes_change_reasons[] = {
    "new-year", "activity-data",  "emission-factor", "method",      "new-source",    "boundary",
    "spatial",  "classification", "error",           "uncertainty", "documentation", NULL};

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
