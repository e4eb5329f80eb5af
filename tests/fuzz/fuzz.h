/* fuzz.h - what the fuzz targets share. A file of its own for each target is all that it is for, so
 * its functions stand here. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise that is broken ends the run; the input is kept. */
static inline void check(bool is_kept)
{
    if (!is_kept)
        abort();
}

/* The input as text with a NUL behind it, for free(); NULL = no memory. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (text == NULL)
        return NULL;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    return text;
}

#endif
