/* deflate.h - bytes as one zlib stream, by libdeflate. Safe from any thread.
 *
 * Half the time of zlib at the same size, and a fifth of it on noise: it has all bytes before it
 * begins. A picture is deflated once and sent many times, so each effort is the one from which on a
 * byte costs several times the time; where much differs, that is sooner
 * (docs/decisions/0016-speed-what-paid.md).
 */
#ifndef RENDER_DEFLATE_H
#define RENDER_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

enum deflate_effort {
    DEFLATE_QUICK,    /* for bytes of which few repeat: searching on finds hardly more */
    DEFLATE_THOROUGH, /* for long repetitions, which are found soon */
    DEFLATE_EFFORTS
};

/** The room that deflating len bytes takes at most. */
size_t deflate_bound(size_t len);
/** @param room  of `to`, at least deflate_bound(len).
 *  @return bytes written; 0 = no memory. */
size_t deflate_bytes(enum deflate_effort effort, const uint8_t *from, size_t len, uint8_t *to,
                     size_t room);

#endif
