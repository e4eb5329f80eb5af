/* fixture_client.h - clients on this machine, one of which seems to be far away. */
#ifndef FIXTURE_CLIENT_H
#define FIXTURE_CLIENT_H

/** A client that has begun to connect to a port of 127.0.0.1. @return a non-blocking socket. */
int client_dial(int port);
/** One that does not hear the server's part of the handshake until client_hears(). The kernel
 * repeats that part after a second. */
int client_dial_deaf(int port);
void client_hears(int fd);
/** Waits for the end of the handshake. @return 0, an errno, or -1 when it takes longer than that.
 */
int client_connected(int fd, int timeout_ms);

#endif
