/* emissions_area.h - /v1/emissions for areas that were drawn: a box, or GeoJSON in a POST. */
#ifndef API_EMISSIONS_AREA_H
#define API_EMISSIONS_AREA_H

#include "api/answer.h"

/** What a drawn area cannot be asked. @return ERR_INPUT with the parameter. */
enum err emissions_area_check(struct answer *a, struct why *why) MUST_CHECK;
/** @param a  with a bbox among its parameters, or a body. */
enum err emissions_area_run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                            struct why *why) MUST_CHECK;

#endif
