/* listener.h - listening sockets, and clear words when there is none to be had. */
#ifndef HTTP_LISTENER_H
#define HTTP_LISTENER_H

#include <stdbool.h>

#include "base/err.h"

/** Opens `count` sockets on one address and port with SO_REUSEPORT, one per event thread.
 *  SO_REUSEPORT would silently share a port with another fluxgrid, so a plain bind is tried first.
 *  @param port  0 = any free one. @param port_setting  its name, for the message.
 *  @param fds  out; non-blocking, listening. @param bound_port  out: the real one.
 *  @return ERR_IO with address, port and remedy. */
enum err listener_open(const char *address, int port, const char *port_setting, int count, int *fds,
                       int *bound_port, struct why *why) MUST_CHECK;
/** Nobody can begin to connect from now on: who tries is refused. Handshakes that have begun end as
 *  ever, so that after a moment nothing is in the queue but what accept() can take, and closing
 *  resets nobody. Of sockets that share a port each must be sealed: until then the kernel hands one
 *  what it found another for. For sockets that no other process listens on: it is sealed for them
 *  too, and without CAP_NET_RAW for good.
 *  @return false where the kernel does not do that. */
bool listener_seal(int fd);
/** Handshakes to a port of this machine that have begun and have not ended: Linux's state SYN_RECV
 * in /proc/self/net/tcp and tcp6. With sealed sockets they only become fewer. Takes time by the
 * number of all connections of the machine, 20 ms and more for 8,000: not for an event thread.
 *  @return -1 where the kernel does not tell. */
int listener_handshakes(int port);
/** The port a socket is bound to; -1 for what is not bound in IPv4 or IPv6. */
int listener_port(int fd);

#endif
