#include "http/static_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/log.h"

#define STATIC_FILE_MAX_BYTES  ((size_t)16 << 20)
#define STATIC_TOTAL_MAX_BYTES ((size_t)128 << 20)
#define STATIC_DEPTH_MAX       12
#define STATIC_PATH_MAX        1024

struct file {
    char *path; /* "/js/map.js" */
    struct ready *answer;
};

struct static_set {
    int references;
    int count, capacity;
    struct file *files; /* sorted by path */
    size_t bytes;
};

struct kind {
    const char *suffix;
    const char *content_type;
    bool is_text;
};

static const struct kind kinds[] = {
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {"/openapi.json", "application/vnd.oai.openapi+json;version=3.1", true}, /* as links say */
    {".json", "application/json", true},
    {".geojson", "application/geo+json", true},
    {".map", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".md", "text/markdown; charset=utf-8", true},
    {".png", "image/png", false},
    {".jpg", "image/jpeg", false},
    {".webp", "image/webp", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
    {".wasm", "application/wasm", false},
    {"", "application/octet-stream", false},
};

static const struct kind *kind_of(const char *path)
{
    size_t len = strlen(path);
    const struct kind *k = kinds;
    for (;; k++) {
        size_t n = strlen(k->suffix);
        if (n <= len && strcmp(path + len - n, k->suffix) == 0) {
            return k; /* the last one, with the empty suffix, fits everything */
        }
    }
}

static enum err read_all(int fd, struct buf *to)
{
    char chunk[16384];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0) {
            return to->failed;
        }
        if (n < 0 && errno != EINTR) {
            return ERR_IO;
        }
        if (n > 0) {
            buf_add(to, chunk, (size_t)n);
        }
    }
}

static enum err grow(struct static_set *s)
{
    if (s->count < s->capacity) {
        return ERR_OK;
    }
    int capacity = s->capacity == 0 ? 64 : s->capacity * 2;
    struct file *files = realloc(s->files, (size_t)capacity * sizeof *files);
    if (files == NULL) {
        return ERR_NO_MEMORY;
    }
    s->files = files;
    s->capacity = capacity;
    return ERR_OK;
}

static enum err add_answer(struct static_set *s, const char *path, struct ready *answer)
{
    enum err e = grow(s);
    char *copy = strdup(path);
    if (e != ERR_OK || copy == NULL) {
        free(copy);
        return ERR_NO_MEMORY;
    }
    s->files[s->count++] = (struct file){copy, answer};
    s->bytes += ready_bytes(answer);
    return s->bytes > STATIC_TOTAL_MAX_BYTES ? ERR_TOO_LARGE : ERR_OK;
}

/* Its identity is its content: a file that did not change keeps its ETag over restarts. */
static enum err add_content(struct static_set *s, const char *path, struct http_reply *reply,
                            struct why *why)
{
    char key[DIGEST_HEX_SIZE];
    struct ready *answer = NULL;
    const struct kind *kind = kind_of(path);
    digest_hex_of(reply->body.data != NULL ? reply->body.data : "", reply->body.len, key);
    reply->content_type = kind->content_type;
    enum err e = ready_new(key, reply, kind->is_text, &answer, why);
    if (e != ERR_OK) {
        return e;
    }
    e = add_answer(s, path, answer);
    if (e != ERR_OK && (s->count == 0 || s->files[s->count - 1].answer != answer)) {
        ready_unref(answer);
    }
    return e;
}

static enum err add_file(struct static_set *s, int fd, const char *path, struct why *why)
{
    struct http_reply reply = {0};
    buf_init(&reply.body, STATIC_FILE_MAX_BYTES);
    enum err e = read_all(fd, &reply.body);
    if (e == ERR_OK) {
        e = add_content(s, path, &reply, why);
    } else {
        buf_fini(&reply.body);
    }
    return e == ERR_OK ? ERR_OK
                       : why_set(why, e, NULL, "the static file %s cannot be taken: %s", path,
                                 err_words(e));
}

static enum err add_folder(struct static_set *s, int fd, const char *path, int depth,
                           struct why *why);

static enum err add_entry(struct static_set *s, int folder, const char *folder_path,
                          const char *name, int depth, struct why *why)
{
    char path[STATIC_PATH_MAX];
    int len = snprintf(path, sizeof path, "%s/%s", folder_path, name);
    if (len >= (int)sizeof path) {
        return why_set(why, ERR_INPUT, NULL, "a static file's path is too long");
    }
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return why_set(why, ERR_IO, NULL, "the static file %s cannot be read: %s", path,
                       strerror(errno));
    }
    if (S_ISDIR(st.st_mode)) {
        return add_folder(s, fd, path, depth + 1, why); /* takes fd */
    }
    enum err e = S_ISREG(st.st_mode) ? add_file(s, fd, path, why) : ERR_OK;
    (void)close(fd);
    return e;
}

/* Takes fd. */
static enum err add_folder(struct static_set *s, int fd, const char *path, int depth,
                           struct why *why)
{
    DIR *dir = depth <= STATIC_DEPTH_MAX ? fdopendir(fd) : NULL;
    if (dir == NULL) {
        (void)close(fd);
        return why_set(why, ERR_IO, NULL, "the static folder %s cannot be read or is too deep",
                       path);
    }
    enum err e = ERR_OK;
    struct dirent *entry;
    while (e == ERR_OK && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            e = add_entry(s, dirfd(dir), path, entry->d_name, depth, why);
        }
    }
    (void)closedir(dir);
    return e;
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

enum err static_set_load(const char *dir, struct static_set **out, struct why *why)
{
    struct static_set *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    s->references = 1;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum err e = ERR_OK;
    if (fd < 0) {
        log_event(LOG_WARN, "http", "no static files: %s: %s", dir, strerror(errno));
    } else {
        e = add_folder(s, fd, "", 0, why);
    }
    if (e != ERR_OK) {
        static_set_unref(s);
        return e;
    }
    if (s->count > 0) {
        qsort(s->files, (size_t)s->count, sizeof s->files[0], compare_files);
    }
    *out = s;
    return ERR_OK;
}

struct static_set *static_set_ref(struct static_set *s)
{
    (void)__atomic_add_fetch(&s->references, 1, __ATOMIC_RELAXED);
    return s;
}

void static_set_unref(struct static_set *s)
{
    if (s == NULL || __atomic_sub_fetch(&s->references, 1, __ATOMIC_ACQ_REL) != 0) {
        return;
    }
    for (int i = 0; i < s->count; i++) {
        free(s->files[i].path);
        ready_unref(s->files[i].answer);
    }
    free(s->files);
    free(s);
}

struct ready *static_set_find(const struct static_set *s, const char *path)
{
    const char *wanted = strcmp(path, "/") == 0 ? "/index.html" : path;
    int low = 0;
    int high = s->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = strcmp(wanted, s->files[middle].path);
        if (order == 0) {
            return s->files[middle].answer;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NULL;
}

int static_set_count(const struct static_set *s)
{
    return s->count;
}
