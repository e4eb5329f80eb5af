#include "cli/import/files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* realpath's memory is malloc'ed; the arena keeps a copy for as long as the import runs. */
static const char *real_path(struct arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    char *kept = real ? arena_strndup(arena, real, strlen(real)) : NULL;
    free(real);
    return kept;
}

enum err files_init(struct input_files *f, const char *manifest_path, struct arena *arena,
                    struct problems *problems, struct why *why)
{
    *f = (struct input_files){.arena = arena, .problems = problems};
    const char *real = real_path(arena, manifest_path);
    if (!real) {
        char text[128];
        return why_set(why, ERR_IO, NULL, "cannot open %s: %s", manifest_path,
                       strerror_r(errno, text, sizeof text));
    }
    const char *slash = strrchr(real, '/');
    f->manifest_name = slash + 1;
    f->folder = arena_strndup(arena, real, slash == real ? 1 : (size_t)(slash - real));
    return f->folder ? ERR_OK : why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
}

void files_fini(struct input_files *f)
{
    f->count = 0; /* all memory is the arena's */
}

/* Why a name may not be used as a path below the folder; NULL when it may. */
static const char *fault_of_name(const char *name)
{
    if (name[0] == '\0') {
        return "must name a file";
    }
    if (name[0] == '/') {
        return "must be relative to the manifest's folder, not absolute";
    }
    if (strchr(name, '\\')) {
        return "must separate folders by \"/\"";
    }
    for (const char *part = name; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL) {
        size_t len = strcspn(part, "/");
        if (len == 2 && part[0] == '.' && part[1] == '.') {
            return "must stay in the manifest's folder (no \"..\")";
        }
        if (len == 0 || (len == 1 && part[0] == '.')) {
            return "must be a plain path without empty parts or \".\"";
        }
    }
    return NULL;
}

static bool is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    if (len == 1) {
        return path[0] == '/';
    }
    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* The path to open, or NULL with the rule it breaks. */
static const char *resolve(struct input_files *f, const char *name, const char **rule)
{
    *rule = fault_of_name(name);
    if (*rule) {
        return NULL;
    }
    const char *path = arena_printf(f->arena, "%s/%s", f->folder, name);
    const char *real = path ? real_path(f->arena, path) : NULL;
    struct stat about;
    if (!real) {
        *rule = errno == EACCES ? "this file may not be read by this user" : "there is no such file";
    } else if (!is_below(real, f->folder)) {
        *rule = "is a link that leads out of the manifest's folder";
    } else if (stat(real, &about) != 0 || !S_ISREG(about.st_mode)) {
        *rule = "is not a regular file";
    }
    return *rule ? NULL : real;
}

static struct input_file *find(struct input_files *f, const char *name)
{
    for (int i = 0; i < f->count; i++) {
        if (strcmp(f->list[i].name, name) == 0) {
            return &f->list[i];
        }
    }
    return NULL;
}

static struct input_file *add(struct input_files *f, const char *name, const char *in_file,
                              const char *place)
{
    const char *rule = NULL;
    const char *path = resolve(f, name, &rule);
    struct why why = {0};
    if (!path) {
        problems_add(f->problems, in_file, place, name, "%s", rule);
        return NULL;
    }
    if (f->count >= FILES_MAX) {
        problems_add(f->problems, in_file, place, name, "an inventory has at most %d files",
                     FILES_MAX);
        return NULL;
    }
    struct input_file *new = &f->list[f->count];
    *new = (struct input_file){.path = path, .name = arena_strndup(f->arena, name, strlen(name))};
    if (!new->name || digest_file(path, new->sha256, &why)) {
        problems_add(f->problems, in_file, place, name, "cannot be read: %s", why.reason);
        return NULL;
    }
    f->count++;
    return new;
}

const struct input_file *files_find(struct input_files *f, const char *name, const char *in_file,
                                    const char *place)
{
    struct input_file *found = find(f, name);
    if (!found) {
        found = add(f, name, in_file, place);
    }
    if (found && f->has_checksums && !found->is_listed) {
        problems_add(f->problems, in_file, place, name, "is not listed in the checksum file");
        return NULL;
    }
    return found;
}

static bool is_sum_line(const char *line, size_t len)
{
    return len > 66 && strspn(line, "0123456789abcdef") == 64 && line[64] == ' ' &&
           (line[65] == ' ' || line[65] == '*') && strlen(line) == len;
}

static void check_sum_line(struct input_files *f, const char *sums, int row, char *line, size_t len)
{
    char place[32];
    (void)snprintf(place, sizeof place, "row %d", row);
    if (!is_sum_line(line, len)) {
        problems_add(f->problems, sums, place, line,
                     "must be 64 hexadecimal digits, two spaces and a file name");
        return;
    }
    line[64] = '\0';
    const char *name = line + 66;
    struct input_file *file = find(f, name);
    if (file && file->is_listed) {
        problems_add(f->problems, sums, place, name, "is listed twice");
        return;
    }
    file = file ? file : add(f, name, sums, place);
    if (file && strcmp(file->sha256, line) != 0) {
        problems_add(f->problems, sums, place, name,
                     "the file's SHA-256 is %s: it was changed after the list was made",
                     file->sha256);
    } else if (file) {
        file->is_listed = true;
    }
}

void files_check_sums(struct input_files *f, const char *name, const char *place)
{
    struct input_file *sums = add(f, name, f->manifest_name, place);
    size_t len = 0;
    char *text = sums ? files_read(f, sums, &len) : NULL;
    int row = 0;
    for (char *line = text; line && line < text + len && !problems_is_full(f->problems);) {
        char *end = memchr(line, '\n', (size_t)(text + len - line));
        end = end ? end : text + len;
        *end = '\0';
        check_sum_line(f, name, ++row, line, (size_t)(end - line));
        line = end + 1;
    }
    if (text && row == 0) {
        problems_add(f->problems, name, NULL, NULL, "the checksum file is empty");
    }
    free(text);
    sums = find(f, name);
    if (sums) {
        sums->is_listed = true; /* it cannot list itself */
    }
    f->has_checksums = true;
}

static char *read_all(const char *path, size_t *len, const char **fault)
{
    FILE *from = fopen(path, "rbe");
    struct stat about;
    char *text = NULL;
    *fault = "cannot be read";
    if (!from || fstat(fileno(from), &about) != 0) {
        goto out;
    }
    if ((uintmax_t)about.st_size > FILES_TEXT_MAX_BYTES) {
        *fault = "is larger than 256 MiB";
        goto out;
    }
    text = malloc((size_t)about.st_size + 1);
    *len = text ? fread(text, 1, (size_t)about.st_size, from) : 0;
    if (text && *len != (size_t)about.st_size) {
        free(text);
        text = NULL;
    }
    if (text) {
        text[*len] = '\0';
    }
out:
    if (from) {
        (void)fclose(from);
    }
    return text;
}

char *files_read(struct input_files *f, const struct input_file *file, size_t *len)
{
    const char *fault = "";
    char *text = read_all(file->path, len, &fault);
    if (!text) {
        problems_add(f->problems, file->name, NULL, NULL, "%s", fault);
        return NULL;
    }
    char now[DIGEST_HEX_SIZE];
    digest_hex_of(text, *len, now);
    if (strcmp(now, file->sha256) != 0) {
        problems_add(f->problems, file->name, NULL, NULL, "was changed while it was being read");
        free(text);
        return NULL;
    }
    return text;
}
