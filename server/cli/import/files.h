/* files.h - the files of an inventory: all in the manifest's folder, each hashed once.
 *
 * A manifest may come from anywhere, so a path in it can name only a regular file below its own
 * folder: no absolute path, no "..", no link that leads out. Not thread-safe.
 */
#ifndef CLI_IMPORT_FILES_H
#define CLI_IMPORT_FILES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/digest.h"
#include "cli/import/problems.h"

#define FILES_MAX           512
#define FILES_TEXT_MAX_BYTES ((size_t)256 << 20)

struct input_file {
    const char *name; /* as in the manifest: relative to its folder */
    const char *path; /* to open */
    char sha256[DIGEST_HEX_SIZE];
    bool is_listed; /* in the checksum file, and equal */
};

struct input_files {
    char *folder; /* absolute, without links */
    const char *manifest_name;
    struct arena *arena; /* borrowed */
    struct problems *problems; /* borrowed */
    bool has_checksums;
    int count;
    struct input_file list[FILES_MAX];
};

/** @param manifest_path  borrowed. @return ERR_IO when its folder cannot be found. */
enum err files_init(struct input_files *f, const char *manifest_path, struct arena *arena,
                    struct problems *problems, struct why *why) MUST_CHECK;
void files_fini(struct input_files *f);

/** The file of that name, hashed. @param place  where the name stands, for the problem.
 *  @return borrowed; NULL with a problem added. */
const struct input_file *files_find(struct input_files *f, const char *name, const char *in_file,
                                    const char *place) MUST_CHECK;
/** Reads a sha256sum file and checks every line of it; afterwards files_find refuses files that it
 *  does not list. */
void files_check_sums(struct input_files *f, const char *name, const char *place);
/** The whole file, NUL-terminated, in memory the caller frees with free(); its bytes are those that
 *  were hashed. NULL with a problem added. */
char *files_read(struct input_files *f, const struct input_file *file, size_t *len) MUST_CHECK;

#endif
