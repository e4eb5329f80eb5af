/* command_line.h - a command line against the table: unknown options and words too many. */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include <stdbool.h>

#include "cli/command_table.h"

/** Complains itself. @param argv  what follows the command's name. */
bool command_line_check(const struct command *c, int argc, char *const argv[]);

#endif
