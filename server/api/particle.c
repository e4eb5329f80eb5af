#include "api/particle.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SYLLABLE_FIRST 0xAC00u /* 가 */
#define SYLLABLE_LAST  0xD7A3u /* 힣 */
#define FINALS         28u     /* per medial: none, ㄱ, ㄲ ... */
#define FINAL_OF_RIEUL 8u

/* The character that ends at `end`, which moves to its beginning. Well-formed UTF-8. */
static uint32_t last_char(const char *text, const char **end)
{
    const char *at = *end - 1;
    while (at > text && ((unsigned char)*at & 0xC0u) == 0x80u)
        at--;
    unsigned char lead = (unsigned char)*at;
    uint32_t c = lead < 0x80u   ? lead
                 : lead < 0xE0u ? lead & 0x1Fu
                 : lead < 0xF0u ? lead & 0x0Fu
                                : lead & 0x07u;
    for (const char *p = at + 1; p < *end; p++)
        c = c << 6 | ((unsigned char)*p & 0x3Fu);
    *end = at;
    return c;
}

static bool is_silent(uint32_t c)
{
    return c == ']' || c == '"' || c == '\'' || c == ' ' || c == 0xA0u ||
           (c >= 0x2018u && c <= 0x201Du) || (c >= 0x300Au && c <= 0x3011u);
}

/* What stands in brackets is not read: the particle is that of the word before. */
static void skip_brackets(const char *text, const char **end)
{
    int depth = 0;
    do {
        uint32_t c = last_char(text, end);
        depth += (c == ')') - (c == '(');
    } while (depth > 0 && *end > text);
}

/* 영 일 이 삼 사 오 육 칠 팔 구; tens, hundreds and thousands end in 십, 백, 천: consonants, as 영.
 */
static enum final_sound of_digit(uint32_t digit)
{
    static const enum final_sound sounds[] = {
        FINAL_CONSONANT, FINAL_RIEUL,     FINAL_VOWEL, FINAL_CONSONANT, FINAL_VOWEL,
        FINAL_VOWEL,     FINAL_CONSONANT, FINAL_RIEUL, FINAL_RIEUL,     FINAL_VOWEL};
    return sounds[digit];
}

enum final_sound particle_final(const char *text)
{
    const char *end = text + strlen(text);
    uint32_t c = ' ';
    while (end > text && is_silent(c)) {
        if (end[-1] == ')')
            skip_brackets(text, &end);
        else
            c = last_char(text, &end);
    }
    if (c >= SYLLABLE_FIRST && c <= SYLLABLE_LAST) {
        uint32_t final = (c - SYLLABLE_FIRST) % FINALS;
        return final == 0 ? FINAL_VOWEL : final == FINAL_OF_RIEUL ? FINAL_RIEUL : FINAL_CONSONANT;
    }
    if (c >= '0' && c <= '9')
        return of_digit(c - '0');
    return c == '%' ? FINAL_VOWEL : FINAL_UNKNOWN;
}

/* 으로 / 로: the pair is not cut in halves, the first form is the longer. */
static size_t first_form(size_t len)
{
    return len == 9 ? 6 : len / 2;
}

void particle_add(struct buf *b, const char *text, const char *pair, size_t len)
{
    enum final_sound sound = particle_final(text);
    size_t first = first_form(len);
    bool is_ro = len == 9;
    bool takes_second = sound == FINAL_VOWEL || (is_ro && sound == FINAL_RIEUL);
    if (sound == FINAL_UNKNOWN && is_ro) {
        buf_add_str(b, "(으)로");
    } else if (sound == FINAL_UNKNOWN) {
        buf_add(b, pair, first);
        buf_add_char(b, '(');
        buf_add(b, pair + first, len - first);
        buf_add_char(b, ')');
    } else if (takes_second) {
        buf_add(b, pair + first, len - first);
    } else {
        buf_add(b, pair, first);
    }
}
