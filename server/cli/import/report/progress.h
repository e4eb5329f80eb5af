/* progress.h - how far an import is: a bar on a terminal, one line per step elsewhere, and the name
 * of the database session, which the servers' /metrics reads. */
#ifndef IMPORT_PROGRESS_H
#define IMPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct conn;

struct progress {
    bool is_terminal;
    bool is_quiet;
    int steps;
    int done;
    int64_t started_ms;
    struct conn *db; /* whose session says it too; NULL = none. Borrowed */
};

/** Writes to standard error. */
void progress_start(struct progress *p, int steps, bool is_quiet);
void progress_step(struct progress *p, const char *what); /* begins the next step */
void progress_end(struct progress *p);

#endif
