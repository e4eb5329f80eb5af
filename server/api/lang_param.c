#include "api/lang_param.h"

#include "api/accept.h"

enum err lang_param(const struct http_request *r, enum lang *out, struct why *why)
{
    const char *text = http_query(r, "lang");
    if (text == NULL) {
        *out = accept_language(r->accept_language);
        return ERR_OK;
    }
    if (lang_parse(text, out)) {
        return ERR_OK;
    }
    why_set(why, ERR_INPUT, "lang", "There is no such language.");
    why_allow(why, "en, ru, uz, ko");
    return ERR_INPUT;
}
