/* forwarded.h - what a proxy that is trusted says about the request it passes on.
 *
 * Either the X-Forwarded-* family, or Forwarded (RFC 7239) when no member of that family is there:
 * proxies that write the one seldom remove the other, which then is the client's own word. What
 * goes into links is strict, and refused where it is not right; what only goes into the log is
 * left out. Who may say any of it is the caller's to know. Pure.
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "base/networks.h"

#define FORWARDED_HOST_SIZE   256
#define FORWARDED_PREFIX_SIZE 128

/** The header fields; of several lines of one name the last. NULL = absent. */
struct forwarded_fields {
    const char *forwarded;
    const char *x_for, *x_proto, *x_host, *x_port, *x_prefix;
};

/** Everything is safe to stand in a link as it is. */
struct forwarded {
    bool is_https;
    char host[FORWARDED_HOST_SIZE];     /* host or address, without the port; "" = not said */
    int port;                           /* 0 = not said */
    char prefix[FORWARDED_PREFIX_SIZE]; /* "/carbon" or "" */
    char client[NETWORKS_ADDRESS_SIZE]; /* "" = not said, or no address */
};

/** Of a list each proxy adds its part at the end, so the last is our peer's. As long as it names a
 *  trusted proxy, the part before counts: Forwarded's elements, X-Forwarded-For's addresses. Of
 *  the other fields the last value counts.
 *  @param trusted  borrowed.
 *  @return ERR_INPUT with the header's name. */
enum err forwarded_read(const struct forwarded_fields *fields, const struct networks *trusted,
                        struct forwarded *out, struct why *why) MUST_CHECK;

/** "https://map.example:8443/carbon" into out.
 *  @param host  of the request, host or host:port, for when the proxy named none; borrowed.
 *  @return false if it does not fit. */
bool forwarded_base(const struct forwarded *f, const char *host, char *out, size_t size);

#endif
