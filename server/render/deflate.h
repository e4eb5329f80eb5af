/* deflate.h - bytes as one zlib stream, by libdeflate. Safe from any thread.
 *
 * Half the time of zlib at the same size, and a fifth of it on noise: it has all bytes before it
 * begins. A picture is deflated once and sent many times, so the level is the one from which on
 * bytes cost several times the time (docs/decisions/0016-speed-what-paid.md).
 */
#ifndef RENDER_DEFLATE_H
#define RENDER_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

/** The room that deflating len bytes takes at most; 0 = no memory. */
size_t deflate_bound(size_t len);
/** @param room  of `to`, at least deflate_bound(len).
 *  @return bytes written; 0 = no memory. */
size_t deflate_bytes(const uint8_t *from, size_t len, uint8_t *to, size_t room);

#endif
