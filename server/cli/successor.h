/* successor.h - a restart without a refused connection where no systemd holds the sockets: the
 * server starts the program anew, with its own listening sockets, and drains when told that the new
 * one serves. */
#ifndef CLI_SUCCESSOR_H
#define CLI_SUCCESSOR_H

#include <sys/types.h>

#include "http/server.h"

/** Starts the program under the name it was started by (so, after an upgrade, the new one) with the
 *  same arguments, environment and folder, and the server's sockets.
 *  @param argc,argv  what followed `serve`.
 *  @return ERR_IO when it cannot be started. */
enum err successor_start(struct http_server *server, int argc, char *const argv[], pid_t *out,
                         struct why *why) MUST_CHECK;
/** In the new process, once it serves: tells the predecessor, if there is one, to drain. */
void successor_ready(void);

#endif
