/* The low-level SHA-256 calls are used on purpose: unlike EVP they allocate nothing and cannot
 * fail, so an ETag never depends on free memory. */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct digest {
    SHA256_CTX state;
};

static void to_hex(const unsigned char *bytes, char out[DIGEST_HEX_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[2 * SHA256_DIGEST_LENGTH] = '\0';
}

struct digest *digest_new(void)
{
    struct digest *d = malloc(sizeof *d);
    if (d != NULL) {
        SHA256_Init(&d->state);
    }
    return d;
}

void digest_add(struct digest *d, const void *bytes, size_t len)
{
    SHA256_Update(&d->state, bytes, len);
}

void digest_hex(struct digest *d, char out[DIGEST_HEX_SIZE])
{
    unsigned char bytes[SHA256_DIGEST_LENGTH];
    SHA256_Final(bytes, &d->state);
    to_hex(bytes, out);
}

void digest_free(struct digest *d)
{
    free(d);
}

void digest_hex_of(const void *bytes, size_t len, char out[DIGEST_HEX_SIZE])
{
    struct digest d;
    SHA256_Init(&d.state);
    digest_add(&d, bytes, len);
    digest_hex(&d, out);
}

bool digest_is_equal(const char a[DIGEST_HEX_SIZE], const char b[DIGEST_HEX_SIZE])
{
    return CRYPTO_memcmp(a, b, DIGEST_HEX_SIZE) == 0;
}

/* errno of the failure, or 0. */
static int add_stream(struct digest *d, FILE *from)
{
    char chunk[16384];
    size_t len;
    errno = 0;
    while ((len = fread(chunk, 1, sizeof chunk, from)) > 0) {
        digest_add(d, chunk, len);
    }
    if (!ferror(from)) {
        return 0;
    }
    return errno != 0 ? errno : EIO;
}

static enum err cannot_read(const char *path, int number, struct why *why)
{
    char text[128];
    const char *words = strerror_r(number, text, sizeof text);
    return why_set(why, ERR_IO, path, "cannot read %s: %s", path, words);
}

enum err digest_file(const char *path, char out[DIGEST_HEX_SIZE], struct why *why)
{
    FILE *from = fopen(path, "rbe");
    if (from == NULL) {
        return cannot_read(path, errno, why);
    }
    struct digest d;
    SHA256_Init(&d.state);
    int failed = add_stream(&d, from);
    (void)fclose(from);
    if (failed != 0) {
        return cannot_read(path, failed, why);
    }
    digest_hex(&d, out);
    return ERR_OK;
}
