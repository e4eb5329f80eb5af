#include "api/ogc/kvp.h"

#include <strings.h>

#include "http/uri.h"

const char *kvp_find(const struct http_request *r, const char *name)
{
    for (int i = 0; i < r->query_count; i++) {
        if (strcasecmp(r->query_names[i], name) == 0) {
            return r->query_values[i][0] == '\0' ? NULL : r->query_values[i];
        }
    }
    return NULL;
}

enum err kvp_need(const struct http_request *r, const char *name, const char **out, struct why *why)
{
    *out = kvp_find(r, name);
    if (*out != NULL) {
        return ERR_OK;
    }
    (void)why_set(why, ERR_INPUT, name, "The parameter %s is missing.", name);
    why_kind(why, "MissingParameterValue");
    return ERR_INPUT;
}

enum err kvp_no_doubles(const struct http_request *r, struct why *why)
{
    for (int i = 0; i < r->query_count; i++) {
        for (int k = 0; k < i; k++) {
            if (strcasecmp(r->query_names[i], r->query_names[k]) == 0) {
                bool is_plain = uri_is_plain_name(r->query_names[i]);
                return kvp_invalid(why, is_plain ? r->query_names[i] : NULL,
                                   "The parameter was sent twice.", NULL);
            }
        }
    }
    return ERR_OK;
}

enum err kvp_invalid(struct why *why, const char *name, const char *reason, const char *allowed)
{
    (void)why_set(why, ERR_INPUT, name, "%s", reason);
    why_kind(why, "InvalidParameterValue");
    if (allowed != NULL) {
        why_allow(why, "%s", allowed);
    }
    return ERR_INPUT;
}
