#include "base/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings_table.h"
#include "base/utf8.h"

#define SETTINGS_MAX 64 /* entries of the table */

/* A value on its way into the settings: who said it, for the error message. */
struct origin {
    const char *where; /* "config/fluxgrid.conf:3", "--port", "FLUXGRID_PORT" */
    struct why *why;
};

static void write_text(struct settings *to, const struct setting *s, const char *value)
{
    memcpy((char *)to + s->offset, value, strlen(value) + 1);
}

static void write_integer(struct settings *to, const struct setting *s, int64_t value)
{
    memcpy((char *)to + s->offset, &value, sizeof value);
}

static void fill_defaults(struct settings *to)
{
    memset(to, 0, sizeof *to);
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *s = &settings_table[i];
        if (s->kind == SETTING_INTEGER) {
            write_integer(to, s, s->number);
        } else {
            write_text(to, s, s->text);
        }
    }
}

/* '-' and '_' are the same, as flags are written one way and files the other. */
static bool is_same_name(const char *name, const char *given, size_t len)
{
    if (strlen(name) != len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if ((given[i] == '-' ? '_' : given[i]) != name[i]) {
            return false;
        }
    }
    return true;
}

static const struct setting *find(const char *name, size_t len)
{
    for (int i = 0; i < settings_table_count; i++) {
        if (is_same_name(settings_table[i].name, name, len)) {
            return &settings_table[i];
        }
    }
    return NULL;
}

static void allow_names(struct why *why)
{
    char list[sizeof why->allowed] = "";
    size_t len = 0;
    for (int i = 0; i < settings_table_count; i++) {
        int n = snprintf(list + len, sizeof list - len, "%s%s", i > 0 ? ", " : "",
                         settings_table[i].name);
        len += (size_t)n;
        assert(len < sizeof list);
    }
    why_allow(why, "%s", list);
}

static enum err unknown_setting(struct origin from, const char *name, size_t len)
{
    enum err e = why_set(from.why, ERR_INPUT, from.where, "no setting is called \"%.*s\"",
                         (int)(len < 64 ? len : 64), name);
    allow_names(from.why);
    return e;
}

static enum err set_integer(struct settings *to, const struct setting *s, const char *value,
                            struct origin from)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    bool is_number = value[0] == '-' || isdigit((unsigned char)value[0]);
    if (is_number && *end == '\0' && errno == 0 && number >= s->min && number <= s->max) {
        write_integer(to, s, number);
        return ERR_OK;
    }
    enum err e =
        why_set(from.why, ERR_INPUT, from.where, "%s is \"%.64s\", which is no whole number%s",
                s->name, value, is_number && *end == '\0' ? " in range" : "");
    why_allow(from.why, "%lld to %lld%s%s", (long long)s->min, (long long)s->max,
              s->unit[0] != '\0' ? " " : "", s->unit);
    return e;
}

static enum err check_choice(const struct setting *s, const char *value, struct origin from)
{
    char list[256] = "";
    size_t len = 0;
    for (int i = 0; s->choices[i] != NULL; i++) {
        if (strcmp(s->choices[i], value) == 0) {
            return ERR_OK;
        }
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i > 0 ? ", " : "",
                                s->choices[i]);
    }
    enum err e = why_set(from.why, ERR_INPUT, from.where, "%s is \"%.64s\"", s->name, value);
    why_allow(from.why, "%s", list);
    return e;
}

static bool is_printable(const char *value)
{
    size_t len = strlen(value);
    for (size_t i = 0; i < len;) {
        size_t n = utf8_char_len(value + i, len - i);
        if (n == 0 || utf8_is_control(value + i)) {
            return false;
        }
        i += n;
    }
    return true;
}

/* Texts are not quoted back, except choices: one of them may hold a password. */
static enum err set_text(struct settings *to, const struct setting *s, const char *value,
                         struct origin from)
{
    if (strlen(value) >= s->size) {
        enum err e = why_set(from.why, ERR_INPUT, from.where, "%s is too long", s->name);
        why_allow(from.why, "at most %zu bytes", s->size - 1);
        return e;
    }
    if (!is_printable(value)) {
        return why_set(from.why, ERR_INPUT, from.where, "%s holds bytes that are no text", s->name);
    }
    enum err e = s->choices != NULL ? check_choice(s, value, from) : ERR_OK;
    const char *rule = "";
    if (e == ERR_OK && s->check != NULL && s->check(value, &rule) != ERR_OK) {
        e = why_set(from.why, ERR_INPUT, from.where, "%s is not right", s->name);
        why_allow(from.why, "%s", rule);
    }
    if (e == ERR_OK) {
        write_text(to, s, value);
    }
    return e;
}

static enum err set_value(struct settings *to, const struct setting *s, const char *value,
                          struct origin from)
{
    return s->kind == SETTING_INTEGER ? set_integer(to, s, value, from)
                                      : set_text(to, s, value, from);
}

/* ---- file ---- */

struct file_reader {
    const char *path;
    int line;
    int seen[SETTINGS_MAX]; /* line on which a setting was first given, 0 = not yet */
    struct why *why;
};

/* Cuts white space off both ends, in place. */
static char *trim(char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    size_t len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1])) {
        text[--len] = '\0';
    }
    return text;
}

static enum err take_pair(struct settings *to, struct file_reader *r, char *name, char *value,
                          struct origin from)
{
    const struct setting *s = strchr(name, '-') == NULL ? find(name, strlen(name)) : NULL;
    if (s == NULL) {
        return unknown_setting(from, name, strlen(name));
    }
    int *seen = &r->seen[s - settings_table];
    if (*seen != 0) {
        return why_set(r->why, ERR_INPUT, from.where, "%s was already set on line %d", s->name,
                       *seen);
    }
    *seen = r->line;
    return set_value(to, s, value, from);
}

