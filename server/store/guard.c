#include "store/guard.h"

#include <stddef.h>

enum err guard_rows(const struct rows *r, const char *types, struct why *why)
{
    enum err e = rows_expect(r, types, why);
    if (e)
        return e;
    if (rows_count(r) < 1)
        return why_set(why, ERR_INTERNAL, NULL, "The table revision has no row.");
    if (!rows_bool(r, 0, 0))
        return why_set(why, ERR_STALE, NULL,
                       "This database is at another revision than the catalog; try again shortly.");
    return ERR_OK;
}
