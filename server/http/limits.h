/* limits.h - how much of everything a client may send. Constants only. */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

/* The library keeps a request's head and its answer's in so much memory, which it clears for each
 * request: at its own 32 KiB that is a quarter of what it spends on a hit. */
#define HTTP_CONNECTION_BYTES 20480
#define HTTP_FIELD_BYTES      72 /* of it, what a header field or an argument takes besides its text */
#define HTTP_ANSWER_HEAD_MAX  4096 /* of it, kept for the head of the answer */
/* Of it, what is left for a target, and for fields with HTTP_FIELD_BYTES for each of them. */
#define HTTP_HEAD_MAX_BYTES                                                                        \
    (HTTP_CONNECTION_BYTES - HTTP_ANSWER_HEAD_MAX - HTTP_QUERY_MAX * HTTP_FIELD_BYTES)
#define HTTP_LINK_MAX_BYTES 2600 /* of that; what would be longer is only said in the body */

#define HTTP_URI_MAX_BYTES     2048
#define HTTP_QUERY_MAX         64   /* arguments */
#define HTTP_HEADERS_MAX       64   /* fields */
#define HTTP_HEADER_MAX_BYTES  8192 /* of one field's value, and twice that of all together */
#define HTTP_SEGMENTS_MAX      12   /* as http_request.segments */
#define HTTP_REQUEST_ARENA_MAX ((size_t)1 << 20)
#define HTTP_JOB_ARENA_MAX     ((size_t)256 << 20)
#define HTTP_ANSWER_MAX_BYTES  ((size_t)32 << 20)
#define HTTP_SOCKET_SEND_BYTES                                                                     \
    (128 * 1024) /* SO_SNDBUF: 300 slow readers keep 77 MB, not 1.1 GB                             \
                  */
#define HTTP_SHORT_ANSWER_BYTES (HTTP_SOCKET_SEND_BYTES / 4) /* sent in one go: shortcut.h */
#define HTTP_HEAD_SENT_BYTES    2048                         /* of an answer, about */
#define HTTP_BODIES_MAX_BYTES   ((size_t)64 << 20)           /* held at once, all together */
#define HTTP_REQUEST_ID_SIZE    65
#define HTTP_BASE_MAX_BYTES     512 /* of the address that links begin with */
#define HTTP_RETRY_AFTER_S      1

#endif
