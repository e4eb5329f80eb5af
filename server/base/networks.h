/* networks.h - Internet addresses, and lists of them as an operator writes them.
 *
 * "127.0.0.1, 10.0.0.0/8, 2001:db8::/32". An IPv4 address is kept as the IPv6 address that stands
 * for it (::ffff:a.b.c.d), since that is what a socket of both families says. Pure.
 */
#ifndef BASE_NETWORKS_H
#define BASE_NETWORKS_H

#include <stddef.h>

#include "base/err.h"

#define NETWORKS_MAX          32
#define NETWORKS_ADDRESS_SIZE 46 /* of its text, with the NUL */

struct address {
    unsigned char bytes[16];
};

struct networks {
    int count;
    struct {
        struct address base; /* zero behind `bits` */
        int bits;            /* 0 to 128 */
    } list[NETWORKS_MAX];
};

/** Reads one address, without brackets, port or zone. @return false, nothing written, if it is
 *  none. */
bool address_read(const char *text, size_t len, struct address *out);
bool address_is_v4(const struct address *a);
struct address address_of_v4(const unsigned char bytes[4]);
/** Its usual text; IPv4 as IPv4. */
void address_write(const struct address *a, char out[NETWORKS_ADDRESS_SIZE]);

/** Reads a list with commas between, each an address or address/bits; empty = none.
 *  @return ERR_INPUT for anything else, bits set behind the prefix or more than NETWORKS_MAX. */
enum err networks_read(const char *text, struct networks *out) MUST_CHECK;
bool networks_have(const struct networks *n, const struct address *a);

#endif
