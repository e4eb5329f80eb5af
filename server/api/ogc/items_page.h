/* items_page.h - features as pages of HTML: a table of them, or one with its geometry. Pure. */
#ifndef API_OGC_ITEMS_PAGE_H
#define API_OGC_ITEMS_PAGE_H

#include "api/ogc/items.h"

/** @param root  what the answer says besides its rows. @return as ogc_page_document(). */
enum err ogc_items_page(const struct ogc_features *f, const json_t *root, const json_t *rows,
                        const struct answer *a, struct buf *out) MUST_CHECK;
/** @param geometry  GeoJSON in the system that was asked for. */
enum err ogc_item_page(const struct ogc_features *f, const json_t *root, const json_t *row,
                       const char *geometry, const struct answer *a, struct buf *out) MUST_CHECK;

#endif
