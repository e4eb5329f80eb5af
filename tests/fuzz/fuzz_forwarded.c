/* fuzz_forwarded.c - what a proxy says, line by line: whatever it is, a link stays a link. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "http/bytes.h"
#include "http/forwarded.h"
#include "http/limits.h"

#define FIELDS 7

/* Nothing that ends an attribute, a header or a host. */
static void check_link(const char *base)
{
    size_t scheme = strncmp(base, "https://", 8) == 0 ? 8 : 7;
    assert(scheme == 8 || strncmp(base, "http://", 7) == 0);
    assert(base[strlen(base) - 1] != '/');
    for (const char *at = base + scheme; *at != '\0'; at++)
        assert(byte_is(*at, BYTE_HOST) || *at == '/' || *at == '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    char *lines[FIELDS] = {NULL};
    if (text == NULL)
        return 0;
    char *at = text;
    for (int i = 0; i < FIELDS && at != NULL; i++) {
        char *end = strchr(at, '\n');
        if (end != NULL)
            *end = '\0';
        lines[i] = *at == '\0' ? NULL : at;
        at = end == NULL ? NULL : end + 1;
    }
    struct networks trusted;
    struct forwarded f;
    char base[HTTP_BASE_MAX_BYTES];
    struct forwarded_fields fields = {lines[0], lines[1], lines[2], lines[3], lines[4], lines[5]};
    enum err e = networks_read("10.0.0.0/8, ::1", &trusted);
    assert(e == ERR_OK);
    struct why why = {.code = ERR_OK};
    if (forwarded_read(&fields, &trusted, &f, &why) == ERR_OK &&
        forwarded_base(&f, lines[6] == NULL ? "map.example" : lines[6], base, sizeof base))
        check_link(base);
    if (lines[0] != NULL)
        check(networks_read(lines[0], &trusted) != ERR_OK || trusted.count >= 0);
    free(text);
    return 0;
}
