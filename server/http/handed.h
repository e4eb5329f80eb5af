/* handed.h - listening sockets that whoever started the program hands to it, so that a restart
 * refuses nobody.
 *
 * The form is systemd's: LISTEN_FDS sockets from descriptor 3 on, named by LISTEN_FDNAMES, meant
 * for process LISTEN_PID. A server that starts its own successor (cli/successor.h) says
 * FLUXGRID_PREDECESSOR, its own process, instead: it cannot know the other's number beforehand.
 */
#ifndef HTTP_HANDED_H
#define HTTP_HANDED_H

#include <sys/types.h>

#include "base/settings.h"

#define HANDED_FIRST_FD    3
#define HANDED_MAX         65 /* as many as there can be event threads, and the admin's */
#define HANDED_PREDECESSOR "FLUXGRID_PREDECESSOR"
#define HANDED_LENT        "LISTEN_LENT" /* 1: the predecessor's are somebody else's, too */
#define HANDED_ADMIN       "admin"
#define HANDED_PUBLIC      "public"

struct handed_socket {
    int fd;
    bool is_admin;
    int port;
};

struct handed {
    int count;    /* 0 = none: the server opens its own */
    bool is_lent; /* handed_is_lent() */
    struct handed_socket sockets[HANDED_MAX];
};

/** Are sockets handed to this very process? */
bool handed_is_offered(void);
/** Does anybody but us and a predecessor, who is about to end, hold them? */
bool handed_is_lent(void);
/** The process that waits for us to take over; 0 = none. */
pid_t handed_predecessor(void);
/** Takes them: non-blocking, and not for children. A socket called neither "admin" nor "public" is
 *  the admin's when it is bound to settings->admin_port.
 *  @return ERR_INPUT for what is no listening TCP socket. */
enum err handed_take(const struct settings *settings, struct handed *out,
                     struct why *why) MUST_CHECK;
/** How many of the one kind or the other. */
int handed_count(const struct handed *h, bool is_admin);

#endif
