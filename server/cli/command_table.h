/* command_table.h - the commands and their options: what help prints and command lines are held to.
 *
 * One table, so that an option cannot be taken without being explained.
 */
#ifndef CLI_COMMAND_TABLE_H
#define CLI_COMMAND_TABLE_H

struct command_option {
    const char *name;  /* "--by"; NULL ends a list */
    const char *value; /* "LIST"; NULL = it takes none */
    const char *sentence;
};

struct command {
    const char *name;
    int (*run)(int argc, char *argv[]);
    const char *forms[4]; /* synopsis without the program's name; NULL-terminated */
    const char *sentence;
    const char *about; /* a paragraph for its own help; lines end with \n */
    int max_words;     /* arguments that are no options; -1 = any number */
    const struct command_option *options;
};

extern const struct command command_table[];
extern const int command_table_count;

/** NULL when there is none of that name. */
const struct command *command_find(const char *name);

#endif
