#include "cli/import/report/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/conn.h"

#define BAR_COLUMNS 30

void progress_start(struct progress *p, int steps, bool is_quiet)
{
    *p = (struct progress){.is_terminal = isatty(STDERR_FILENO) == 1,
                           .is_quiet = is_quiet,
                           .steps = steps > 0 ? steps : 1,
                           .started_ms = clock_ms()};
}

/* PostgreSQL cuts it at 63 bytes. */
static void say(const struct progress *p, const char *what)
{
    char text[80];
    if (p->db != NULL) {
        (void)snprintf(text, sizeof text, "fluxgrid import %d/%d %s", p->done - 1, p->steps, what);
        conn_say(p->db, text);
    }
}

void progress_step(struct progress *p, const char *what)
{
    p->done += p->done < p->steps;
    say(p, what);
    if (p->is_quiet) {
        return;
    }
    double seconds = (double)(clock_ms() - p->started_ms) / 1e3;
    if (!p->is_terminal) {
        fprintf(stderr, "%6.1f s  %s\n", seconds, what);
        return;
    }
    int filled = (p->done - 1) * BAR_COLUMNS / p->steps;
    fprintf(stderr, "\r\033[K[%.*s%*s] %3d %%  %s", filled, "##############################",
            BAR_COLUMNS - filled, "", (p->done - 1) * 100 / p->steps, what);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->is_terminal && !p->is_quiet) {
        fprintf(stderr, "\r\033[K");
    }
}
