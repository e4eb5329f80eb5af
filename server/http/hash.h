/* hash.h - a keyed hash for tables whose keys come from clients.
 *
 * SipHash-1-3 (Aumasson and Bernstein 2012, with fewer rounds as in Rust's and Python's tables):
 * nobody can make keys collide without the process's random seed. Thread-safe after hash_seed().
 */
#ifndef HTTP_HASH_H
#define HTTP_HASH_H

#include <stddef.h>
#include <stdint.h>

/** Draws the process's seed; call once before the first thread. Without it the seed is zero. */
void hash_seed(void);
uint64_t hash_bytes(const void *bytes, size_t len);
/** The same under a seed of the caller's (for the published test vectors). */
uint64_t hash_bytes_seeded(const void *bytes, size_t len, uint64_t k0, uint64_t k1);

#endif
