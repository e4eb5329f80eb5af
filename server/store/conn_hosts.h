/* conn_hosts.h - spreads connections over the hosts of a connection string.
 *
 * libpq tries the hosts of a list in its order (balancing came with its version 16), so every
 * connection would end at the first, and one that swallows packets would be tried first for ever.
 * Each attempt to connect therefore starts from a shuffled list. target_session_attrs still holds.
 */
#ifndef STORE_CONN_HOSTS_H
#define STORE_CONN_HOSTS_H

#include <stdbool.h>

#define CONN_HOSTS_SIZE 1024

struct conn_hosts {
    char host[CONN_HOSTS_SIZE]; /* "" = not given, like the others */
    char hostaddr[CONN_HOSTS_SIZE];
    char port[CONN_HOSTS_SIZE];
};

/** The lists of a connection string ("" = of the environment), in one random order.
 *  @param random  any number; the same one gives the same order.
 *  @return false when there is nothing to shuffle: one host, or lists too long or of unequal
 *          length (which libpq will then judge). */
bool conn_hosts_shuffle(const char *database_url, unsigned random, struct conn_hosts *out);

#endif
