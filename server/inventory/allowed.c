#include "inventory/allowed.h"

#include <stdio.h>
#include <string.h>

void allowed_add(struct allowed *a, const char *item)
{
    static const char more[] = ", ...";
    size_t need = strlen(item) + (a->len > 0 ? 2 : 0);
    if (a->len + sizeof more > sizeof a->text) /* cut already */
        return;
    if (a->len + need + sizeof more > sizeof a->text) {
        memcpy(a->text + a->len, more, sizeof more);
        a->len += sizeof more;
        return;
    }
    int n =
        snprintf(a->text + a->len, sizeof a->text - a->len, "%s%s", a->len > 0 ? ", " : "", item);
    a->len += (size_t)n;
}

void allowed_add_year_run(struct allowed *a, int first, int last)
{
    char run[32];
    if (first == last)
        snprintf(run, sizeof run, "%d", first);
    else
        snprintf(run, sizeof run, "%d..%d", first, last);
    allowed_add(a, run);
}
