/* shortcut.h - an answer at hand is sent at once, past libmicrohttpd.
 *
 * Of what a hit costs the library had half: it takes a head apart and an answer together piece by
 * piece. A whole GET or HEAD that comes alone, on a connection with nothing else under way, and
 * whose answer is in the cache, is answered here, by the same rules and with the same bytes
 * (decision 47). Whatever is not so, or not sure, is left to the library, which then has not missed
 * anything.
 */
#ifndef HTTP_SHORTCUT_H
#define HTTP_SHORTCUT_H

#include <stdbool.h>
#include <stddef.h>

struct wire;

/** intake.h's, for a wire that belongs to a link.
 *  @return true = answered, logged and counted; nothing else is to be done about it. */
bool shortcut_answers(struct wire *w, const char *bytes, size_t len);

#endif
