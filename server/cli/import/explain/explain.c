/* Which kind of file it is, and the manifest's frame. */
#include "cli/import/explain/explain_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "base/utf8.h"

#define EXPLAIN_ARENA_BYTES ((size_t)1 << 30)
#define LINE_BYTES          1024

void explain_say(struct explain *x, int depth, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    line[utf8_floor(line, strlen(line))] = '\0';
    utf8_make_printable(line);
    fprintf(x->to, "%*s%s\n", 2 * depth, "", line);
}

json_t *explain_list(struct explain *x, const char *key)
{
    json_t *list = json_object_get(x->manifest, key);
    if (list == NULL) {
        list = json_array();
        json_object_set_new(x->manifest, key, list);
    }
    return list;
}

void explain_set(json_t *object, const char *key, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        json_object_set_new(object, key, json_string(text));
    }
}

void explain_set_subject(json_t *entry)
{
    static const char *const members[][2] = {
        {"sector", "TODO: the sector's code, such as 1.A.1"},
        {"gas", "TODO: the gas's code, such as CO2, CH4 or N2O"},
        {"flow", "TODO: emission or removal"},
        {"origin", "TODO: fossil, nonfossil or na"},
        {"method", "TODO: measured, reported, scaled or estimated"},
        {"provenance", "source"},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (json_object_get(entry, members[i][0]) == NULL) {
            explain_set(entry, members[i][0], members[i][1]);
        }
    }
}

int explain_year_in(const char *text)
{
    int found = 0;
    for (const char *at = text; *at != '\0'; at++) {
        bool is_start = at == text || !isdigit((unsigned char)at[-1]);
        size_t digits = strspn(at, "0123456789");
        if (!is_start || digits != 4) {
            continue;
        }
        int year = (at[0] - '0') * 1000 + (at[1] - '0') * 100 + (at[2] - '0') * 10 + at[3] - '0';
        if (year < 1900 || year > 2100) {
            continue;
        }
        if (found != 0 && found != year) {
            return 0;
        }
        found = year;
    }
    return found;
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (strncasecmp(text + i, word, len) == 0 && !isalnum((unsigned char)text[i + len]) &&
            (i == 0 || !isalnum((unsigned char)text[i - 1]))) {
            return true;
        }
    }
    return false;
}

const char *explain_gas_in(const char *text)
{
    static const char *const gases[] = {"CO2", "CH4", "N2O", "SF6", "NF3"};
    const char *found = NULL;
    for (size_t i = 0; text != NULL && i < sizeof gases / sizeof gases[0]; i++) {
        if (has_word(text, gases[i])) {
            if (found != NULL) {
                return NULL;
            }
            found = gases[i];
        }
    }
    return found;
}

void explain_set_mass(struct explain *x, json_t *entry, const char *unit, const char *label,
                      int year)
{
    bool has_unit = unit != NULL && unit[0] != '\0';
    const char *gas = explain_gas_in(label);
    explain_set(entry, "unit",
                has_unit ? unit : "TODO: the unit of a cell, such as t, kt or kg m-2 s-1");
    explain_set(entry, "gas", gas != NULL ? gas : explain_gas_in(x->name));
    year = year != 0 ? year : explain_year_in(label);
    year = year != 0 ? year : explain_year_in(x->name);
    if (year != 0) {
        json_object_set_new(entry, "year", json_integer(year));
    } else {
        explain_set(entry, "year", "TODO: the year, as a number");
    }
    explain_set_subject(entry);
}

/* A slug of the file's name: what the release may be called. */
static const char *slug_of(struct explain *x)
{
    char *slug = arena_strndup(x->arena, x->name, strlen(x->name));
    size_t used = 0;
    for (size_t i = 0; slug != NULL && slug[i] != '\0' && slug[i] != '.' && used < 63; i++) {
        unsigned char c = (unsigned char)slug[i];
        if (isalnum(c) && c < 128) {
            slug[used++] = (char)tolower(c);
        } else if (used > 0 && slug[used - 1] != '-') {
            slug[used++] = '-';
        }
    }
    while (used > 0 && slug[used - 1] == '-') {
        used--;
    }
    if (slug == NULL || used == 0) {
        return "release";
    }
    slug[used] = '\0';
    return slug;
}

