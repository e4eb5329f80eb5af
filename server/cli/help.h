/* help.h - what --help prints, from the tables of commands and settings. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/command_table.h"

void help_print(FILE *to); /* every command and every setting */
void help_print_command(const struct command *c, FILE *to);

#endif
