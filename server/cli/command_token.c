/* token: makes a token of an operator. The token goes to standard output, what is to be kept of it
 * to the file. */
#include <stdio.h>

#include "base/tokens.h"
#include "cli/arguments.h"
#include "cli/commands.h"

int command_token(int argc, char *argv[])
{
    struct arguments a = {argc, argv};
    const char *name = arguments_word(&a);
    char token[TOKEN_SIZE];
    char digest[DIGEST_HEX_SIZE];
    struct why why = {0};
    if (name == NULL || !token_is_name(name)) {
        fputs("fluxgrid token: name whose it is: letters, digits, dots, dashes, underscores, at "
              "most 32\n",
              stderr);
        return 2;
    }
    enum err e = token_make(token, &why);
    if (e != ERR_OK) {
        return arguments_fail(e, &why);
    }
    digest_hex_of(token, TOKEN_SIZE - 1, digest);
    printf("%s %s\n", name, digest);
    fprintf(stderr,
            "The line above is for the server's operator_tokens_file. This is the token itself, "
            "shown only now:\n%s\n",
            token);
    return 0;
}
