#include "cli/import/table/file_text.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum err read_bytes(FILE *from, const char *name, size_t size, char *text, struct why *why)
{
    size_t got = fread(text, 1, size, from);
    if (got != size) {
        return why_set(
            why, ERR_IO, name,
            "%s: changed or could not be read to its end; try again when nothing writes to it",
            name);
    }
    return ERR_OK;
}

enum err file_text_read(const char *path, const char *name, size_t max_bytes, struct arena *arena,
                        char **text, size_t *len, struct why *why)
{
    FILE *from = fopen(path, "rbe");
    if (from == NULL) {
        return why_set(why, ERR_IO, name,
                       "%s: cannot be opened (%s); check its name and that it may be read", name,
                       strerror(errno));
    }
    struct stat about;
    enum err e;
    if (fstat(fileno(from), &about) != 0 || !S_ISREG(about.st_mode)) {
        e = why_set(why, ERR_IO, name, "%s: is not a regular file; name a file", name);
        goto out;
    }
    if ((size_t)about.st_size > max_bytes) {
        e = why_set(why, ERR_TOO_LARGE, name, "%s: is larger than %zu MiB; split it", name,
                    max_bytes >> 20);
        goto out;
    }
    size_t size = (size_t)about.st_size;
    char *bytes = arena_alloc(arena, size + 1, 1);
    if (bytes == NULL) {
        e = why_set(why, ERR_NO_MEMORY, name, "%s: does not fit the importer's memory; split it",
                    name);
        goto out;
    }
    e = read_bytes(from, name, size, bytes, why);
    if (e == ERR_OK) {
        *text = bytes;
        *len = size;
    }
out:
    fclose(from);
    return e;
}

static bool is_inside(const char *name)
{
    if (name[0] == '\0' || name[0] == '/') {
        return false;
    }
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) {
            return false;
        }
    }
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == '\\' || *c == 0x7f) {
            return false;
        }
    }
    return true;
}

const char *file_text_path(const char *folder, const char *name, struct arena *arena)
{
    return is_inside(name) ? arena_printf(arena, "%s/%s", folder, name) : NULL;
}

static bool leads_out(const char *folder, const char *path)
{
    char inside[PATH_MAX];
    char real[PATH_MAX];
    if (realpath(folder, inside) == NULL || realpath(path, real) == NULL) {
        return false;
    }
    size_t len = strlen(inside);
    return strcmp(inside, "/") != 0 && (strncmp(real, inside, len) != 0 || real[len] != '/');
}

const char *file_text_unfit(const char *folder, const char *path)
{
    struct stat about;
    if (lstat(path, &about) != 0) {
        return NULL;
    }
    if (S_ISLNK(about.st_mode)) {
        return "is a link, and a manifest reads files of its own folder only; copy the file itself "
               "there";
    }
    if (!S_ISREG(about.st_mode)) {
        return "is not a regular file; name a file";
    }
    return leads_out(folder, path) ? "lies behind a link that leads out of the manifest's folder; "
                                     "copy the file itself there"
                                   : NULL;
}

const char *file_text_packing(const char *path)
{
    static const struct {
        const char *name;
        size_t at, len;
        const char *bytes;
    } known[] = {
        {"gzip", 0, 3, "\x1F\x8B\x08"},
        {"zip, as spreadsheets are", 0, 4, "PK\x03\x04"},
        {"zip, as spreadsheets are", 0, 4, "PK\x05\x06"},
        {"xz", 0, 5, "\xFD\x37zXZ"},
        {"bzip2", 4, 6, "1AY&SY"},
        {"zstd", 0, 4, "\x28\xB5\x2F\xFD"},
        {"7z", 0, 6, "7z\xBC\xAF\x27\x1C"},
        {"compress", 0, 2, "\x1F\x9D"},
    };
    char start[16];
    FILE *from = fopen(path, "rbe");
    size_t len = from == NULL ? 0 : fread(start, 1, sizeof start, from);
    if (from != NULL) {
        fclose(from);
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t end = known[i].at + known[i].len;
        if (len >= end && memcmp(start + known[i].at, known[i].bytes, known[i].len) == 0) {
            return known[i].name;
        }
    }
    return NULL;
}
