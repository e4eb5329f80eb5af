#include "cli/help.h"

#include "base/settings.h"

static void print_exit_status(FILE *to)
{
    fputs("exit status: 0 done; 1 it failed: try again, or mend what the message names; 2 the "
          "command line or\nthe input is wrong, or a rule forbids it\n",
          to);
}

void help_print(FILE *to)
{
    fputs("fluxgrid - a carbon map that a ministry can run itself\n\n"
          "usage: fluxgrid COMMAND [arguments] [--setting value ...]\n"
          "       fluxgrid COMMAND --help      what it does and its options\n"
          "       fluxgrid --version\n\n",
          to);
    for (int i = 0; i < command_table_count; i++) {
        const struct command *c = &command_table[i];
        for (int k = 0; c->forms[k] != NULL; k++) {
            fprintf(to, "  %s\n", c->forms[k]);
        }
        fprintf(to, "      %s\n", c->sentence);
    }
    fputs("\n", to);
    print_exit_status(to);
    fputs("\nsettings (flag, FLUXGRID_NAME in the environment, or a line of config/fluxgrid.conf; "
          "--config FILE for another file):\n\n",
          to);
    settings_write_help(to);
}

void help_print_command(const struct command *c, FILE *to)
{
    for (int k = 0; c->forms[k] != NULL; k++) {
        fprintf(to, "%s fluxgrid %s\n", k == 0 ? "usage:" : "      ", c->forms[k]);
    }
    fprintf(to, "\n%s\n%s%s\n", c->sentence, c->about[0] != '\0' ? "\n" : "", c->about);
    for (const struct command_option *o = c->options; o->name != NULL; o++) {
        fprintf(to, "  %s%s%s\n      %s\n", o->name, o->value != NULL ? " " : "",
                o->value != NULL ? o->value : "", o->sentence);
    }
    fputs(c->options[0].name != NULL ? "\n" : "", to);
    print_exit_status(to);
    fputs("settings may follow, such as --database-url TEXT or --config FILE; 'fluxgrid --help' "
          "lists them\n",
          to);
}
