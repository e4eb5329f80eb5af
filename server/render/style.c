#include "render/style.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define STYLE_MAX_FILES      64
#define STYLE_MAX_FILE_BYTES 65536

struct style_set {
    int references; /* through __atomic builtins only */
    int count;
    struct style styles[STYLE_MAX_FILES];
};

int style_class(const struct style *s, double value)
{
    if (isnan(value)) {
        return STYLE_CLASS_NODATA;
    }
    if (value == 0) {
        return STYLE_CLASS_ZERO;
    }
    int low = 0, high = s->break_count; /* the class is the number of breaks <= value */
    while (low < high) {
        int middle = (low + high) / 2;
        if (s->breaks[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct rgba style_colour(const struct style *s, int class_index)
{
    if (class_index == STYLE_CLASS_NODATA) {
        return s->nodata;
    }
    if (class_index == STYLE_CLASS_ZERO) {
        return s->zero;
    }
    assert(class_index >= 0 && class_index < s->class_count);
    return s->colours[class_index];
}

/* Reads a whole small file; the caller frees *text. */
static enum err read_file(const char *path, const char *name, char **text, size_t *len,
                          struct why *why)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return why_set(why, ERR_IO, name, "cannot open %s: %s", path, strerror(errno));
    }
    enum err e = ERR_OK;
    char *bytes = malloc(STYLE_MAX_FILE_BYTES + 1);
    size_t n = 0;
    if (bytes == NULL) {
        e = ERR_NO_MEMORY;
        goto out;
    }
    n = fread(bytes, 1, STYLE_MAX_FILE_BYTES + 1, file);
    if (ferror(file)) {
        e = why_set(why, ERR_IO, name, "cannot read %s", path);
    } else if (n > STYLE_MAX_FILE_BYTES) {
        e = why_set(why, ERR_INPUT, name, "a style file has at most %d bytes",
                    STYLE_MAX_FILE_BYTES);
    }
out:
    (void)fclose(file);
    if (e != ERR_OK) {
        free(bytes);
        return e;
    }
    *text = bytes;
    *len = n;
    return ERR_OK;
}

static enum err load_one(struct style_set *set, const char *dir, const char *name, struct why *why)
{
    if (set->count == STYLE_MAX_FILES) {
        return why_set(why, ERR_INPUT, name, "more than %d styles in %s", STYLE_MAX_FILES, dir);
    }
    char path[1024];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path) {
        return why_set(why, ERR_INPUT, name, "the path of the styles folder is too long");
    }
    char *text = NULL;
    size_t len = 0;
    enum err e = read_file(path, name, &text, &len, why);
    if (e != ERR_OK) {
        return e;
    }
    struct style *slot = &set->styles[set->count];
    e = style_parse(name, text, len, slot, why);
    if (e == ERR_OK) {
        digest_hex_of(text, len, slot->digest);
        set->count++;
    }
    free(text);
    return e;
}

static bool is_style_file(const char *name)
{
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".json") == 0;
}

static enum err load_folder(struct style_set *set, const char *dir, struct why *why)
{
    DIR *folder = opendir(dir);
    if (folder == NULL) {
        return why_set(why, ERR_IO, "styles_dir", "cannot open %s: %s", dir, strerror(errno));
    }
    enum err e = ERR_OK;
    struct dirent *entry;
    while (e == ERR_OK && (entry = readdir(folder)) != NULL) {
        if (is_style_file(entry->d_name)) {
            e = load_one(set, dir, entry->d_name, why);
        }
    }
    (void)closedir(folder);
    return e;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct style *)a)->id, ((const struct style *)b)->id);
}

static bool has_gas(const struct style *s, const char *gas)
{
    for (int i = 0; i < s->gas_count; i++) {
        if (strcasecmp(s->gases[i], gas) == 0) {
            return true;
        }
    }
    return false;
}

static const struct style *default_of(const struct style_set *set, const char *quantity,
                                      const char *gas, const struct style *other_than)
{
    for (int i = 0; i < set->count; i++) {
        const struct style *s = &set->styles[i];
        if (s != other_than && s->is_default && strcmp(s->quantity, quantity) == 0 &&
            has_gas(s, gas)) {
            return s;
        }
    }
    return NULL;
}

/* Every quantity needs one default for CO2E, and no gas may have two. */
static enum err check_defaults(const struct style_set *set, const char *dir, struct why *why)
{
    static const char *const quantities[] = {"density", "net", "difference"};
    for (int i = 0; i < 3; i++) {
        if (default_of(set, quantities[i], "CO2E", NULL) == NULL) {
            return why_set(why, ERR_INPUT, "styles_dir",
                           "%s has no style with \"default\": true for %s of CO2E", dir,
                           quantities[i]);
        }
    }
    for (int i = 0; i < set->count; i++) {
        const struct style *s = &set->styles[i];
        for (int g = 0; s->is_default && g < s->gas_count; g++) {
            const struct style *other = default_of(set, s->quantity, s->gases[g], s);
            if (other != NULL) {
                return why_set(why, ERR_INPUT, s->id, "%s and %s are both the default for %s of %s",
                               s->id, other->id, s->quantity, s->gases[g]);
            }
        }
    }
    return ERR_OK;
}

enum err style_set_load(const char *dir, struct style_set **out, struct why *why)
{
    struct style_set *set = calloc(1, sizeof *set);
    if (set == NULL) {
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for the styles");
    }
    set->references = 1;
    enum err e = load_folder(set, dir, why);
    if (e == ERR_OK) {
        qsort(set->styles, (size_t)set->count, sizeof set->styles[0], by_id);
        e = check_defaults(set, dir, why);
    }
    if (e != ERR_OK) {
        style_set_unref(set);
        return e;
    }
    *out = set;
    return ERR_OK;
}

struct style_set *style_set_ref(struct style_set *s)
{
    __atomic_add_fetch(&s->references, 1, __ATOMIC_RELAXED);
    return s;
}

void style_set_unref(struct style_set *s)
{
    if (s != NULL && __atomic_sub_fetch(&s->references, 1, __ATOMIC_ACQ_REL) == 0) {
        free(s);
    }
}

int style_count(const struct style_set *s)
{
    return s->count;
}

const struct style *style_at(const struct style_set *s, int i)
{
    assert(i >= 0 && i < s->count);
    return &s->styles[i];
}

const struct style *style_find(const struct style_set *s, const char *id)
{
    for (int i = 0; i < s->count; i++) {
        if (strcmp(s->styles[i].id, id) == 0) {
            return &s->styles[i];
        }
    }
    return NULL;
}

const struct style *style_default(const struct style_set *s, const char *quantity, const char *gas)
{
    const struct style *found = default_of(s, quantity, gas, NULL);
    if (found == NULL) {
        found = default_of(s, quantity, "CO2E", NULL);
    }
    assert(found != NULL);
    return found;
}
