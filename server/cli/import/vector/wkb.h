/* wkb.h - the lines and rings of a geometry in well-known binary, as layer.h hands it out: little
 * endian, two-dimensional, lines, polygons and collections of these. Pure.
 */
#ifndef IMPORT_WKB_H
#define IMPORT_WKB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum wkb_part { WKB_LINE, WKB_RING, WKB_HOLE };

/** @param lonlat  n pairs, borrowed for the call. */
typedef enum err wkb_visit(void *context, enum wkb_part part, const double *lonlat, size_t n);

/** Hands over every line and ring in their order; points are passed over.
 *  @return ERR_INTERNAL for bytes that are no such geometry; ERR_NO_MEMORY; what `each` returns. */
enum err wkb_walk(const unsigned char *wkb, size_t len, wkb_visit *each, void *context) MUST_CHECK;

#endif
