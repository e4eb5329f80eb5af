#include "cli/import/netcdf_classic.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER_MAX    ((size_t)16 << 20)
#define TAG_DIMENSION 10
#define TAG_VARIABLE  11
#define TAG_ATTRIBUTE 12
#define LIST_MAX      65536

struct header {
    const unsigned char *at, *end;
    int version;    /* 1, 2, 5 */
    bool is_broken; /* ran over the end, or a number that cannot be */
    uint64_t records;
    uint64_t *dimensions;
    uint64_t dimension_count;
    uint64_t length;            /* that the file must have at least */
    uint64_t record_bytes;      /* of one record, all variables */
    uint64_t record_begin;      /* of the last record variable, in the first record */
    uint64_t record_last_bytes; /* its data in a record, without padding */
    int record_variables;
};

static uint64_t take(struct header *h, int bytes)
{
    uint64_t value = 0;
    if (h->end - h->at < bytes) {
        h->is_broken = true;
        return 0;
    }
    for (int i = 0; i < bytes; i++) {
        value = value << 8 | *h->at++;
    }
    return value;
}

static uint64_t take_count(struct header *h)
{
    return take(h, h->version == 5 ? 8 : 4);
}

static void skip(struct header *h, uint64_t bytes)
{
    uint64_t padded = (bytes + 3) / 4 * 4;
    if ((uint64_t)(h->end - h->at) < padded || padded < bytes) {
        h->is_broken = true;
        return;
    }
    h->at += padded;
}

static uint64_t type_bytes(uint64_t type)
{
    static const int bytes[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
    return type < sizeof bytes / sizeof *bytes ? (uint64_t)bytes[type] : 0;
}

/* Number of items of a list; 0 for one that is absent. */
static uint64_t take_list(struct header *h, uint64_t tag)
{
    uint64_t found = take(h, 4);
    uint64_t count = take_count(h);
    if (count > LIST_MAX || (found != tag && (found != 0 || count != 0))) {
        h->is_broken = true;
    }
    return h->is_broken ? 0 : count;
}

static void skip_attributes(struct header *h)
{
    uint64_t count = take_list(h, TAG_ATTRIBUTE);
    for (uint64_t i = 0; i < count && !h->is_broken; i++) {
        skip(h, take_count(h));
        uint64_t bytes = type_bytes(take(h, 4));
        uint64_t n = take_count(h);
        h->is_broken |= n > HEADER_MAX;
        skip(h, h->is_broken ? 0 : n * bytes);
    }
}

static void take_dimensions(struct header *h)
{
    h->dimension_count = take_list(h, TAG_DIMENSION);
    h->dimensions = calloc(h->dimension_count + 1, sizeof *h->dimensions);
    h->is_broken |= h->dimensions == NULL;
    for (uint64_t i = 0; i < h->dimension_count && !h->is_broken; i++) {
        skip(h, take_count(h));
        h->dimensions[i] = take_count(h);
    }
}

static void take_variable(struct header *h)
{
    skip(h, take_count(h));
    uint64_t dimensions = take_count(h);
    uint64_t values = 1;
    bool is_record = false;
    for (uint64_t i = 0; i < dimensions && i <= LIST_MAX && !h->is_broken; i++) {
        uint64_t id = take_count(h);
        h->is_broken |= id >= h->dimension_count;
        uint64_t size = h->is_broken ? 1 : h->dimensions[id];
        is_record |= i == 0 && size == 0;
        h->is_broken |= size > 0 && values > UINT64_MAX / 16 / size;
        values *= size > 0 ? size : 1;
    }
    skip_attributes(h);
    uint64_t bytes = values * type_bytes(take(h, 4));
    (void)take_count(h); /* vsize: redundant, and wrong for what is large */
    uint64_t begin = take(h, h->version == 1 ? 4 : 8);
    if (is_record) {
        h->record_variables++;
        h->record_bytes += (bytes + 3) / 4 * 4;
        if (begin >= h->record_begin) {
            h->record_begin = begin;
            h->record_last_bytes = bytes;
        }
    } else if (begin + bytes > h->length) {
        h->length = begin + bytes;
    }
}

static void take_header(struct header *h)
{
    h->version = (int)take(h, 4) & 0xff;
    h->records = take_count(h);
    bool is_streaming = h->records == (h->version == 5 ? UINT64_MAX : UINT32_MAX);
    take_dimensions(h);
    skip_attributes(h);
    uint64_t count = take_list(h, TAG_VARIABLE);
    for (uint64_t i = 0; i < count && !h->is_broken; i++) {
        take_variable(h);
    }
    if (h->record_variables > 0 && h->records > 0 && !is_streaming && !h->is_broken) {
        /* A record variable that is alone is not padded. */
        uint64_t record = h->record_variables == 1 ? h->record_last_bytes : h->record_bytes;
        uint64_t end = h->record_begin + (h->records - 1) * record + h->record_last_bytes;
        h->length = end > h->length ? end : h->length;
    }
}

static enum err check(FILE *file, const char *name, struct why *why)
{
    struct stat about;
    unsigned char *bytes = malloc(HEADER_MAX);
    if (bytes == NULL || fstat(fileno(file), &about) != 0) {
        free(bytes);
        return ERR_NO_MEMORY;
    }
    size_t n = fread(bytes, 1, HEADER_MAX, file);
    enum err e = ERR_OK;
    if (n >= 4 && memcmp(bytes, "CDF", 3) == 0 && strchr("\1\2\5", bytes[3]) != NULL &&
        bytes[3] != 0) {
        struct header h = {.at = bytes, .end = bytes + n};
        take_header(&h);
        if (h.is_broken || (uint64_t)about.st_size < h.length) {
            e = why_set(why, ERR_INPUT, name,
                        "%s is cut short or damaged: it has %lld bytes, and its header asks for "
                        "%llu%s; fetch it again",
                        name, (long long)about.st_size, (unsigned long long)h.length,
                        h.is_broken ? " or more" : "");
        }
        free(h.dimensions);
    }
    free(bytes);
    return e;
}

enum err netcdf_classic_check(const char *path, const char *name, struct why *why)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return why_set(why, ERR_IO, name, "%s cannot be opened; check it", name);
    }
    enum err e = check(file, name, why);
    fclose(file);
    return e;
}
