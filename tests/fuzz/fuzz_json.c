/* fuzz_json.c - JSON read in place: what the scanner takes whole, jansson takes too. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_scan scan;
    json_scan_init(&scan, (const char *)data, size);
    bool is_taken = json_scan_skip(&scan) && json_scan_end(&scan);
    if (is_taken != (scan.fault == NULL))
        abort();
    if (scan.at < scan.text || scan.at > scan.end)
        abort();
    if (!is_taken)
        return 0;
    json_error_t error;
    json_t *tree = json_loadb((const char *)data, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    /* jansson also refuses numbers out of range, which here become infinite, and halves of a
     * surrogate pair, which RFC 8259 leaves to who reads the text. */
    if (tree == NULL && json_error_code(&error) != json_error_numeric_overflow &&
        memmem(data, size, "\\u", 2) == NULL)
        abort();
    json_decref(tree);
    return 0;
}
