#include "base/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES 8192
#define NAME_LETTERS   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
#define HEX_LETTERS    "0123456789abcdef"

bool token_is_name(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len < TOKEN_NAME_SIZE && strspn(name, NAME_LETTERS) == len;
}

enum err token_make(char out[TOKEN_SIZE], struct why *why)
{
    unsigned char bytes[(TOKEN_SIZE - 1) / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return why_set(why, ERR_IO, NULL, "the system gives no random bytes");
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    return ERR_OK;
}

static bool is_digest(const char *text)
{
    return strlen(text) == DIGEST_HEX_SIZE - 1 && strspn(text, HEX_LETTERS) == strlen(text);
}

/* One line without its end; blank ones and comments are none. */
static enum err add_line(char *line, struct token_list *out, struct why *why)
{
    char *rest = NULL;
    char *name = strtok_r(line, " \t\r", &rest);
    if (name == NULL || name[0] == '#') {
        return ERR_OK;
    }
    char *digest = strtok_r(NULL, " \t\r", &rest);
    if (digest == NULL || strtok_r(NULL, " \t\r", &rest) != NULL || !token_is_name(name) ||
        !is_digest(digest)) {
        return why_set(
            why, ERR_INPUT, NULL,
            "a line is a name and the SHA-256 of a token, as 'fluxgrid token' prints it");
    }
    if (out->count == TOKENS_MAX) {
        return why_set(why, ERR_INPUT, NULL, "there are more than %d tokens", TOKENS_MAX);
    }
    (void)snprintf(out->list[out->count].name, TOKEN_NAME_SIZE, "%s", name);
    memcpy(out->list[out->count++].digest, digest, DIGEST_HEX_SIZE);
    return ERR_OK;
}

enum err tokens_parse(const char *text, const char *path, struct token_list *out, struct why *why)
{
    *out = (struct token_list){0};
    int number = 0;
    while (*text != '\0') {
        char line[256];
        size_t len = strcspn(text, "\n");
        struct why wrong = {0};
        number++;
        if (len >= sizeof line) {
            return why_set(why, ERR_INPUT, NULL, "%s:%d: the line is too long", path, number);
        }
        memcpy(line, text, len);
        line[len] = '\0';
        enum err e = add_line(line, out, &wrong);
        if (e != ERR_OK) {
            return why_set(why, e, NULL, "%s:%d: %s", path, number, wrong.reason);
        }
        text += len + (text[len] == '\n');
    }
    return ERR_OK;
}

/* The whole file, NUL-terminated. */
static enum err read_text(int fd, const char *path, char text[FILE_MAX_BYTES], struct why *why)
{
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        return why_set(why, ERR_IO, "operator_tokens_file", "%s is no file", path);
    }
    if ((about.st_mode & S_IRWXO) != 0) {
        return why_set(why, ERR_IO, "operator_tokens_file",
                       "%s is open to every user of this machine: chmod o= %s", path, path);
    }
    ssize_t len = read(fd, text, FILE_MAX_BYTES - 1);
    if (len < 0 || about.st_size >= FILE_MAX_BYTES) {
        return why_set(why, ERR_IO, "operator_tokens_file", "%s cannot be read, or is too long",
                       path);
    }
    text[len] = '\0';
    return strlen(text) == (size_t)len
               ? ERR_OK
               : why_set(why, ERR_INPUT, "operator_tokens_file", "%s holds a NUL byte", path);
}

enum err tokens_read(const char *path, struct token_list *out, struct why *why)
{
    char text[FILE_MAX_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        char words[128];
        return why_set(why, ERR_IO, "operator_tokens_file", "cannot read %s: %s", path,
                       strerror_r(errno, words, sizeof words));
    }
    enum err e = read_text(fd, path, text, why);
    (void)close(fd);
    return e != ERR_OK ? e : tokens_parse(text, path, out, why);
}

const char *tokens_owner(const struct token_list *l, const char *token)
{
    char digest[DIGEST_HEX_SIZE];
    const char *owner = NULL;
    digest_hex_of(token, strlen(token), digest);
    for (int i = 0; i < l->count; i++) { /* all of them, whichever fits */
        owner = digest_is_equal(digest, l->list[i].digest) ? l->list[i].name : owner;
    }
    return owner;
}
