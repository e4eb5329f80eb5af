/* admission.h - who is let in, and how often: the limits of one client.
 *
 * A client is an IPv4 address or the /64 network of an IPv6 address, as a keyed hash; 0 stands for
 * one that is not limited. It is the peer, or whom a trusted proxy names. Counts are the process's:
 * all event threads share them.
 */
#ifndef HTTP_ADMISSION_H
#define HTTP_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

#include <microhttpd.h>

#include "base/networks.h"

struct event_loop;
struct exchange;
struct http_server;

/** @param from  may be NULL. @return false if it is no Internet address. */
bool admission_address(const struct sockaddr *from, struct address *out);
/** Not 0. */
uint64_t admission_client_of(const struct address *a);
/** The one a trusted proxy names. @param text  an address, or not. */
uint64_t admission_told_client(const struct http_server *s, const char *text);

/** The library's accept policy: MHD_NO for a client with as many connections as it may have (a
 *  few more where several event threads accept at the same instant). @param cls  the event loop. */
enum MHD_Result admission_accepts(void *cls, const struct sockaddr *from, socklen_t len);
/** Counts a connection. @return its client, for admission_leave; 0 if its peer is not limited, or
 *  is a trusted proxy. */
uint64_t admission_enter(struct event_loop *l, const struct sockaddr *from);
void admission_leave(struct event_loop *l, uint64_t client);

/** Charges a request whose answer is at hand. False when its client has asked too much: nothing was
 *  charged, counted or said. */
bool admission_take_hit(struct exchange *x);
/** Charges a request to its client. False when that has asked too much: x->refusal and x->why say
 *  so. Health paths and the admin listener are free. */
bool admission_take_request(struct exchange *x);
/** The same for what an answer costs that is not at hand. */
bool admission_take_job(struct exchange *x, bool is_long);

#endif
