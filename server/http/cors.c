#include "http/cors.h"

#include <assert.h>
#include <stdio.h>

#include "http/response.h"

/* Of the headers that answers carry, those a page of another origin does not see unasked. */
static const char *const hidden[] = {
    "Content-Bbox", "Content-Crs", "Content-Datetime", "Content-Disposition", "ETag",
    "Link",         "Retry-After", "X-Export-Mass-t",  "X-Request-Id",        "X-Tile-Mass-t"};

#define HIDDEN_COUNT    ((int)(sizeof hidden / sizeof hidden[0]))
#define NAMES_MAX_BYTES 192

bool cors_add(struct MHD_Response *r)
{
    return response_header(r, "Access-Control-Allow-Origin", "*") &&
           response_header(r, "Cross-Origin-Resource-Policy", "cross-origin");
}

static bool expose(struct MHD_Response *r, bool exposes_absent)
{
    char names[NAMES_MAX_BYTES] = "";
    size_t len = 0;
    for (int i = 0; i < HIDDEN_COUNT; i++) {
        if (exposes_absent || MHD_get_response_header(r, hidden[i]) != NULL) {
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", len > 0 ? ", " : "",
                                    hidden[i]);
            assert(len < sizeof names);
        }
    }
    return len == 0 || response_header(r, "Access-Control-Expose-Headers", names);
}

bool cors_expose(struct MHD_Response *r)
{
    return expose(r, false);
}

bool cors_expose_all(struct MHD_Response *r)
{
    return expose(r, true);
}

struct MHD_Response *cors_preflight(const char *allow)
{
    struct blob *nothing = blob_copy("", 0);
    if (nothing == NULL) {
        return NULL;
    }
    struct MHD_Response *r = response_of_blob(nothing, NULL, true);
    blob_unref(nothing);
    if (r != NULL && !(response_header(r, "Allow", allow) &&
                       response_header(r, "Access-Control-Allow-Methods", allow) &&
                       response_header(r, "Access-Control-Allow-Headers",
                                       "Accept, Accept-Language, Content-Type, If-None-Match") &&
                       response_header(r, "Access-Control-Max-Age", "86400"))) {
        MHD_destroy_response(r);
        r = NULL;
    }
    return r;
}
