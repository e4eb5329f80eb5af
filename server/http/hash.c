#include "http/hash.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>

static uint64_t seed[2];

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static void sip_round(struct sip *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

static uint64_t sip_finish(struct sip *s)
{
    s->v2 ^= 0xff;
    sip_round(s);
    sip_round(s);
    sip_round(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

/* Up to eight bytes. */
static uint64_t little_endian(const unsigned char *bytes, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, bytes, len);
    return le64toh(word);
}

uint64_t hash_bytes_seeded(const void *bytes, size_t len, uint64_t k0, uint64_t k1)
{
    const unsigned char *at = bytes;
    struct sip s = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
                    k1 ^ 0x7465646279746573};
    size_t whole = len / 8 * 8;
    for (size_t i = 0; i < whole; i += 8) {
        sip_word(&s, little_endian(at + i, 8));
    }
    sip_word(&s, little_endian(at + whole, len - whole) | (uint64_t)len << 56);
    return sip_finish(&s);
}

uint64_t hash_bytes(const void *bytes, size_t len)
{
    return hash_bytes_seeded(bytes, len, seed[0], seed[1]);
}

void hash_seed(void)
{
    uint64_t fresh[2];
    if (getrandom(fresh, sizeof fresh, 0) == (ssize_t)sizeof fresh) {
        memcpy(seed, fresh, sizeof seed);
    }
}
