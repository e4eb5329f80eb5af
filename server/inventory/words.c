/* words.c - the words of the enumerations: one table each, read in both directions. */
#include <string.h>

#include "inventory/catalog.h"

static const char *const flow_words[] = {"emission", "removal", "net"};
static const char *const origin_words[] = {"fossil", "nonfossil", "na"};
static const char *const lang_words[] = {"en", "ru", "uz", "ko"};

static int index_of(const char *const *words, int n, const char *text)
{
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

const char *flow_word(enum flow flow)
{
    return flow_words[flow];
}

const char *origin_word(enum origin o)
{
    return origin_words[o];
}

const char *lang_word(enum lang lang)
{
    return lang_words[lang];
}

bool flow_parse(const char *text, enum flow *out)
{
    int i = index_of(flow_words, 3, text);
    if (i >= 0)
        *out = (enum flow)i;
    return i >= 0;
}

bool origin_parse(const char *text, enum origin *out)
{
    int i = index_of(origin_words, 3, text);
    if (i >= 0)
        *out = (enum origin)i;
    return i >= 0;
}

bool lang_parse(const char *text, enum lang *out)
{
    int i = index_of(lang_words, LANG_COUNT, text);
    if (i >= 0)
        *out = (enum lang)i;
    return i >= 0;
}
