/* lang_param.h - the parameter lang of tiles' descriptions, legends and styles. Pure. */
#ifndef API_LANG_PARAM_H
#define API_LANG_PARAM_H

#include "http/handler.h"

/** lang=, else the best of Accept-Language, else English.
 *  @return ERR_INPUT with the languages there are. */
enum err lang_param(const struct http_request *r, enum lang *out, struct why *why) MUST_CHECK;

#endif