/* "file:line", shortened from the left so that the line number always shows. */
static void name_line(const struct file_reader *r, char out[64])
{
    size_t len = strlen(r->path);
    const char *tail = len > 48 ? r->path + len - 45 : r->path;
    (void)snprintf(out, 64, "%s%s:%d", tail == r->path ? "" : "...", tail, r->line);
}

static enum err take_line(struct settings *to, struct file_reader *r, char *line, size_t len)
{
    char where[64];
    name_line(r, where);
    struct origin from = {where, r->why};
    if (strlen(line) != len) {
        return why_set(r->why, ERR_INPUT, where, "the line holds a NUL byte");
    }
    char *text = trim(line);
    if (*text == '\0' || *text == '#') {
        return ERR_OK;
    }
    char *equals = strchr(text, '=');
    if (equals == NULL) {
        enum err e = why_set(r->why, ERR_INPUT, where, "the line has no \"=\"");
        why_allow(r->why, "name = value, or a comment that starts with #");
        return e;
    }
    *equals = '\0';
    return take_pair(to, r, trim(text), trim(equals + 1), from);
}

static enum err read_lines(struct settings *to, struct file_reader *r, FILE *from)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum err e = ERR_OK;
    while (e == ERR_OK && (len = getline(&line, &cap, from)) >= 0) {
        r->line++;
        e = take_line(to, r, line, (size_t)len);
    }
    free(line);
    if (e == ERR_OK && !feof(from)) {
        e = why_set(r->why, ERR_IO, r->path, "cannot read the settings file to its end");
    }
    return e;
}

static enum err read_file(struct settings *to, const char *file, struct why *why)
{
    const char *path = file != NULL ? file : SETTINGS_DEFAULT_FILE;
    FILE *from = fopen(path, "re");
    if (from == NULL) {
        if (file == NULL && errno == ENOENT) {
            return ERR_OK;
        }
        char text[128];
        const char *words = strerror_r(errno, text, sizeof text);
        return why_set(why, ERR_IO, path, "cannot open the settings file: %s", words);
    }
    struct file_reader r = {.path = path, .why = why};
    enum err e = read_lines(to, &r, from);
    (void)fclose(from);
    return e;
}

/* ---- environment ---- */

static void env_name(const struct setting *s, char out[64])
{
    (void)snprintf(out, 64, "FLUXGRID_%s", s->name);
    for (char *c = out; *c != '\0'; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
}

static enum err read_variable(struct settings *to, const struct setting *s, const char *variable,
                              struct why *why)
{
    const char *value = getenv(variable);
    if (value == NULL) {
        return ERR_OK;
    }
    return set_value(to, s, value, (struct origin){variable, why});
}

static enum err read_environment(struct settings *to, struct why *why)
{
    enum err e = ERR_OK;
    for (int i = 0; e == ERR_OK && i < settings_table_count; i++) {
        const struct setting *s = &settings_table[i];
        char variable[64];
        env_name(s, variable);
        if (strcmp(s->name, "database_url") == 0) {
            e = read_variable(to, s, "DATABASE_URL", why);
        }
        if (e == ERR_OK) {
            e = read_variable(to, s, variable, why);
        }
    }
    return e;
}

/* ---- flags ---- */

/* Takes the flag at argv[*at] and its value; moves *at behind them. */
static enum err take_flag(struct settings *to, int argc, char *const argv[], int *at,
                          struct why *why)
{
    const char *flag = argv[*at];
    struct origin from = {flag, why};
    if (strncmp(flag, "--", 2) != 0 || flag[2] == '\0') {
        enum err e = why_set(why, ERR_INPUT, flag, "\"%.64s\" is no flag", flag);
        why_allow(why, "--name value or --name=value");
        return e;
    }
    size_t len = strcspn(flag + 2, "=");
    const struct setting *s = find(flag + 2, len);
    if (s == NULL) {
        return unknown_setting(from, flag + 2, len);
    }
    const char *value = flag[2 + len] == '=' ? flag + 2 + len + 1 : NULL;
    if (value == NULL && *at + 1 >= argc) {
        return why_set(why, ERR_INPUT, flag, "%s lacks its value", flag);
    }
    if (value == NULL) {
        value = argv[++*at];
    }
    ++*at;
    char where[64];
    (void)snprintf(where, sizeof where, "--%s", s->name);
    from.where = where;
    return set_value(to, s, value, from);
}

static enum err read_flags(struct settings *to, int argc, char *const argv[], struct why *why)
{
    enum err e = ERR_OK;
    for (int at = 0; e == ERR_OK && at < argc;) {
        e = take_flag(to, argc, argv, &at, why);
    }
    return e;
}

bool settings_have(const char *name, size_t len)
{
    return find(name, len) != NULL;
}

enum err settings_load(struct settings *out, const char *file, int argc, char *const argv[],
                       struct why *why)
{
    assert(settings_table_count <= SETTINGS_MAX);
    struct settings loaded;
    fill_defaults(&loaded);
    enum err e = read_file(&loaded, file, why);
    if (e == ERR_OK) {
        e = read_environment(&loaded, why);
    }
    if (e == ERR_OK) {
        e = read_flags(&loaded, argc, argv, why);
    }
    if (e == ERR_OK) {
        *out = loaded;
    }
    return e;
}