static json_t *frame(struct explain *x)
{
    return json_pack(
        "{s:i, s:{s:s, s:s, s:{s:s, s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:s}, s:[{s:s, s:s, "
        "s:s}]}",
        "fluxgrid", 1, "release", "slug", slug_of(x), "version", "1.0.0", "title", "en",
        "TODO: the title in English", "ru", "TODO: the title in Russian", "uz",
        "TODO: the title in Uzbek", "ko", "TODO: the title in Korean", "publisher",
        "TODO: who publishes the release", "licence", "TODO: the licence, such as CC BY 4.0",
        "attribution", "TODO: the line that a map must show", "citation",
        "TODO: how a paper cites it", "method", "TODO: how the numbers were made", "provenance",
        "id", "source", "dataset", "TODO: the name of the data", "document", x->name);
}

static enum err look(struct explain *x, struct why *why)
{
    static enum err (*const kinds[])(struct explain *, bool *, struct why *) = {
        explain_table, explain_dimensions, explain_raster, explain_vector};
    bool is_mine = false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        enum err e = kinds[i](x, &is_mine, why);
        if (e != ERR_OK || is_mine) {
            return e;
        }
    }
    return why_set(why, ERR_INPUT, x->name,
                   "%s: is no raster, vector file or table that the importer knows, or is damaged; "
                   "convert it with gdal_translate or ogr2ogr, or export it as CSV",
                   x->name);
}

static enum err write_manifest(const json_t *manifest, FILE *to, struct why *why)
{
    if (json_dumpf(manifest, to, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) != 0 ||
        fputs("\n", to) < 0 || fflush(to) != 0) {
        return why_set(why, ERR_IO, NULL, "the manifest cannot be written: %s", strerror(errno));
    }
    return ERR_OK;
}

static enum err open_output(const char *path, FILE **out, struct why *why)
{
    *out = path != NULL ? fopen(path, "wxe") : stdout;
    if (*out == NULL) {
        return why_set(why, ERR_IO, path,
                       "%s: the manifest cannot be written (%s); name a new file", path,
                       strerror(errno));
    }
    return ERR_OK;
}

static enum err check_file(const char *path, struct why *why)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return why_set(why, ERR_INPUT, path, "%s: cannot be opened (%s); check its name", path,
                       strerror(errno));
    }
    if (!S_ISREG(about.st_mode) || about.st_size == 0) {
        return why_set(why, ERR_INPUT, path, "%s: is %s; name a file with data in it", path,
                       S_ISREG(about.st_mode) ? "empty" : "not a regular file");
    }
    return ERR_OK;
}

enum err import_explain(const char *path, const char *manifest, struct why *why)
{
    enum err e = check_file(path, why);
    if (e != ERR_OK) {
        return e;
    }
    struct arena arena;
    arena_init(&arena, EXPLAIN_ARENA_BYTES);
    const char *slash = strrchr(path, '/');
    struct explain x = {.path = path,
                        .name = slash != NULL ? slash + 1 : path,
                        .to = manifest != NULL ? stdout : stderr,
                        .arena = &arena};
    x.manifest = frame(&x);
    FILE *to = NULL;
    e = x.manifest != NULL ? look(&x, why) : ERR_NO_MEMORY;
    if (e == ERR_OK) {
        e = open_output(manifest, &to, why);
    }
    if (e == ERR_OK) {
        e = write_manifest(x.manifest, to, why);
    }
    if (to != NULL && to != stdout) {
        fclose(to);
    }
    json_decref(x.manifest);
    arena_fini(&arena);
    return e;
}
