#include "export/tiff_header.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_ASCII = 2, TYPE_SHORT = 3, TYPE_LONG = 4, TYPE_DOUBLE = 12, TYPE_LONG8 = 16 };
enum { COMPRESSION_DEFLATE = 8, PREDICTOR_FLOAT = 3, FORMAT_IEEE = 3, BLACK_IS_ZERO = 1 };

#define MAX_TAGS 24

/* GTModelType geographic, GTRasterType pixel is area, GeographicType WGS 84, angles in degrees. */
static const uint16_t geo_keys[] = {1,    1, 1, 4, /* version, and how many keys */
                                    1024, 0, 1, 2,    1025, 0, 1, 1,
                                    2048, 0, 1, 4326, 2054, 0, 1, 9102};

static const char structure[] = "LAYOUT=IFDS_BEFORE_DATA\n"
                                "BLOCK_ORDER=ROW_MAJOR\n"
                                "BLOCK_LEADER=SIZE_AS_UINT4\n"
                                "BLOCK_TRAILER=LAST_4_BYTES_REPEATED\n"
                                "KNOWN_INCOMPATIBLE_EDITION=NO\n ";

struct tag {
    uint16_t id, type;
    uint64_t count;
    const void *values; /* in this machine's order, which is the file's */
    uint64_t one;       /* the value itself, when values is NULL */
};

struct directory {
    int count;
    struct tag tags[MAX_TAGS];
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tags are copied as they lie in memory");

static void add_one(struct directory *d, uint16_t id, uint16_t type, uint64_t value)
{
    assert(d->count < MAX_TAGS);
    d->tags[d->count++] = (struct tag){.id = id, .type = type, .count = 1, .one = value};
}

static void add_many(struct directory *d, uint16_t id, uint16_t type, const void *values,
                     size_t count)
{
    assert(d->count < MAX_TAGS);
    d->tags[d->count++] = (struct tag){.id = id, .type = type, .count = count, .values = values};
}

static void add_text(struct directory *d, uint16_t id, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        add_many(d, id, TYPE_ASCII, text, strlen(text) + 1);
    }
}

/* ---- bytes -------------------------------------------------------------------------------- */

static size_t type_bytes(uint16_t type)
{
    return type == TYPE_ASCII ? 1 : type == TYPE_SHORT ? 2 : type == TYPE_LONG ? 4 : 8;
}

static void add_number(struct buf *out, uint64_t value, size_t bytes)
{
    buf_add(out, &value, bytes);
}

static void pad(struct buf *out, size_t to)
{
    while (out->failed == ERR_OK && out->len % to != 0) {
        buf_add_char(out, '\0');
    }
}

static size_t offset_bytes(const struct tiff_header *h)
{
    return h->is_big ? 8 : 4;
}

static size_t directory_bytes(const struct tiff_header *h, const struct directory *d)
{
    size_t tags = (size_t)d->count;
    return h->is_big ? 8 + tags * 20 + 8 : 2 + tags * 12 + 4;
}

/* @param behind  where the values that do not fit the tag go; moves on. */
static void add_tag(struct buf *out, const struct tiff_header *h, const struct tag *t,
                    uint64_t *behind)
{
    size_t size = type_bytes(t->type) * (size_t)t->count, room = offset_bytes(h);
    const void *values = t->values != NULL ? t->values : &t->one;
    add_number(out, t->id, 2);
    add_number(out, t->type, 2);
    add_number(out, t->count, room);
    if (size > room) {
        add_number(out, *behind, room);
        *behind += (size + 7) / 8 * 8;
        return;
    }
    buf_add(out, values, size);
    add_number(out, 0, room - size);
}

static void add_values_behind(struct buf *out, const struct tiff_header *h,
                              const struct directory *d)
{
    for (int i = 0; i < d->count; i++) {
        const struct tag *t = &d->tags[i];
        size_t size = type_bytes(t->type) * (size_t)t->count;
        if (size > offset_bytes(h)) {
            buf_add(out, t->values, size);
            pad(out, 8);
        }
    }
}

static size_t behind_bytes(const struct tiff_header *h, const struct directory *d)
{
    size_t sum = 0;
    for (int i = 0; i < d->count; i++) {
        size_t size = type_bytes(d->tags[i].type) * (size_t)d->tags[i].count;
        sum += size > offset_bytes(h) ? (size + 7) / 8 * 8 : 0;
    }
    return sum;
}

/* A directory begins at a multiple of 8, and so do its values and the next one. */
static void add_directory(struct buf *out, const struct tiff_header *h, const struct directory *d,
                          bool is_last)
{
    uint64_t at = (out->len + directory_bytes(h, d) + 7) / 8 * 8;
    uint64_t next = is_last ? 0 : at + behind_bytes(h, d);
    add_number(out, (uint64_t)d->count, h->is_big ? 8 : 2);
    for (int i = 0; i < d->count; i++) {
        add_tag(out, h, &d->tags[i], &at);
    }
    add_number(out, next, offset_bytes(h));
    pad(out, 8);
    add_values_behind(out, h, d);
}

