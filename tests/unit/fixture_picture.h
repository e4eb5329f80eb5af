/* fixture_picture.h - reads a PNG back for tests. Only our own output is ever decoded. */
#ifndef TESTS_FIXTURE_PICTURE_H
#define TESTS_FIXTURE_PICTURE_H

#include <stddef.h>
#include <stdint.h>

struct picture {
    int width, height, bits, colour_type;
    int palette_count, alpha_count;
    uint8_t *rgba; /* width x height x 4; the caller frees */
    int text_count;
    char keys[16][80];
    char texts[16][512];
};

/** Fails the running test when it is no PNG. */
void picture_read(const void *png, size_t len, struct picture *out);
/** NULL = no such text. */
const char *picture_text(const struct picture *p, const char *key);

#endif
