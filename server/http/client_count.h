/* client_count.h - how many connections each client has open.
 *
 * Exact, and of fixed size: clients are never more than connections. Thread-safe.
 */
#ifndef HTTP_CLIENT_COUNT_H
#define HTTP_CLIENT_COUNT_H

#include <stddef.h>
#include <stdint.h>

struct client_count;

/** @param most  connections at once; more are not counted. NULL = no memory. */
struct client_count *client_count_new(size_t most);
void client_count_free(struct client_count *c); /* accepts NULL */

/** @param client  a keyed hash, not 0. */
int client_count_of(struct client_count *c, uint64_t client);
void client_count_add(struct client_count *c, uint64_t client);
/** One that was not counted is passed over. */
void client_count_remove(struct client_count *c, uint64_t client);

#endif
