#include "cli/import/raster/netcdf3.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define ITEMS_MAX     4096 /* dimensions or variables of a file; NC_MAX_VARS is 8192, none has that */
#define CELLS_MAX     ((uint64_t)1 << 40) /* of a variable: sums of their bytes stay numbers */
#define TAG_DIMENSION 10
#define TAG_VARIABLE  11
#define TAG_ATTRIBUTE 12

struct header {
    FILE *from;
    int version;    /* 1, 2 or 5 */
    bool is_broken; /* it ended, or made no sense */
    uint64_t dimension_count, record_count;
    uint64_t *lengths; /* of dimensions; 0 = the record dimension */
    uint64_t fixed_end;
    uint64_t record_begin, record_bytes, record_last; /* of all record variables together */
    int record_variables;
};

static uint64_t read_number(struct header *h, int bytes)
{
    unsigned char raw[8];
    if (h->is_broken || fread(raw, 1, (size_t)bytes, h->from) != (size_t)bytes) {
        h->is_broken = true;
        return 0;
    }
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) {
        value = value << 8 | raw[i];
    }
    return value;
}

/* A count or length: 8 bytes in CDF-5, else 4. */
static uint64_t read_count(struct header *h)
{
    return read_number(h, h->version == 5 ? 8 : 4);
}

static uint64_t padded(uint64_t bytes)
{
    return (bytes + 3) & ~(uint64_t)3;
}

static void skip(struct header *h, uint64_t bytes)
{
    if (bytes > INT32_MAX || fseeko(h->from, (off_t)bytes, SEEK_CUR) != 0) {
        h->is_broken = true;
    }
}

static uint64_t type_bytes(uint64_t type)
{
    static const uint64_t bytes[] = {0, 1, 1, 2, 4, 4, 8, 1, 2, 4, 8, 8};
    return type < sizeof bytes / sizeof bytes[0] ? bytes[type] : 0;
}

/* The number of items of a list; a list that is absent has the tag 0. */
static uint64_t read_list(struct header *h, uint64_t wanted_tag)
{
    uint64_t tag = read_number(h, 4);
    uint64_t count = read_count(h);
    if ((tag != wanted_tag && (tag != 0 || count != 0)) || count > ITEMS_MAX) {
        h->is_broken = true;
    }
    return h->is_broken ? 0 : count;
}

static void skip_attributes(struct header *h)
{
    uint64_t count = read_list(h, TAG_ATTRIBUTE);
    for (uint64_t i = 0; i < count && !h->is_broken; i++) {
        skip(h, padded(read_count(h))); /* the name */
        uint64_t bytes = type_bytes(read_number(h, 4));
        skip(h, padded(read_count(h) * bytes));
    }
}

static void read_dimensions(struct header *h)
{
    h->dimension_count = read_list(h, TAG_DIMENSION);
    h->lengths = calloc(h->dimension_count + 1, sizeof *h->lengths);
    h->is_broken = h->is_broken || h->lengths == NULL;
    for (uint64_t i = 0; i < h->dimension_count && !h->is_broken; i++) {
        skip(h, padded(read_count(h)));
        h->lengths[i] = read_count(h);
    }
}

static void read_variable(struct header *h)
{
    skip(h, padded(read_count(h)));
    uint64_t rank = read_count(h);
    uint64_t cells = 1;
    bool is_record = false;
    for (uint64_t i = 0; i < rank && !h->is_broken; i++) {
        uint64_t id = read_count(h);
        h->is_broken = h->is_broken || id >= h->dimension_count || rank > ITEMS_MAX;
        uint64_t length = h->is_broken ? 1 : h->lengths[id];
        is_record = is_record || (i == 0 && length == 0);
        h->is_broken = h->is_broken || (length != 0 && cells > CELLS_MAX / length);
        cells *= length != 0 ? length : 1;
    }
    skip_attributes(h);
    uint64_t bytes = cells * type_bytes(read_number(h, 4));
    read_count(h); /* vsize: wrong for large variables */
    uint64_t begin = read_number(h, h->version == 1 ? 4 : 8);
    if (h->is_broken || begin > INT64_MAX) {
        h->is_broken = true;
    } else if (!is_record) {
        h->fixed_end = begin + bytes > h->fixed_end ? begin + bytes : h->fixed_end;
    } else {
        h->record_variables++;
        h->record_bytes += padded(bytes);
        h->record_last = begin + bytes > h->record_last ? begin + bytes : h->record_last;
    }
}

/* The bytes that a whole file has at least. */
static uint64_t read_expected_bytes(struct header *h)
{
    h->record_count = read_count(h);
    read_dimensions(h);
    skip_attributes(h);
    uint64_t variables = read_list(h, TAG_VARIABLE);
    for (uint64_t i = 0; i < variables && !h->is_broken; i++) {
        read_variable(h);
    }
    bool is_streamed = h->record_count == (h->version == 5 ? UINT64_MAX : UINT32_MAX);
    if (h->record_variables == 0 || h->record_count == 0 || is_streamed) {
        return h->fixed_end;
    }
    uint64_t each = h->record_bytes - (h->record_variables == 1 ? 3 : 0);
    if (each > 0 && h->record_count - 1 > (UINT64_MAX - h->record_last) / each) {
        return UINT64_MAX;
    }
    uint64_t last = h->record_last + (h->record_count - 1) * each;
    return last > h->fixed_end ? last : h->fixed_end;
}

static bool is_classic(struct header *h)
{
    unsigned char magic[4];
    if (fread(magic, 1, 4, h->from) != 4 || memcmp(magic, "CDF", 3) != 0) {
        return false;
    }
    h->version = magic[3];
    return h->version == 1 || h->version == 2 || h->version == 5;
}

enum err netcdf3_check_whole(const char *path, const char *name, struct why *why)
{
    struct header h = {.from = fopen(path, "rbe")};
    struct stat about;
    if (h.from == NULL || fstat(fileno(h.from), &about) != 0) {
        enum err e = why_set(why, ERR_IO, name, "%s: cannot be opened (%s); check its name", name,
                             strerror(errno));
        if (h.from != NULL) {
            fclose(h.from);
        }
        return e;
    }
    enum err e = ERR_OK;
    if (is_classic(&h)) {
        uint64_t expected = read_expected_bytes(&h);
        if (h.is_broken || expected > (uint64_t)about.st_size) {
            e = why_set(why, ERR_INPUT, name,
                        "%s: ends after %lld of at least %llu bytes that its header tells; take "
                        "the whole file from its source",
                        name, (long long)about.st_size, (unsigned long long)expected);
        }
    }
    free(h.lengths);
    fclose(h.from);
    return e;
}
