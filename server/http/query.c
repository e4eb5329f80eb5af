/* query.c - how handlers look at the arguments of a request (declared in handler.h). */
#include "http/handler.h"

#include <string.h>

#include "http/uri.h"

const char *http_query(const struct http_request *r, const char *name)
{
    for (int i = 0; i < r->query_count; i++) {
        if (strcmp(r->query_names[i], name) == 0) {
            return r->query_values[i];
        }
    }
    return NULL;
}

static bool is_listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, name) == 0) {
            return true;
        }
    }
    return false;
}

static void allow_list(struct why *why, const char *const *allowed)
{
    char text[1024] = "";
    size_t len = 0;
    for (; *allowed != NULL; allowed++) {
        size_t more = strlen(*allowed);
        if (len + more + 3 > sizeof text) {
            break;
        }
        if (len > 0) {
            memcpy(text + len, ", ", 2);
            len += 2;
        }
        memcpy(text + len, *allowed, more);
        len += more;
        text[len] = '\0';
    }
    why_allow(why, "%s", len == 0 ? "no parameter" : text);
}

enum err http_query_only(const struct http_request *r, const char *const *allowed, struct why *why)
{
    for (int i = 0; i < r->query_count; i++) {
        if (!is_listed(r->query_names[i], allowed)) {
            (void)why_set(why, ERR_INPUT,
                          uri_is_plain_name(r->query_names[i]) ? r->query_names[i] : NULL,
                          "there is no such parameter here");
            allow_list(why, allowed);
            return ERR_INPUT;
        }
    }
    return ERR_OK;
}
