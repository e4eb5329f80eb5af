/* style_parse.c - one style file, checked to the last key.
 *
 * A style that loads can be drawn and read back: classes do not overlap, every class has a colour
 * of its own (so that a picture can be decoded into classes), a diverging style is symmetric.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/spare_memory.h"
#include "render/style.h"

#define STYLE_UNIT "t/km2/yr" /* what density_value() gives */

struct reader {
    const char *file;
    json_t *root;
    struct why *why;
};

/* Says which file and key breaks which rule. */
#define REFUSE(r, ...) why_set((r)->why, ERR_INPUT, (r)->file, __VA_ARGS__)

static const char *const known_keys[] = {"id",     "version", "title", "kind",   "quantity",
                                         "unit",   "default", "gases", "breaks", "colours",
                                         "nodata", "zero",    NULL};
static const char *const langs[STYLE_LANGS] = {"en", "ru", "uz", "ko"};

static bool is_known(const char *key, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(key, *list) == 0) {
            return true;
        }
    }
    return false;
}

static enum err check_keys(const struct reader *r)
{
    const char *key;
    json_t *value;
    json_object_foreach(r->root, key, value)
    {
        if (!is_known(key, known_keys)) {
            return REFUSE(r, "unknown key \"%.40s\"", key);
        }
    }
    for (const char *const *k = known_keys; *k != NULL; k++) {
        if (json_object_get(r->root, *k) == NULL) {
            return REFUSE(r, "\"%s\" is missing", *k);
        }
    }
    return ERR_OK;
}

static enum err copy_text(const struct reader *r, const char *key, const json_t *value, char *out,
                          size_t size)
{
    const char *text = json_string_value(value);
    if (text == NULL || text[0] == '\0') {
        return REFUSE(r, "\"%s\" must be a text that is not empty", key);
    }
    size_t len = strlen(text);
    if (len >= size) {
        return REFUSE(r, "\"%s\" has %zu bytes, at most %zu are allowed", key, len, size - 1);
    }
    memcpy(out, text, len + 1);
    return ERR_OK;
}

