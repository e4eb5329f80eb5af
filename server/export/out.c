#include "export/out.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum err cannot_write(struct why *why)
{
    return why_set(why, ERR_IO, NULL, "the file cannot be written (%s)", strerror(errno));
}

static enum err add_to_buf(struct buf *b, const void *bytes, size_t len, struct why *why)
{
    buf_add(b, bytes, len);
    if (b->failed == ERR_TOO_LARGE) {
        why_set(why, ERR_TOO_LARGE, "bbox", "This file is larger than an answer may be.");
        why_allow(why, "a smaller bbox, or 'fluxgrid export', which has no such limit");
    }
    return b->failed;
}

enum err out_add(struct export_out *o, const void *bytes, size_t len, struct why *why)
{
    if (o->file == NULL) {
        enum err e = add_to_buf(o->buf, bytes, len, why);
        if (e != ERR_OK) {
            return e;
        }
    } else if (fwrite(bytes, 1, len, o->file) != len) {
        return cannot_write(why);
    }
    o->len += (int64_t)len;
    return ERR_OK;
}

enum err out_rewrite_start(struct export_out *o, const void *bytes, size_t len, struct why *why)
{
    assert((int64_t)len <= o->len);
    if (o->file == NULL) {
        memcpy(o->buf->data, bytes, len);
        return ERR_OK;
    }
    bool is_done = fseeko(o->file, 0, SEEK_SET) == 0 && fwrite(bytes, 1, len, o->file) == len &&
                   fseeko(o->file, 0, SEEK_END) == 0;
    return is_done ? ERR_OK : cannot_write(why);
}

/* Without a name from its first moment on: whatever ends the program ends the file. */
static FILE *nameless(const char *folder)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/.fluxgrid-XXXXXX", folder) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    int fd = mkstemp(path);
    if (fd < 0) {
        return NULL;
    }
    (void)unlink(path);
    FILE *file = fdopen(fd, "w+b");
    if (file == NULL) {
        (void)close(fd);
    }
    return file;
}

enum err scratch_init(struct export_scratch *s, const char *folder, size_t max_bytes,
                      struct why *why)
{
    *s = (struct export_scratch){.file = folder == NULL ? NULL : nameless(folder)};
    buf_init(&s->buf, max_bytes);
    return folder != NULL && s->file == NULL ? cannot_write(why) : ERR_OK;
}

void scratch_fini(struct export_scratch *s)
{
    if (s->file != NULL) {
        (void)fclose(s->file);
    }
    buf_fini(&s->buf);
}

enum err scratch_add(struct export_scratch *s, const void *bytes, size_t len, struct why *why)
{
    struct export_out o = {.file = s->file, .buf = &s->buf};
    enum err e = out_add(&o, bytes, len, why);
    s->len += e == ERR_OK ? (int64_t)len : 0;
    return e;
}

enum err scratch_read(struct export_scratch *s, int64_t at, void *bytes, size_t len,
                      struct why *why)
{
    assert(at >= 0 && at + (int64_t)len <= s->len);
    if (s->file == NULL) {
        memcpy(bytes, s->buf.data + at, len);
        return ERR_OK;
    }
    bool is_read = fseeko(s->file, at, SEEK_SET) == 0 && fread(bytes, 1, len, s->file) == len;
    return is_read
               ? ERR_OK
               : why_set(why, ERR_IO, NULL, "what was kept for a while cannot be read again (%s)",
                         strerror(errno));
}
