/* info.h - GetFeatureInfo of WMS and of WMTS: what /v1/at says about a place, in one of several
 * forms.
 *
 * A form is a number from 0; the tables below end with NULL, and the first form is the usual one.
 */
#ifndef API_OGC_INFO_H
#define API_OGC_INFO_H

#include "api/map_request.h"

const char *info_type(int i);           /* "application/json" */
const char *info_suffix(int i);         /* "json" */
int info_of_type(const char *type);     /* in any letter case; -1 = there is no such form */
int info_of_suffix(const char *suffix); /* -1 = there is no such form */

/** The plan of the answer.
 *  @param m  whose release, layer and period are asked about.
 *  @param prefix  of the names of the request's other dimensions (dimensions.h); NULL = it has
 * none.
 *  @param place  longitude and latitude in degrees.
 *  @param format  one of the forms. */
enum err info_ask(const struct http_request *r, const struct http_state *s,
                  const struct map_request *m, const char *prefix, const double place[2],
                  int format, struct http_plan *out, struct why *why) MUST_CHECK;

#endif
