#include <stdio.h>

#include "cli/arguments.h"
#include "cli/commands.h"

int command_check_config(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    if (arguments_flag(&a, "--sample")) {
        settings_write_sample(stdout);
        return 0;
    }
    struct settings settings;
    if (!arguments_settings(&a, &settings)) {
        return 2;
    }
    puts("the settings are in order");
    return 0;
}
