/* response.h - libmicrohttpd responses with the headers every answer carries.
 *
 * A response is counted by libmicrohttpd: queue it, then MHD_destroy_response() your reference.
 * Functions return NULL when out of memory; the caller then drops the connection.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>

#include <microhttpd.h>

#include "http/blob.h"
#include "http/etag.h"
#include "http/handler.h"

/** How one answer is dressed for one kind of request. */
struct response_shape {
    enum http_cache cache;
    enum coding coding;
    bool is_private;    /* without CORS */
    bool varies_coding; /* the answer has another coding too */
    bool varies_language;
    bool varies_accept;
    int max_age_s;    /* HTTP_LATEST */
    const char *link; /* value of the header Link; NULL = none; borrowed */
};

/** A response of these bytes (holds its own reference of the blob) with the headers of every
 * answer.
 *  @param is_public  adds CORS. */
struct MHD_Response *response_of_blob(struct blob *body, const char *content_type, bool is_public);
/** Pages may show pictures of this address's server, too. Once, before anything is served.
 *  @param url  checked by the settings; "" = none. */
void response_allow_pictures(const char *url);
/** Adds a header; false when libmicrohttpd refuses it (CR, LF, empty) or has no memory. */
bool response_header(struct MHD_Response *r, const char *name, const char *value) MUST_CHECK;
/** Adds Cache-Control, ETag, Vary, Content-Encoding and Link. @param etag  "" = none. */
bool response_dress(struct MHD_Response *r, const struct response_shape *shape,
                    const char *etag) MUST_CHECK;
/** The same headers, the same bytes, and Connection: close. */
struct MHD_Response *response_closing(struct MHD_Response *original, struct blob *body);
/** For a 304 whose 200 is not at hand. libmicrohttpd 0.9.75 would send Content-Length: 0 (wrong) or
 *  chunked (breaks the framing), so this one ends the connection instead. */
struct MHD_Response *response_not_modified(const struct response_shape *shape, const char *etag);

#endif
