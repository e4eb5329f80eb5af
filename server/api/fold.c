#include "api/fold.h"

#include <stdint.h>
#include <string.h>

#define FOLD_MAX_CHARS 512

/* One character of well-formed UTF-8; moves on. */
static uint32_t next_char(const unsigned char **at)
{
    const unsigned char *p = *at;
    int more = *p < 0x80 ? 0 : *p < 0xE0 ? 1 : *p < 0xF0 ? 2 : 3;
    static const unsigned char masks[] = {0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = *p & masks[more];
    for (p++; more > 0 && *p != '\0'; more--, p++)
        c = c << 6 | (*p & 0x3Fu);
    *at = p;
    return c;
}

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == '`' || c == 0x2018 || c == 0x2019 || c == 0x02BB || c == 0x02BC;
}

static uint32_t fold_char(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0x410 && c <= 0x42F) || (c >= 0xC0 && c <= 0xDE))
        return c + 32;
    if (c >= 0x400 && c <= 0x40F) /* Cyrillic with marks */
        return c == 0x401 ? 0x435 : c + 80;
    if (c == 0x451) /* yo is typed as ye */
        return 0x435;
    bool is_paired = (c >= 0x460 && c <= 0x52F) || (c >= 0x100 && c <= 0x137);
    return is_paired ? c | 1u : c;
}

static int fold_text(const char *text, uint32_t out[FOLD_MAX_CHARS])
{
    const unsigned char *at = (const unsigned char *)text;
    int n = 0;
    while (*at != '\0' && n < FOLD_MAX_CHARS) {
        uint32_t c = next_char(&at);
        if (!is_apostrophe(c))
            out[n++] = fold_char(c);
    }
    return n;
}

bool fold_contains(const char *text, const char *part)
{
    uint32_t whole[FOLD_MAX_CHARS], wanted[FOLD_MAX_CHARS];
    int n = fold_text(text, whole);
    int m = fold_text(part, wanted);
    for (int i = 0; i + m <= n; i++) {
        if (memcmp(whole + i, wanted, (size_t)m * sizeof *whole) == 0)
            return true;
    }
    return false;
}
