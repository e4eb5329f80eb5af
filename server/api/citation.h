/* citation.h - how an answer is cited: the address that gives it again byte for byte, and cite=.
 *
 * The address names release and boundaries, and every parameter with its default. It is absolute:
 * public_url, else the host that was asked. What was sent in a POST is in no address; it is named
 * by the SHA-256 of its text without white space between marks (docs/decisions/0023). No state.
 */
#ifndef API_CITATION_H
#define API_CITATION_H

#include "api/answer.h"
#include "api/doc.h"

/** Absolute; arena memory of the answer. NULL = no memory, or longer than a server takes. */
const char *citation_url(const struct answer *a);
/** Adds "citation": {"url"[, "method", "body"]} to the root; nothing outside a release. */
void citation_add(struct doc *d, const struct answer *a);
/** The reply to cite=: BibTeX, or a paragraph in the answer's language. It holds nothing of today,
 *  so that it stays as it is too. */
enum err citation_write(const struct answer *a, struct http_reply *out, struct why *why) MUST_CHECK;

#endif
