/* fluxgrid: one binary, several commands. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/spare_memory.h"
#include "cli/command_line.h"
#include "cli/help.h"

#ifndef FLUXGRID_VERSION
#define FLUXGRID_VERSION "dev"
#endif
#ifndef FLUXGRID_BUILD_ID
#define FLUXGRID_BUILD_ID "dev"
#endif

/* What is opened next would have the number of a standard file that is closed, and a connection
 * would take the log. To write there fails as before. */
static void hold_standard_files(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDONLY);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        (void)close(fd);
    }
}

static int unknown_command(const char *name)
{
    fprintf(stderr, "fluxgrid: there is no command '%.40s'; 'fluxgrid --help' lists them\n", name);
    return 2;
}

static bool asks_for_help(int argc, char *argv[])
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

static int run_command(const char *name, int argc, char *argv[])
{
    const struct command *c = command_find(name);
    if (c == NULL) {
        return unknown_command(name);
    }
    if (asks_for_help(argc, argv)) {
        help_print_command(c, stdout);
        return 0;
    }
    return command_line_check(c, argc, argv) ? c->run(argc, argv) : 2;
}

static int print_help(const char *of)
{
    const struct command *c = of != NULL ? command_find(of) : NULL;
    if (of != NULL && c == NULL) {
        return unknown_command(of);
    }
    if (c != NULL) {
        help_print_command(c, stdout);
    } else {
        help_print(stdout);
    }
    return 0;
}

/* What was printed must have arrived: a full disk is no success. */
static int finish(int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return status;
    }
    fprintf(stderr, "fluxgrid: standard output cannot be written (%s); what was done stays done\n",
            strerror(errno));
    return status == 0 ? 1 : status;
}

int main(int argc, char *argv[])
{
    hold_standard_files();
    spare_memory_for_json();
    if (argc < 2) {
        help_print(stderr);
        return 2;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        return finish(print_help(argc > 2 ? argv[2] : NULL));
    }
    if (strcmp(name, "--version") == 0) {
        printf("fluxgrid %s (build %s)\n", FLUXGRID_VERSION, FLUXGRID_BUILD_ID);
        return finish(0);
    }
    return finish(run_command(name, argc - 2, argv + 2));
}
