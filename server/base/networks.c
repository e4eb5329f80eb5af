#include "base/networks.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define V4_BITS 96 /* of the prefix that all IPv4 addresses share */

static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct address address_of_v4(const unsigned char bytes[4])
{
    struct address a;
    memcpy(a.bytes, v4_prefix, sizeof v4_prefix);
    memcpy(a.bytes + sizeof v4_prefix, bytes, 4);
    return a;
}

bool address_read(const char *text, size_t len, struct address *out)
{
    char copy[NETWORKS_ADDRESS_SIZE];
    unsigned char v4[4];
    if (len == 0 || len >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (inet_pton(AF_INET, copy, v4) == 1) {
        *out = address_of_v4(v4);
        return true;
    }
    struct address v6;
    if (inet_pton(AF_INET6, copy, v6.bytes) != 1) {
        return false;
    }
    *out = v6;
    return true;
}

bool address_is_v4(const struct address *a)
{
    return memcmp(a->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

void address_write(const struct address *a, char out[NETWORKS_ADDRESS_SIZE])
{
    const unsigned char *from = address_is_v4(a) ? a->bytes + sizeof v4_prefix : a->bytes;
    if (inet_ntop(address_is_v4(a) ? AF_INET : AF_INET6, from, out, NETWORKS_ADDRESS_SIZE) ==
        NULL) {
        out[0] = '\0';
    }
}

/* Are the first `bits` the same? */
static bool is_within(const struct address *a, const struct address *base, int bits)
{
    size_t whole = (size_t)bits / 8;
    int rest = bits % 8;
    if (memcmp(a->bytes, base->bytes, whole) != 0) {
        return false;
    }
    return rest == 0 || (a->bytes[whole] ^ base->bytes[whole]) >> (8 - rest) == 0;
}

/* "10.0.0.1/8" means nobody knows what. */
static bool is_zero_behind(const struct address *a, int bits)
{
    for (int i = bits; i < 128; i++) {
        if (a->bytes[i / 8] >> (7 - i % 8) & 1) {
            return false;
        }
    }
    return true;
}

/* Digits only. -1 = no number, or more than there are. */
static int bits_of(const char *text, size_t len, int most)
{
    char copy[4];
    if (len == 0 || len >= sizeof copy || strspn(text, "0123456789") < len) {
        return -1;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    int bits = (int)strtol(copy, NULL, 10);
    return bits <= most ? bits : -1;
}

static bool read_one(const char *text, size_t len, struct networks *to)
{
    const char *slash = memchr(text, '/', len);
    size_t address_len = slash == NULL ? len : (size_t)(slash - text);
    struct address a;
    if (to->count == NETWORKS_MAX || !address_read(text, address_len, &a)) {
        return false;
    }
    int bits = 128;
    if (slash != NULL) {
        bool is_mapped = memchr(text, ':', address_len) == NULL;
        bits = bits_of(slash + 1, len - address_len - 1, is_mapped ? 128 - V4_BITS : 128);
        bits = bits >= 0 && is_mapped ? bits + V4_BITS : bits;
    }
    if (bits < 0 || !is_zero_behind(&a, bits)) {
        return false;
    }
    to->list[to->count].base = a;
    to->list[to->count++].bits = bits;
    return true;
}

enum err networks_read(const char *text, struct networks *out)
{
    struct networks read = {0};
    while (text[0] != '\0') {
        size_t len = strcspn(text, ",");
        bool is_last = text[len] == '\0';
        size_t blank = strspn(text, " \t");
        blank = blank < len ? blank : len;
        size_t end = len;
        while (end > blank && strchr(" \t", text[end - 1]) != NULL) {
            end--;
        }
        if (!read_one(text + blank, end - blank, &read) || (!is_last && text[len + 1] == '\0')) {
            return ERR_INPUT;
        }
        text += is_last ? len : len + 1;
    }
    *out = read;
    return ERR_OK;
}

bool networks_have(const struct networks *n, const struct address *a)
{
    for (int i = 0; i < n->count; i++) {
        if (is_within(a, &n->list[i].base, n->list[i].bits)) {
            return true;
        }
    }
    return false;
}
