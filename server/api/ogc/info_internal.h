/* info_internal.h - between the files of GetFeatureInfo. */
#ifndef API_OGC_INFO_INTERNAL_H
#define API_OGC_INFO_INTERNAL_H

#include <jansson.h>

#include "base/buf.h"

/** An answer of /v1/at as lines of text and as a page. @param answer  borrowed. */
void info_text(struct buf *out, const json_t *answer);
void info_html(struct buf *out, const json_t *answer);

#endif
