/* fuzz_headers.c - If-None-Match and Accept-Encoding, and numbers as inventories write them. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/import/table/number_text.h"
#include "http/etag.h"
#include "http/negotiate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[1025];
    size_t len = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, len);
    text[len] = '\0';

    char etag[ETAG_SIZE];
    etag_of_key(text, CODING_GZIP, etag);
    assert(strlen(etag) < sizeof etag);
    (void)etag_matches(text, etag);
    (void)etag_is_any(text);
    (void)negotiate_gzip(text);

    double number = 0;
    if (number_text_double(text, &number))
        assert(isfinite(number));
    int64_t whole = 0;
    if (number_text_int(text, -10, 10, &whole))
        assert(whole >= -10 && whole <= 10);
    return 0;
}
