#include "cli/import/field/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spool {
    FILE *file;
    int64_t written;
    int64_t read;
};

static enum err failed(const char *what, struct why *why)
{
    return why_set(why, ERR_IO, "TMPDIR",
                   "the temporary file of a field cannot be %s: %s; make room there, or set TMPDIR "
                   "to a folder that has some",
                   what, strerror(errno));
}

static FILE *open_nameless(void)
{
    const char *folder = getenv("TMPDIR");
    char path[512];
    int len = snprintf(path, sizeof path, "%s/fluxgrid-XXXXXX",
                       folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    if (len >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    int fd = mkstemp(path);
    if (fd < 0) {
        return NULL;
    }
    unlink(path);
    FILE *file = fdopen(fd, "w+b");
    if (file == NULL) {
        close(fd);
    }
    return file;
}

enum err spool_new(struct spool **out, struct why *why)
{
    struct spool *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return ERR_NO_MEMORY;
    }
    s->file = open_nameless();
    if (s->file == NULL) {
        free(s);
        return failed("made", why);
    }
    *out = s;
    return ERR_OK;
}

enum err spool_add(struct spool *s, const struct spool_block *block, struct why *why)
{
    if (fwrite(block, sizeof *block, 1, s->file) != 1) {
        return failed("written", why);
    }
    s->written++;
    return ERR_OK;
}

enum err spool_rewind(struct spool *s, struct why *why)
{
    s->read = 0;
    return fflush(s->file) == 0 && fseek(s->file, 0, SEEK_SET) == 0 ? ERR_OK
                                                                    : failed("written", why);
}

enum err spool_next(struct spool *s, struct spool_block *block, bool *is_end, struct why *why)
{
    *is_end = s->read == s->written;
    if (*is_end) {
        return ERR_OK;
    }
    s->read++;
    return fread(block, sizeof *block, 1, s->file) == 1 ? ERR_OK : failed("read", why);
}

void spool_free(struct spool *s)
{
    if (s != NULL) {
        fclose(s->file);
        free(s);
    }
}
