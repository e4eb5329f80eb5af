/* tokens.h - operators' tokens: who may act, kept as digests only.
 *
 * A token is 256 random bits in 64 hex digits. What is kept is its name and the SHA-256 of those
 * digits, a line each ("NAME SHA256", # comments) in a file that others cannot read. Several are
 * valid at once, so that one can be replaced while the old one still works.
 */
#ifndef BASE_TOKENS_H
#define BASE_TOKENS_H

#include "base/digest.h"
#include "base/err.h"

#define TOKENS_MAX      16
#define TOKEN_SIZE      65 /* 64 hex digits and NUL */
#define TOKEN_NAME_SIZE 33

struct token_list {
    int count;
    struct {
        char name[TOKEN_NAME_SIZE];
        char digest[DIGEST_HEX_SIZE];
    } list[TOKENS_MAX];
};

/** Letters, digits, dot, dash and underscore, up to 32. */
bool token_is_name(const char *name);
/** A new one, from the kernel's random bytes. @return ERR_IO when it gives none. */
enum err token_make(char out[TOKEN_SIZE], struct why *why) MUST_CHECK;
/** @param text  of the file, NUL-terminated. @param path  for the messages ("path:line").
 *  @return ERR_INPUT for anything but lines of a name and a digest. */
enum err tokens_parse(const char *text, const char *path, struct token_list *out,
                      struct why *why) MUST_CHECK;
/** Reads the file. @return ERR_IO when it cannot be read or anybody else may read it; as
 *  tokens_parse(). */
enum err tokens_read(const char *path, struct token_list *out, struct why *why) MUST_CHECK;
/** Whose token this is, NULL = nobody's. Takes as long whatever is given and whichever fits. */
const char *tokens_owner(const struct token_list *l, const char *token);

#endif
