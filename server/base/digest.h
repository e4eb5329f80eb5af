/* digest.h - SHA-256 (libcrypto), for release identity, file checksums and ETags. Thread-safe. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#include "base/err.h"

#define DIGEST_HEX_SIZE 65 /* 64 hex digits and NUL */

struct digest;                   /* a running hash */
struct digest *digest_new(void); /* NULL when out of memory */
void digest_add(struct digest *d, const void *bytes, size_t len);
void digest_hex(struct digest *d, char out[DIGEST_HEX_SIZE]); /* finishes it */
void digest_free(struct digest *d);

void digest_hex_of(const void *bytes, size_t len, char out[DIGEST_HEX_SIZE]);
/** Are they the same? Takes as long whether they differ early or late (secrets). */
bool digest_is_equal(const char a[DIGEST_HEX_SIZE], const char b[DIGEST_HEX_SIZE]);
/** @return ERR_IO with the reason when the file cannot be read. */
enum err digest_file(const char *path, char out[DIGEST_HEX_SIZE], struct why *why) MUST_CHECK;

#endif
