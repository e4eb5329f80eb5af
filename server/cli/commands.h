/* commands.h - the subcommands; each gets what follows its name and answers an exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/** 0 = done, 1 = it failed, 2 = the command line or the input is wrong. */
int command_serve(int argc, char *argv[]);
int command_import(int argc, char *argv[]);
int command_publish(int argc, char *argv[]);
int command_withdraw(int argc, char *argv[]);
int command_rollback(int argc, char *argv[]);
int command_discard(int argc, char *argv[]);
int command_diff(int argc, char *argv[]);
int command_releases(int argc, char *argv[]);
int command_export(int argc, char *argv[]);
int command_audit(int argc, char *argv[]);
int command_token(int argc, char *argv[]);
int command_check_config(int argc, char *argv[]);

#endif
