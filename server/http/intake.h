/* intake.h - the way from a socket to libmicrohttpd leads through a wire.
 *
 * The library reads by recv() and has no place to look at what came. So the program has a recv() of
 * its own, which the dynamic linker binds the library to (a program's symbols come first): for the
 * sockets that are watched it passes on what their wire lets pass, for all others it is the
 * system's. Where that failed, no request is answered: exchange.c counts the heads it is given
 * against those the wire read. Decision 43 says why not otherwise.
 */
#ifndef HTTP_INTAKE_H
#define HTTP_INTAKE_H

#include "base/err.h"
#include "http/wire.h"

/** What the calling thread receives on fd goes through w from now on; NULL ends that. Borrowed.
 *  @return ERR_NO_MEMORY; never with NULL. */
enum err intake_watch(int fd, struct wire *w);
/** Who is shown each whole request without a body that came alone on a connection with nothing else
 *  under way, before it is passed on. Where it answered, nothing is passed on. Of this thread; NULL
 *  = nobody. */
typedef bool (*intake_answers)(struct wire *w, const char *bytes, size_t len);
void intake_ask_first(intake_answers answers);
/** Gives back the calling thread's memory; nothing may be watched any more. */
void intake_fini(void);

#endif
