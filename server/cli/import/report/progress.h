/* progress.h - how far an import is: a bar on a terminal, one line per step elsewhere. */
#ifndef IMPORT_PROGRESS_H
#define IMPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool is_terminal;
    bool is_quiet;
    int steps;
    int done;
    int64_t started_ms;
};

/** Writes to standard error. */
void progress_start(struct progress *p, int steps, bool is_quiet);
void progress_step(struct progress *p, const char *what); /* begins the next step */
void progress_end(struct progress *p);

#endif
