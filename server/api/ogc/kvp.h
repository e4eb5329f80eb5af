/* kvp.h - the parameters of OGC's KVP requests, whose names have no letter case.
 *
 * The rest of the API is strict: names are lower case and an unknown one is refused. OGC's
 * services ask for the opposite of both, and GIS clients rely on it. This file is where that ends.
 * Pure; values are borrowed from the request.
 */
#ifndef API_OGC_KVP_H
#define API_OGC_KVP_H

#include "http/handler.h"

/** NULL when the parameter was not sent, or was sent empty. */
const char *kvp_find(const struct http_request *r, const char *name);
/** The value of a parameter that must be there.
 *  @return ERR_INPUT as MissingParameterValue. */
enum err kvp_need(const struct http_request *r, const char *name, const char **out,
                  struct why *why) MUST_CHECK;
/** Refuses a parameter sent twice in two spellings: which one was meant nobody knows. */
enum err kvp_no_doubles(const struct http_request *r, struct why *why) MUST_CHECK;
/** ERR_INPUT as InvalidParameterValue. @param allowed  NULL = not said. */
enum err kvp_invalid(struct why *why, const char *name, const char *reason, const char *allowed);

#endif
