/* fuzz_lists.c - what operators write by hand: token files, networks, and text for the log. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "base/networks.h"
#include "base/tokens.h"
#include "base/utf8.h"

/* Every name accepted is one, and its digest is in hex. */
static void fuzz_tokens(const char *text)
{
    static struct token_list list;
    struct why why = {.code = ERR_OK};
    if (tokens_parse(text, "tokens", &list, &why) != ERR_OK) {
        check(why.reason[0] != '\0');
        return;
    }
    check(list.count >= 0 && list.count <= TOKENS_MAX);
    for (int i = 0; i < list.count; i++) {
        check(token_is_name(list.list[i].name));
        check(strlen(list.list[i].digest) == DIGEST_HEX_SIZE - 1);
        check(strspn(list.list[i].digest, "0123456789abcdef") == DIGEST_HEX_SIZE - 1);
    }
}

/* An address accepted prints, and what it prints is read as the same. */
static void fuzz_networks(const char *text)
{
    struct address a, again;
    static struct networks networks;
    char printed[NETWORKS_ADDRESS_SIZE];
    if (address_read(text, strlen(text), &a)) {
        address_write(&a, printed);
        check(address_read(printed, strlen(printed), &again));
        check(memcmp(&a, &again, sizeof a) == 0);
    }
    if (networks_read(text, &networks) != ERR_OK)
        return;
    for (int i = 0; i < networks.count; i++) {
        check(networks.list[i].bits >= 0 && networks.list[i].bits <= 128);
        check(networks_have(&networks, &networks.list[i].base));
    }
}

/* Made printable, every character is well formed, none is a control byte, and nothing moved. */
static void fuzz_utf8(char *text)
{
    size_t len = strlen(text);
    check(utf8_floor(text, len) <= len);
    utf8_make_printable(text);
    check(strlen(text) == len);
    for (size_t at = 0; at < len;) {
        size_t step = utf8_char_len(text + at, len - at);
        check(step >= 1 && step <= 4 && !utf8_is_control(text + at));
        at += step;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    if (text == NULL)
        return 0;
    fuzz_tokens(text);
    fuzz_networks(text);
    fuzz_utf8(text);
    free(text);
    return 0;
}
