#include "http/cors.h"

#include "http/response.h"

bool cors_add(struct MHD_Response *r)
{
    return response_header(r, "Access-Control-Allow-Origin", "*") &&
           response_header(r, "Access-Control-Expose-Headers",
                           "Content-Bbox, Content-Crs, Content-Datetime, ETag, Link, Retry-After, "
                           "X-Request-Id, X-Tile-Mass-t") &&
           response_header(r, "Cross-Origin-Resource-Policy", "cross-origin");
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