/* ---- what is said ------------------------------------------------------------------------- */

/* @param narrow  room for the offsets as a classic TIFF holds them, in 4 bytes. */
static void add_tiles(struct directory *d, const struct tiff_header *h, const struct tiff_level *l,
                      uint32_t *narrow)
{
    size_t tiles = (size_t)l->across * (size_t)l->down;
    add_one(d, 322, TYPE_SHORT, TIFF_TILE);
    add_one(d, 323, TYPE_SHORT, TIFF_TILE);
    for (size_t i = 0; !h->is_big && i < tiles; i++) {
        narrow[i] = (uint32_t)l->tile_offset[i];
    }
    if (tiles == 1) { /* fits the tag, whose value is then the number itself */
        add_one(d, 324, h->is_big ? TYPE_LONG8 : TYPE_LONG, l->tile_offset[0]);
        add_one(d, 325, TYPE_LONG, l->tile_bytes[0]);
        return;
    }
    add_many(d, 324, h->is_big ? TYPE_LONG8 : TYPE_LONG,
             h->is_big ? (const void *)l->tile_offset : narrow, tiles);
    add_many(d, 325, TYPE_LONG, l->tile_bytes, tiles);
}

/* Tags in ascending order, as they have to be. */
static void describe(struct directory *d, const struct tiff_header *h, int level, uint32_t *narrow,
                     const double scale[3], const double tie[6])
{
    const struct tiff_level *l = &h->levels[level];
    bool is_cells = level == 0;
    *d = (struct directory){.count = 0};
    add_one(d, 254, TYPE_LONG, !is_cells);
    add_one(d, 256, TYPE_LONG, (uint64_t)l->width);
    add_one(d, 257, TYPE_LONG, (uint64_t)l->height);
    add_one(d, 258, TYPE_SHORT, h->is_double ? 64 : 32);
    add_one(d, 259, TYPE_SHORT, COMPRESSION_DEFLATE);
    add_one(d, 262, TYPE_SHORT, BLACK_IS_ZERO);
    add_text(d, 270, is_cells ? h->description : NULL);
    add_one(d, 277, TYPE_SHORT, 1);
    add_one(d, 284, TYPE_SHORT, 1);
    add_text(d, 305, is_cells ? h->software : NULL);
    add_one(d, 317, TYPE_SHORT, PREDICTOR_FLOAT);
    add_tiles(d, h, l, narrow);
    add_one(d, 339, TYPE_SHORT, FORMAT_IEEE);
    add_text(d, 33432, is_cells ? h->copyright : NULL);
    if (is_cells) {
        add_many(d, 33550, TYPE_DOUBLE, scale, 3);
        add_many(d, 33922, TYPE_DOUBLE, tie, 6);
        add_many(d, 34735, TYPE_SHORT, geo_keys, sizeof geo_keys / sizeof geo_keys[0]);
    }
    add_text(d, 42112, is_cells ? h->metadata : NULL);
    add_text(d, 42113, "nan");
}

/* "II", the version, and where the first directory is: behind the structural metadata. */
static void add_start(const struct tiff_header *h, struct buf *out)
{
    size_t start = h->is_big ? 16 : 8;
    char said[256];
    int len = snprintf(said, sizeof said, "GDAL_STRUCTURAL_METADATA_SIZE=%06zu bytes\n%s",
                       sizeof structure - 1, structure);
    assert(len > 0 && (size_t)len < sizeof said);
    uint64_t first = (start + (size_t)len + 7) / 8 * 8;
    buf_add(out, "II", 2);
    add_number(out, h->is_big ? 43 : 42, 2);
    if (h->is_big) {
        add_number(out, 8, 2);
        add_number(out, 0, 2);
    }
    add_number(out, first, offset_bytes(h));
    buf_add(out, said, (size_t)len);
    pad(out, 8);
}

void tiff_header_write(const struct tiff_header *h, struct buf *out)
{
    struct grid g = h->grid;
    const double scale[3] = {g.dx_deg, g.dy_deg, 0};
    const double tie[6] = {0, 0, 0, g.x0_deg, g.y0_deg, 0};
    add_start(h, out);
    for (int level = 0; level < h->level_count; level++) {
        const struct tiff_level *l = &h->levels[level];
        uint32_t *narrow = calloc((size_t)l->across * (size_t)l->down, sizeof *narrow);
        if (narrow == NULL) {
            out->failed = ERR_NO_MEMORY;
            return;
        }
        struct directory d;
        describe(&d, h, level, narrow, scale, tie);
        add_directory(out, h, &d, level == h->level_count - 1);
        free(narrow);
    }
}
