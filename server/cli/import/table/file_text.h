/* file_text.h - a small file, whole, in the arena; with a maximum. */
#ifndef IMPORT_FILE_TEXT_H
#define IMPORT_FILE_TEXT_H

#include <stddef.h>

#include "base/arena.h"

/** @param name  how messages call it. @param text  NUL-terminated.
 *  @return ERR_IO (not there, not readable, no regular file), ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err file_text_read(const char *path, const char *name, size_t max_bytes, struct arena *arena,
                        char **text, size_t *len, struct why *why) MUST_CHECK;

/** Joins the manifest's folder and a name inside it. Absolute names, "..", backslashes and control
 *  bytes are refused: a manifest reads its own folder only. @return NULL for such a name. */
const char *file_text_path(const char *folder, const char *name, struct arena *arena);

/** Why a file that is there must not be read: a link, what lies behind a linked folder, a pipe or
 *  device (reading would wait for ever). @return "rule; remedy"; NULL when it is fit or not there.
 */
const char *file_text_unfit(const char *folder, const char *path);

/** How a file is packed ("gzip"), by its first bytes. Nothing here unpacks: a file of a kilobyte
 *  would become one of a megabyte, and GDAL reads on to its end. @return NULL when it is not. */
const char *file_text_packing(const char *path);

#endif
