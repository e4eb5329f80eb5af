/* audit.c - the mass balance of a release, as SQL computes it. */
#include <stdint.h>

#include "store/param_text.h"
#include "store/statements.h"
#include "store/store.h"

static enum err no_memory(struct why *why)
{
    return why_set(why, ERR_NO_MEMORY, NULL, "Out of memory.");
}

static bool take_audit(const struct rows *rows, int row, struct arena *arena, struct audit_row *a)
{
    *a = (struct audit_row){.check = arena_strndup(arena, rows_text(rows, row, 0), SIZE_MAX),
                            .subject = arena_strndup(arena, rows_text(rows, row, 1), SIZE_MAX),
                            .expected = rows_double(rows, row, 2),
                            .actual = rows_double(rows, row, 3),
                            .outside = rows_double(rows, row, 4),
                            .unallocated = rows_double(rows, row, 5),
                            .relative = rows_double(rows, row, 6),
                            .is_ok = rows_bool(rows, row, 7)};
    return a->check && a->subject;
}

enum err store_audit(struct conn *c, int64_t release_id, int64_t deadline_ms, struct arena *arena,
                     struct audit_row **out, int *count, struct why *why)
{
    struct param param = {param_int(arena, release_id)};
    struct rows *rows = NULL;
    enum err e = param.text ? ERR_OK : no_memory(why);
    if (!e)
        e = conn_query(c, SQL_AUDIT, &param, 1, deadline_ms, &rows, why);
    if (!e)
        e = rows_expect(rows, "ttFFFFFb", why);
    int n = e ? 0 : rows_count(rows);
    struct audit_row *audits = e ? NULL : arena_alloc(arena, (size_t)n, sizeof *audits);
    for (int i = 0; audits && i < n; i++)
        if (!take_audit(rows, i, arena, &audits[i]))
            audits = NULL;
    rows_free(rows);
    if (!e && !audits)
        e = no_memory(why);
    if (e)
        return e;
    *out = audits;
    *count = n;
    return ERR_OK;
}
