#include "cli/command_line.h"

#include <stdio.h>
#include <string.h>

#include "base/settings.h"

/* What a flag is: does it exist for this command, and does the next argument belong to it? */
struct flag {
    bool is_known;
    bool takes_value;
};

static struct flag flag_of(const struct command *c, const char *text, size_t len)
{
    for (const struct command_option *o = c->options; o->name != NULL; o++) {
        if (strlen(o->name) == len && strncmp(o->name, text, len) == 0) {
            return (struct flag){true, o->value != NULL};
        }
    }
    bool is_setting =
        (len == 8 && strncmp(text, "--config", 8) == 0) || settings_have(text + 2, len - 2);
    return (struct flag){is_setting, true};
}

bool command_line_check(const struct command *c, int argc, char *const argv[])
{
    int words = 0;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        if (strncmp(text, "--", 2) != 0) {
            words++;
            if (c->max_words >= 0 && words > c->max_words) {
                fprintf(
                    stderr,
                    "fluxgrid %s: '%.60s' is a word too many; 'fluxgrid %s --help' says what it "
                    "takes\n",
                    c->name, text, c->name);
                return false;
            }
            continue;
        }
        size_t len = strcspn(text, "=");
        struct flag flag = flag_of(c, text, len);
        if (!flag.is_known) {
            fprintf(stderr,
                    "fluxgrid %s: '%.60s' is no option of it and no setting; 'fluxgrid %s --help' "
                    "lists its options, 'fluxgrid --help' the settings\n",
                    c->name, text, c->name);
            return false;
        }
        i += flag.takes_value && text[len] == '\0';
    }
    return true;
}
