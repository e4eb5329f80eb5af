#include "cli/export/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static enum err name_paths(struct part_file *p, const char *target, struct why *why)
{
    const char *slash = strrchr(target, '/');
    int len = slash == NULL ? 0 : (int)(slash - target) + 1;
    int used = snprintf(p->path, sizeof p->path, "%s.part", target);
    (void)snprintf(p->folder, sizeof p->folder, "%.*s.", len, target);
    p->target = target;
    return used < (int)sizeof p->path ? ERR_OK
                                      : why_set(why, ERR_INPUT, NULL, "this file name is too long");
}

static enum err cannot(const struct part_file *p, struct why *why)
{
    return why_set(why, ERR_IO, NULL,
                   "%.300s: cannot be written (%s); name a file in a folder that may be written to",
                   p->target, strerror(errno));
}

static enum err open_locked(struct part_file *p, struct why *why)
{
    int fd = open(p->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        return cannot(p, why);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)close(fd);
        return why_set(why, ERR_CONFLICT, NULL, "%.300s: another export is writing it", p->target);
    }
    p->file = ftruncate(fd, 0) == 0 ? fdopen(fd, "w+b") : NULL;
    if (p->file == NULL) {
        enum err e = cannot(p, why);
        (void)close(fd);
        return e;
    }
    return ERR_OK;
}

enum err part_file_open(struct part_file *p, const char *target, bool may_replace, struct why *why)
{
    enum err e = name_paths(p, target, why);
    if (e == ERR_OK && !may_replace && access(target, F_OK) == 0) {
        e = why_set(why, ERR_CONFLICT, NULL, "%.300s: is there already; --force replaces it",
                    target);
    }
    return e == ERR_OK ? open_locked(p, why) : e;
}

enum err part_file_end(struct part_file *p, enum err so_far, struct why *why)
{
    enum err e = so_far;
    bool is_kept = e == ERR_OK && fflush(p->file) == 0 && fsync(fileno(p->file)) == 0 &&
                   rename(p->path, p->target) == 0;
    if (e == ERR_OK && !is_kept) {
        e = cannot(p, why);
    }
    if (!is_kept) {
        (void)unlink(p->path);
    }
    (void)fclose(p->file);
    return e;
}
