#include "api/phrases.h"

#include <assert.h>
#include <string.h>

#include "api/phrases_tables.h"
#include "api/particle.h"
#include "base/buf.h"

#define PHRASE_MAX_BYTES 8192

static const char *const *const tables[LANG_COUNT] = {
    [LANG_EN] = phrases_en, [LANG_RU] = phrases_ru, [LANG_UZ] = phrases_uz, [LANG_KO] = phrases_ko};

const char *phrase_text(enum lang lang, enum phrase phrase)
{
    return tables[lang][phrase];
}

enum phrase phrase_of_count(enum lang lang, enum phrase first, int count)
{
    return first + (unsigned)numeral_plural(lang, count);
}

static const char *value_of(const struct phrase_gap *gaps, const char *name, size_t len)
{
    for (; gaps->name != NULL; gaps++) {
        if (strlen(gaps->name) == len && memcmp(gaps->name, name, len) == 0)
            return gaps->value;
    }
    assert(gaps->name != NULL); /* a phrase has a gap that its caller does not fill */
    return NULL;
}

/* A gap "{name}" or "{name+은는}": its value, and the particle if it has one. */
static bool add_gap(struct buf *b, const char *gap, size_t len, const struct phrase_gap *gaps)
{
    const char *plus = memchr(gap, '+', len);
    const char *value = value_of(gaps, gap, plus != NULL ? (size_t)(plus - gap) : len);
    if (value == NULL)
        return false;
    buf_add_str(b, value);
    if (plus != NULL)
        particle_add(b, value, plus + 1, (size_t)(gap + len - plus - 1));
    return true;
}

const char *phrase_fill(struct arena *arena, enum lang lang, enum phrase phrase,
                        const struct phrase_gap *gaps)
{
    struct buf b;
    bool ok = true;
    buf_init(&b, PHRASE_MAX_BYTES);
    for (const char *at = phrase_text(lang, phrase); ok && *at != '\0';) {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        bool is_doubled = *at == '.' && b.len > 0 && b.data[b.len - 1] == '.';
        if (close != NULL) {
            ok = add_gap(&b, at + 1, (size_t)(close - at - 1), gaps);
            at = close + 1;
            continue;
        }
        if (!is_doubled)
            buf_add_char(&b, *at);
        at++;
    }
    const char *out =
        ok && !b.failed ? arena_strndup(arena, b.data != NULL ? b.data : "", b.len) : NULL;
    buf_fini(&b);
    return out;
}
