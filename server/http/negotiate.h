/* negotiate.h - which content coding a client takes. Pure. */
#ifndef HTTP_NEGOTIATE_H
#define HTTP_NEGOTIATE_H

#include <stdbool.h>

enum coding { CODING_IDENTITY, CODING_GZIP, CODING_COUNT };

/** @param accept_encoding  the header's value, NULL when absent (RFC 9110, 12.5.3).
 *  @return true when gzip is named, or "*" is and gzip is not, with a weight above zero. */
bool negotiate_gzip(const char *accept_encoding);

#endif
