/* accept.h - what a client says it prefers: Accept and Accept-Language (RFC 9110, 12.5).
 *
 * Pure, safe from any thread. A header that cannot be read prefers nothing, as if it were absent.
 */
#ifndef API_ACCEPT_H
#define API_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "inventory/catalog.h"

struct accept_item {
    const char *text; /* inside the header, not NUL-terminated */
    size_t len;
    int q_milli; /* weight x 1000, 0..1000 */
};

/** Steps through a comma-separated list of weighted items.
 *  @param cursor  starts at the header; moved behind the item.
 *  @return false at the end. */
bool accept_next(const char **cursor, struct accept_item *out);

/** The best of our languages; English when none is asked for. */
enum lang accept_language(const char *header);

/** Index of the best of `count` media types, the earlier one of equals; -1 when all are refused.
 *  An empty header takes the first. */
int accept_media(const char *header, const char *const *types, int count);

#endif
