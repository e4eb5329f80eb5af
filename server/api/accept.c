#include "api/accept.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "q=0.75" behind the first ';'; anything else weighs 1. */
static int weight_of(const char *text, size_t len)
{
    const char *q = NULL;
    for (size_t i = 0; i + 2 < len; i++) {
        if ((text[i] == ';' || is_blank(text[i])) && (text[i + 1] == 'q' || text[i + 1] == 'Q') &&
            text[i + 2] == '=')
            q = text + i + 3;
    }
    if (q == NULL || q >= text + len)
        return 1000;
    int value = *q == '1' ? 1000 : 0;
    int step = 100;
    for (q += 1; q < text + len && step > 0; q++) {
        if (*q == '.')
            continue;
        if (*q < '0' || *q > '9')
            break;
        value += step * (*q - '0');
        step /= 10;
    }
    return value > 1000 ? 1000 : value;
}

bool accept_next(const char **cursor, struct accept_item *out)
{
    const char *at = *cursor;
    while (*at == ',' || is_blank(*at))
        at++;
    if (*at == '\0')
        return false;
    size_t whole = strcspn(at, ",");
    size_t len = strcspn(at, ",;");
    out->q_milli = weight_of(at, whole);
    out->text = at;
    while (len > 0 && is_blank(at[len - 1]))
        len--;
    out->len = len;
    *cursor = at + whole;
    return true;
}

enum lang accept_language(const char *header)
{
    enum lang best = LANG_EN;
    int best_q = 0;
    struct accept_item item;
    while (accept_next(&header, &item)) {
        for (int i = 0; i < LANG_COUNT; i++) {
            const char *word = lang_word((enum lang)i);
            size_t n = strlen(word);
            bool is_same = item.len >= n && strncasecmp(item.text, word, n) == 0 &&
                           (item.len == n || item.text[n] == '-');
            if (is_same && item.q_milli > best_q) {
                best = (enum lang)i;
                best_q = item.q_milli;
            }
        }
    }
    return best;
}

/* How closely a range such as "text/csv", "text/star" or "star/star" names a type: 3, 2, 1; 0 =
 * not. */
static int closeness(const struct accept_item *range, const char *type)
{
    size_t main_len = strcspn(type, "/") + 1;
    if (range->len == strlen(type) && strncasecmp(range->text, type, range->len) == 0)
        return 3;
    if (range->len == main_len + 1 && strncasecmp(range->text, type, main_len) == 0 &&
        range->text[main_len] == '*')
        return 2;
    return range->len == 3 && memcmp(range->text, "*/*", 3) == 0 ? 1 : 0;
}

static int media_weight(const char *header, const char *type)
{
    int closest = 0;
    int q = 0;
    struct accept_item item;
    while (accept_next(&header, &item)) {
        int how = closeness(&item, type);
        if (how > closest) {
            closest = how;
            q = item.q_milli;
        }
    }
    return q;
}

int accept_media(const char *header, const char *const *types, int count)
{
    if (header[0] == '\0')
        return 0;
    int best = -1;
    int best_q = 0;
    for (int i = 0; i < count; i++) {
        int q = media_weight(header, types[i]);
        if (q > best_q) {
            best = i;
            best_q = q;
        }
    }
    return best;
}
