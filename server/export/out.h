/* out.h - where an export goes: a file or a buffer; and the scratch file or buffer it needs.
 *
 * Written from its start to its end; what stands at its start may be written again. One thread per
 * struct.
 */
#ifndef EXPORT_OUT_H
#define EXPORT_OUT_H

#include <stdio.h>

#include "base/buf.h"

struct export_out {
    FILE *file;      /* borrowed; NULL = memory */
    struct buf *buf; /* borrowed; used when there is no file */
    int64_t len;     /* bytes so far */
};

enum err out_add(struct export_out *o, const void *bytes, size_t len, struct why *why) MUST_CHECK;
/** Writes the first bytes again. @param len  at most what was added. */
enum err out_rewrite_start(struct export_out *o, const void *bytes, size_t len,
                           struct why *why) MUST_CHECK;

/** Bytes that are kept for a while and read again by their place. */
struct export_scratch {
    FILE *file;     /* NULL = memory */
    struct buf buf; /* owned; used when there is no file */
    int64_t len;
};

/** @param folder  where a nameless file may lie; NULL = memory, up to max_bytes.
 *  @return ERR_IO when there can be none. */
enum err scratch_init(struct export_scratch *s, const char *folder, size_t max_bytes,
                      struct why *why) MUST_CHECK;
void scratch_fini(struct export_scratch *s);
enum err scratch_add(struct export_scratch *s, const void *bytes, size_t len,
                     struct why *why) MUST_CHECK;
enum err scratch_read(struct export_scratch *s, int64_t at, void *bytes, size_t len,
                      struct why *why) MUST_CHECK;

#endif