static enum err read_id(const struct reader *r, struct style *s)
{
    enum err e = copy_text(r, "id", json_object_get(r->root, "id"), s->id, sizeof s->id);
    if (e != ERR_OK) {
        return e;
    }
    if (strspn(s->id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(s->id)) {
        return REFUSE(r, "\"id\" may hold a-z, 0-9 and - only");
    }
    size_t len = strlen(s->id);
    if (strncmp(r->file, s->id, len) != 0 || strcmp(r->file + len, ".json") != 0) {
        return REFUSE(r, "\"id\" is %s, so the file must be named %s.json", s->id, s->id);
    }
    return ERR_OK;
}

static enum err read_title(const struct reader *r, struct style *s)
{
    const json_t *title = json_object_get(r->root, "title");
    if (json_object_size(title) != STYLE_LANGS) {
        return REFUSE(r, "\"title\" must have exactly the keys en, ru, uz, ko");
    }
    for (int i = 0; i < STYLE_LANGS; i++) {
        enum err e = copy_text(r, "title", json_object_get(title, langs[i]), s->title[i],
                               sizeof s->title[i]);
        if (e != ERR_OK) {
            return e;
        }
    }
    return ERR_OK;
}

static enum err read_kind(const struct reader *r, struct style *s)
{
    const char *kind = json_string_value(json_object_get(r->root, "kind"));
    if (kind != NULL && strcmp(kind, "sequential") == 0) {
        s->kind = STYLE_SEQUENTIAL;
    } else if (kind != NULL && strcmp(kind, "diverging") == 0) {
        s->kind = STYLE_DIVERGING;
    } else {
        return REFUSE(r, "\"kind\" must be \"sequential\" or \"diverging\"");
    }
    static const char *const quantities[] = {"density", "net", "difference", NULL};
    enum err e = copy_text(r, "quantity", json_object_get(r->root, "quantity"), s->quantity,
                           sizeof s->quantity);
    if (e == ERR_OK && !is_known(s->quantity, quantities)) {
        e = REFUSE(r, "\"quantity\" must be density, net or difference");
    }
    if (e == ERR_OK && (s->kind == STYLE_DIVERGING) == (strcmp(s->quantity, "density") == 0)) {
        e = REFUSE(r, "density needs a sequential style, net and difference a diverging one");
    }
    return e;
}

static enum err read_flags(const struct reader *r, struct style *s)
{
    const json_t *version = json_object_get(r->root, "version");
    json_int_t number = json_integer_value(version);
    if (!json_is_integer(version) || number < 1 || number > 999999) {
        return REFUSE(r, "\"version\" must be a whole number from 1 to 999999");
    }
    s->version = (int)number;
    const json_t *is_default = json_object_get(r->root, "default");
    if (!json_is_boolean(is_default)) {
        return REFUSE(r, "\"default\" must be true or false");
    }
    s->is_default = json_is_true(is_default);
    enum err e = copy_text(r, "unit", json_object_get(r->root, "unit"), s->unit, sizeof s->unit);
    if (e == ERR_OK && strcmp(s->unit, STYLE_UNIT) != 0) {
        e = REFUSE(r, "\"unit\" must be \"" STYLE_UNIT "\"");
    }
    return e;
}

static enum err read_gases(const struct reader *r, struct style *s)
{
    const json_t *gases = json_object_get(r->root, "gases");
    size_t n = json_array_size(gases);
    if (n < 1 || n > STYLE_MAX_GASES) {
        return REFUSE(r, "\"gases\" must list 1 to %d gas codes", STYLE_MAX_GASES);
    }
    for (size_t i = 0; i < n; i++) {
        enum err e =
            copy_text(r, "gases", json_array_get(gases, i), s->gases[i], sizeof s->gases[i]);
        if (e != ERR_OK) {
            return e;
        }
        if (strspn(s->gases[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != strlen(s->gases[i])) {
            return REFUSE(r, "gas %zu: a code has A-Z, 0-9 and - only", i + 1);
        }
    }
    s->gas_count = (int)n;
    return ERR_OK;
}

static void write_breaks(struct style *s)
{
    size_t len = 0;
    for (int i = 0; i < s->break_count; i++) {
        len += (size_t)snprintf(s->breaks_text + len, sizeof s->breaks_text - len, "%s%.12g",
                                i == 0 ? "" : " ", s->breaks[i]);
    }
    assert(len < sizeof s->breaks_text);
}

static enum err read_breaks(const struct reader *r, struct style *s)
{
    const json_t *breaks = json_object_get(r->root, "breaks");
    size_t n = json_array_size(breaks);
    if (n < 1 || n > STYLE_MAX_CLASSES - 1) {
        return REFUSE(r, "\"breaks\" must list 1 to %d numbers", STYLE_MAX_CLASSES - 1);
    }
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(breaks, i);
        double value = json_number_value(item);
        if (!json_is_number(item) || !isfinite(value)) {
            return REFUSE(r, "break %zu is no number", i + 1);
        }
        if (i > 0 && value <= s->breaks[i - 1]) {
            return REFUSE(r, "break %zu (%g) is not above break %zu (%g)", i + 1, value, i,
                          s->breaks[i - 1]);
        }
        s->breaks[i] = value;
    }
    s->break_count = (int)n;
    s->class_count = (int)n + 1;
    write_breaks(s);
    return ERR_OK;
}

static enum err check_breaks(const struct reader *r, const struct style *s)
{
    if (s->kind == STYLE_SEQUENTIAL) {
        return s->breaks[0] > 0
                   ? ERR_OK
                   : REFUSE(r, "the first break of a sequential style must be above 0");
    }
    int n = s->break_count;
    if (n % 2 != 0) {
        return REFUSE(r, "a diverging style needs an even number of breaks (a neutral class)");
    }
    for (int i = 0; i < n / 2; i++) {
        if (s->breaks[i] != -s->breaks[n - 1 - i]) {
            return REFUSE(r, "breaks %d and %d are not symmetric about 0", i + 1, n - i);
        }
    }
    return ERR_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum err read_colour(const struct reader *r, const char *what, const json_t *value,
                            struct rgba *out)
{
    const char *text = json_string_value(value);
    size_t len = text == NULL ? 0 : strlen(text);
    uint8_t part[4] = {0, 0, 0, 255};
    bool is_good = (len == 7 || len == 9) && text[0] == '#';
    for (size_t i = 1; is_good && i < len; i += 2) {
        int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
        is_good = high >= 0 && low >= 0;
        part[i / 2] = (uint8_t)((unsigned)(high * 16 + low) & 255u);
    }
    if (!is_good) {
        return REFUSE(r, "%s must be \"#rrggbb\" or \"#rrggbbaa\" in lower case", what);
    }
    *out = (struct rgba){part[0], part[1], part[2], part[3]};
    return ERR_OK;
}

static enum err read_colours(const struct reader *r, struct style *s)
{
    const json_t *colours = json_object_get(r->root, "colours");
    if (json_array_size(colours) != (size_t)s->class_count) {
        return REFUSE(r, "%d breaks make %d classes, but \"colours\" has %zu entries",
                      s->break_count, s->class_count, json_array_size(colours));
    }
    for (int i = 0; i < s->class_count; i++) {
        enum err e = read_colour(r, "each of \"colours\"", json_array_get(colours, (size_t)i),
                                 &s->colours[i]);
        if (e != ERR_OK) {
            return e;
        }
    }
    enum err e = read_colour(r, "\"nodata\"", json_object_get(r->root, "nodata"), &s->nodata);
    return e != ERR_OK ? e : read_colour(r, "\"zero\"", json_object_get(r->root, "zero"), &s->zero);
}

/* A picture must be readable: no two classes of one colour. */
static enum err check_colours(const struct reader *r, const struct style *s)
{
    for (int i = STYLE_CLASS_ZERO; i < s->class_count; i++) {
        struct rgba a = style_colour(s, i);
        for (int k = i + 1; k < s->class_count; k++) {
            struct rgba b = style_colour(s, k);
            if (memcmp(&a, &b, sizeof a) == 0) {
                return REFUSE(r,
                              "two classes (no data and zero count too) share the colour "
                              "#%02x%02x%02x%02x",
                              a.r, a.g, a.b, a.a);
            }
        }
    }
    return ERR_OK;
}

enum err style_parse(const char *file, const char *text, size_t len, struct style *out,
                     struct why *why)
{
    json_error_t error;
    struct reader r = {.file = file, .why = why};
    unsigned long spares = spare_count();
    r.root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (spare_count() != spares) {
        json_decref(r.root);
        return why_set(why, ERR_NO_MEMORY, NULL, "no memory for style %s", file);
    }
    if (r.root == NULL) {
        return REFUSE(&r, "line %d, column %d: %s", error.line, error.column, error.text);
    }
    static enum err (*const steps[])(const struct reader *, struct style *) = {
        read_id, read_flags, read_kind, read_title, read_gases, read_breaks, read_colours};
    struct style s = {.version = 0};
    enum err e = json_is_object(r.root) ? check_keys(&r) : REFUSE(&r, "not a JSON object");
    for (size_t i = 0; e == ERR_OK && i < sizeof steps / sizeof steps[0]; i++) {
        e = steps[i](&r, &s);
    }
    if (e == ERR_OK) {
        e = check_breaks(&r, &s);
    }
    if (e == ERR_OK) {
        e = check_colours(&r, &s);
    }
    json_decref(r.root);
    if (e == ERR_OK) {
        *out = s;
    }
    return e;
}
