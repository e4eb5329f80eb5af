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
    /* jansson also refuses numbers out of range, which here become infinite, and a NUL in a name.
     */
    if (tree == NULL && json_error_code(&error) != json_error_numeric_overflow &&
        json_error_code(&error) != json_error_null_byte_in_key)
        abort();
    json_decref(tree);
    return 0;
}
