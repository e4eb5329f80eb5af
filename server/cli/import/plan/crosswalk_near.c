/* Codes that a mistyped one may have meant. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "cli/import/plan/crosswalk.h"

#define SHOWN       3
#define LETTERS_MAX 64

/* What counts in a code: letters and digits, in one case ("1A1a" is near 1.A.1.a). */
static int letters_of(const char *code, char out[LETTERS_MAX])
{
    int n = 0;
    for (; *code != '\0' && n < LETTERS_MAX; code++) {
        if (isalnum((unsigned char)*code)) {
            out[n++] = (char)tolower((unsigned char)*code);
        }
    }
    return n;
}

static int smallest(int a, int b, int c)
{
    int least = a < b ? a : b;
    return least < c ? least : c;
}

/* Letters to insert, drop or change to make one of the other (Levenshtein). */
static int distance(const char *a, const char *b)
{
    char x[LETTERS_MAX], y[LETTERS_MAX];
    int nx = letters_of(a, x), ny = letters_of(b, y);
    int above[LETTERS_MAX + 1];
    for (int k = 0; k <= ny; k++) {
        above[k] = k;
    }
    for (int i = 1; i <= nx; i++) {
        int corner = above[0];
        above[0] = i;
        for (int k = 1; k <= ny; k++) {
            int changed = corner + (x[i - 1] != y[k - 1]);
            corner = above[k];
            above[k] = smallest(above[k] + 1, above[k - 1] + 1, changed);
        }
    }
    return above[ny];
}

/* Codes of one scheme first; then the fewest letters; then the order they stand in. */
static int score(const char *candidate, const char *code)
{
    size_t scheme = strcspn(code, ":");
    bool is_same = strncmp(candidate, code, scheme + 1) == 0;
    return distance(candidate, code) + (is_same ? 0 : 2 * LETTERS_MAX);
}

const char *crosswalk_nearest(const char *const *codes, int count, const char *code,
                              struct arena *arena)
{
    int best[SHOWN] = {-1, -1, -1};
    int scores[SHOWN] = {INT_MAX, INT_MAX, INT_MAX};
    for (int i = 0; i < count; i++) {
        int s = score(codes[i], code);
        int at = SHOWN;
        while (at > 0 && s < scores[at - 1]) {
            at--;
        }
        for (int k = SHOWN - 1; k > at; k--) {
            scores[k] = scores[k - 1];
            best[k] = best[k - 1];
        }
        if (at < SHOWN) {
            scores[at] = s;
            best[at] = i;
        }
    }
    const char *text = "";
    for (int k = 0; k < SHOWN && best[k] >= 0 && text != NULL; k++) {
        text = arena_printf(arena, "%s%s%s", text, k > 0 ? ", " : "", codes[best[k]]);
    }
    return text != NULL ? text : "";
}
