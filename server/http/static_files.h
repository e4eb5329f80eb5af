/* static_files.h - the web page's files, in memory.
 *
 * Read once at start (and again on SIGHUP): no request ever opens a file, so no path can lead
 * outside. Counted so that a re-read set can replace one in use. Thread-safe to read.
 */
#ifndef HTTP_STATIC_FILES_H
#define HTTP_STATIC_FILES_H

#include "http/ready.h"

struct static_set;

/** Reads every file below `dir` but those whose name starts with a dot. A folder that is missing
 *  gives an empty set and a warning in the log: the API works without a page.
 *  @return ERR_IO for a file that cannot be read, ERR_TOO_LARGE, ERR_NO_MEMORY. */
enum err static_set_load(const char *dir, struct static_set **out, struct why *why) MUST_CHECK;
struct static_set *static_set_ref(struct static_set *s); /* new reference */
void static_set_unref(struct static_set *s);             /* accepts NULL */
/** The file at a path ("/" is index.html); NULL = none. Borrowed. */
struct ready *static_set_find(const struct static_set *s, const char *path);
int static_set_count(const struct static_set *s);

#endif
