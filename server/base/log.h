/* log.h - one JSON line per event on standard error.
 *
 * Each line: {"time": RFC 3339 UTC, "level", "area", "message", ...fields}. Controls, beyond
 * ASCII too, are escaped, so no input can forge a line. Safe from any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/** Lines below this level are dropped. Default LOG_INFO. */
void log_set_level(enum log_level level);
enum err log_level_parse(const char *text, enum log_level *out) MUST_CHECK;

/** A plain event. `area` is the module ("http", "store", "import"). */
void log_event(enum log_level level, const char *area, const char *format, ...) PRINTF_LIKE(3, 4);

/** One field of a structured event; text NULL means use number. */
struct log_field {
    const char *name;
    const char *text;
    double number;
};
void log_fields(enum log_level level, const char *area, const char *message,
                const struct log_field *fields, int count);

#endif
