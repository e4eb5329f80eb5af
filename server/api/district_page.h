/* district_page.h - the districts a request means, in pages by code, and their rows. Pure. */
#ifndef API_DISTRICT_PAGE_H
#define API_DISTRICT_PAGE_H

#include "api/answer.h"
#include "api/doc.h"
#include "api/totals.h"

struct district_page {
    int *districts; /* catalog indices, by code */
    int count;
    int matched; /* of all pages */
    bool has_more;
};

/** By level, parent, name (in any language), q, bbox (against the districts' own boxes), after and
 * limit.
 *  @param is_there  of each district of the catalog, whether it may be on a page; NULL = all may.
 *  @param out  arena memory. */
enum err district_page_read(const struct params *p, const bool *is_there, struct arena *arena,
                            struct district_page *out) MUST_CHECK;
/** Appends a row for each district of a page, with its value.
 *  @param t  totals of the page's districts, not grouped. */
void district_page_rows(struct doc *d, json_t *rows, const struct answer *a,
                        const struct district_page *page, const struct totals *t);

#endif
