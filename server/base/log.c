#include "base/log.h"

#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/log_sink.h"

/* PIPE_BUF: a pipe takes a line of this size whole (log_sink.c). */
#define LOG_LINE_MAX_BYTES 4096
#define LOG_TEXT_MAX_BYTES 1536 /* one text, escaped; longer ones end in "..." */
#define LOG_TAIL_BYTES     2    /* what closing the line takes: "}\n" */

static atomic_int lowest = LOG_INFO;
static const char *const level_names[] = {"debug", "info", "warn", "error"};
enum { LEVEL_COUNT = sizeof level_names / sizeof level_names[0] };

/* Lines live on the stack: logging works when memory is out. */
struct line {
    char text[LOG_LINE_MAX_BYTES];
    size_t len;
};

void log_set_level(enum log_level level)
{
    atomic_store(&lowest, (int)level);
}

enum err log_level_parse(const char *text, enum log_level *out)
{
    for (int i = 0; i < LEVEL_COUNT; i++) {
        if (strcmp(text, level_names[i]) == 0) {
            *out = (enum log_level)i;
            return ERR_OK;
        }
    }
    return ERR_INPUT;
}

static void add(struct line *l, const char *bytes, size_t len)
{
    memcpy(l->text + l->len, bytes, len);
    l->len += len;
}

/* Adds `"text"`, escaped, in at most limit bytes. The caller has checked that they fit. */
static void add_quoted(struct line *l, const char *text, size_t limit)
{
    size_t end = l->len + limit - sizeof "...\"" + 1;
    size_t len = strlen(text);
    add(l, "\"", 1);
    for (size_t i = 0; i < len;) {
        char escaped[JSON_TEXT_MAX_BYTES];
        size_t n;
        i += json_text_next(text + i, len - i, escaped, &n);
        if (l->len + n > end) {
            add(l, "...", 3);
            break;
        }
        add(l, escaped, n);
    }
    add(l, "\"", 1);
}

static void add_name(struct line *l, const char *name)
{
    add(l, l->len == 0 ? "{" : ",", 1);
    add_quoted(l, name, 64);
    add(l, ":", 1);
}

static size_t room(const struct line *l)
{
    return sizeof l->text - LOG_TAIL_BYTES - l->len;
}

static void add_text(struct line *l, const char *name, const char *text)
{
    size_t value_room = room(l) < 128 ? 0 : room(l) - 128;
    size_t limit = value_room < LOG_TEXT_MAX_BYTES ? value_room : LOG_TEXT_MAX_BYTES;
    if (limit < 16) {
        return; /* the line is full: what does not fit is dropped whole */
    }
    add_name(l, name);
    add_quoted(l, text, limit);
}

static void add_number(struct line *l, const char *name, double value)
{
    if (room(l) < 128) {
        return;
    }
    add_name(l, name);
    char text[32] = "null";
    if (isfinite(value)) {
        (void)snprintf(text, sizeof text, "%.12g", value);
    }
    char *comma = strchr(text, ','); /* a library may have set a locale */
    if (comma != NULL) {
        *comma = '.';
    }
    add(l, text, strlen(text));
}

static void begin(struct line *l, enum log_level level, const char *area, const char *message)
{
    char time[32];
    clock_rfc3339(time);
    l->len = 0;
    add_text(l, "time", time);
    add_text(l, "level", level_names[level]);
    add_text(l, "area", area);
    add_text(l, "message", message);
}

static void write_line(struct line *l)
{
    add(l, "}\n", LOG_TAIL_BYTES);
    log_sink_write(l->text, l->len);
}

void log_event(enum log_level level, const char *area, const char *format, ...)
{
    if ((int)level < atomic_load(&lowest)) {
        return;
    }
    char message[LOG_TEXT_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (len < 0) {
        message[0] = '\0';
    }
    log_fields(level, area, message, NULL, 0);
}

void log_fields(enum log_level level, const char *area, const char *message,
                const struct log_field *fields, int count)
{
    if ((int)level < atomic_load(&lowest)) {
        return;
    }
    struct line l;
    begin(&l, level, area, message);
    for (int i = 0; i < count; i++) {
        if (fields[i].text != NULL) {
            add_text(&l, fields[i].name, fields[i].text);
        } else {
            add_number(&l, fields[i].name, fields[i].number);
        }
    }
    write_line(&l);
}
