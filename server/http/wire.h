/* wire.h - the bytes of a connection, read strictly before libmicrohttpd sees them.
 *
 * libmicrohttpd 0.9.75 takes for a head what is none: lines that end in a bare LF, folded lines, a
 * line that begins with ':' or NUL as the end of the head. What a proxy in front reads otherwise is
 * then answered as another request. So every byte passes here first (decision 43). Only
 *
 *     METHOD SP target SP HTTP/1.x CRLF  *( token ":" value CRLF )  CRLF
 *
 * goes on, in whatever pieces it comes; at the first byte that cannot be part of it the head is
 * ended for the library by a few bytes of ours, and the request refused with `status`. Pure.
 */
#ifndef HTTP_WIRE_H
#define HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Where in a message the next byte stands; the CR of an end of line is behind in the _LF ones. */
enum wire_state {
    WIRE_START, /* before a request; one empty line may stand there (RFC 9112, 2.2) */
    WIRE_BLANK_LF,
    WIRE_METHOD,
    WIRE_TARGET,
    WIRE_VERSION,
    WIRE_LINE_LF,
    WIRE_FIELD, /* at the start of a line after the first */
    WIRE_NAME,
    WIRE_VALUE,
    WIRE_LENGTH, /* the value of Content-Length */
    WIRE_FIELD_LF,
    WIRE_END_LF, /* of the empty line that ends the head */
    WIRE_BODY
};

/** One connection's; zeroed at its start. */
struct wire {
    enum wire_state state;
    bool had_blank; /* line before the request */
    bool has_length;
    bool is_cookie; /* the field that is read */
    unsigned names; /* that its name may be; bits of wire.c */
    int at;         /* bytes of the part that were read */
    int field_count;
    size_t head_bytes; /* of the target and of fields, as limits.h counts them */
    uint64_t body_left;
    uint64_t heads;    /* read to their end: the request that is refused is the next one */
    int status;        /* of the refusal; 0 = none */
    const char *fault; /* why, in a sentence; static */
    const char *rest;  /* what ends the refused head for the library */
};

/** Reads on. Cookies, which nobody here asks for, are blanked: the library would take its memory
 *  apart for them.
 *  @return how many of the bytes may be passed on: all, or with w->fault set those before the first
 *          that is wrong. Nothing is to be read after a fault. */
size_t wire_read(struct wire *w, char *bytes, size_t len);

/** After a fault: as much of w->rest as fits. @return its bytes; 0 = all was taken before. */
size_t wire_take_rest(struct wire *w, char *out, size_t size);

#endif
