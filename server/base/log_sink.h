/* log_sink.h - standard error, where the log goes, and what is done when nobody reads it.
 *
 * A full pipe blocks who writes: a log collector that stands would stop the event threads. A server
 * waits for it a moment, a tenth of each second at most, then lets lines go, counts them, and says
 * how many when it is read again. Safe from any thread; lines of threads never mix.
 */
#ifndef BASE_LOG_SINK_H
#define BASE_LOG_SINK_H

#include <stddef.h>
#include <stdint.h>

/** From now on lines may be lost. Without it (a command) whoever writes waits. Before the first
 *  thread; again when standard error has become another. */
void log_sink_never_wait(void);
/** Writes whole lines; errno is kept. A log that cannot be written is nobody's to report. */
void log_sink_write(const char *lines, size_t len);
/** Lines that were lost since the start. */
uint64_t log_sink_lost(void);

#endif
