/* wms.h - WMS 1.3.0, and 1.1.1 for those who ask for it.
 *
 * A map is rendered for the very raster asked for, conservatively, as tiles are. One layer at a
 * time, 4096 x 4096 pixels at most, in EPSG:3857, EPSG:4326, CRS:84 and UTM zones; PNG or JPEG.
 */
#ifndef API_OGC_WMS_H
#define API_OGC_WMS_H

#include "http/handler.h"

#define WMS_FAULT_TYPE     "text/xml"
#define WMS_OLD_FAULT_TYPE "application/vnd.ogc.se_xml"

/** /wms?SERVICE=WMS&REQUEST=... */
enum err wms_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                  struct why *why) MUST_CHECK;
/** ServiceExceptionReport of WMS 1.3.0, and of 1.1.1 with the codes that one has; for the table of
 *  fault forms. */
void wms_write_fault(struct buf *b, int status, const struct why *why, const char *instance);
void wms_write_old_fault(struct buf *b, int status, const struct why *why, const char *instance);
/** Does a raw target ask for a version before 1.3? */
bool wms_target_is_old(const char *target);

#endif
