#include "http/access_log.h"

#include "base/clock.h"
#include "base/log_sink.h"

#define LOG_BATCH_BYTES  ((size_t)64 << 10)
#define LOG_LINE_BYTES   8192 /* room for the longest: a target of 2 KiB, escaped, and the rest */
#define LOG_STAMP_AGE_MS 1

void access_log_init(struct access_log *l, bool is_on)
{
    *l = (struct access_log){.is_on = is_on, .stamped_ms = -1};
    buf_init(&l->lines, LOG_BATCH_BYTES);
}

void access_log_fini(struct access_log *l)
{
    access_log_flush(l);
    buf_fini(&l->lines);
}

static void refresh_stamp(struct access_log *l)
{
    int64_t now_ms = clock_ms();
    if (now_ms - l->stamped_ms >= LOG_STAMP_AGE_MS) {
        l->stamped_ms = now_ms;
        clock_rfc3339(l->stamp);
    }
}

static void add_text(struct buf *b, const char *name, const char *text)
{
    buf_add_str(b, name);
    buf_add_json_str(b, text);
}

/* printf costs more than the rest of a line. */
static void add_number(struct buf *b, const char *name, unsigned long long value)
{
    char digits[24];
    char *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buf_add_str(b, name);
    buf_add(b, at, (size_t)(digits + sizeof digits - at));
}

void access_log_add(struct access_log *l, const struct access_line *line)
{
    if (!l->is_on) {
        return;
    }
    if (l->lines.len > LOG_BATCH_BYTES - LOG_LINE_BYTES) {
        access_log_flush(l);
    }
    struct buf *b = &l->lines;
    refresh_stamp(l);
    add_text(b, "{\"time\":", l->stamp);
    buf_add_str(b, ",\"level\":\"info\",\"area\":\"http\",\"message\":\"request\"");
    add_text(b, ",\"id\":", line->id);
    add_text(b, ",\"client\":", line->client);
    add_text(b, ",\"method\":", line->method);
    add_text(b, ",\"target\":", line->target);
    add_text(b, ",\"source\":", line->source);
    add_number(b, ",\"status\":", (unsigned long long)line->status);
    add_number(b, ",\"bytes\":", line->bytes);
    add_number(b, ",\"us\":", (unsigned long long)line->duration_us);
    buf_add_str(b, "}\n");
}

void access_log_flush(struct access_log *l)
{
    if (l->lines.len > 0) {
        log_sink_write(l->lines.data, l->lines.len);
        buf_reset(&l->lines);
    }
}
