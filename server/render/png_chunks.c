#include "render/png_chunks.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include <libdeflate.h>

#define TYPE_LEN     4
#define TYPE_PALETTE 3 /* of a picture */

static void add_u32(struct buf *out, size_t value)
{
    uint32_t big = htobe32((uint32_t)value);
    buf_add(out, &big, sizeof big);
}

/* A chunk is its length, its type, its data and a checksum of both; the data comes in two pieces.
 */
static void add_chunk(struct buf *out, const char *type, const void *data, size_t len,
                      const void *more, size_t more_len)
{
    add_u32(out, len + more_len);
    size_t from = out->len;
    buf_add(out, type, TYPE_LEN);
    buf_add(out, data, len);
    buf_add(out, more, more_len);
    if (out->failed == ERR_OK) {
        add_u32(out, libdeflate_crc32(0, out->data + from, out->len - from));
    }
}

static void add_header(struct buf *out, const struct png_picture *p)
{
    const uint32_t size[] = {htobe32((uint32_t)p->width), htobe32((uint32_t)p->height)};
    const uint8_t kind[] = {(uint8_t)p->bits, TYPE_PALETTE, 0, 0, 0}; /* zlib, filters, in order */
    add_chunk(out, "IHDR", size, sizeof size, kind, sizeof kind);
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) {
            return false;
        }
    }
    return true;
}

/* tEXt is Latin-1, iTXt UTF-8: behind the key it says that it is not compressed, in no language,
 * and that the key has no translation. */
static void add_text(struct buf *out, const struct png_text *t)
{
    char head[PNG_TEXT_KEY_SIZE + 4] = "";
    size_t key_len = strnlen(t->key, PNG_TEXT_KEY_SIZE - 1);
    memcpy(head, t->key, key_len);
    bool is_plain = is_ascii(t->value);
    size_t head_len = key_len + (is_plain ? 1 : 5);
    add_chunk(out, is_plain ? "tEXt" : "iTXt", head, head_len, t->value, strlen(t->value));
}

enum err png_chunks_write(const struct png_picture *p, struct buf *out)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    buf_add(out, signature, sizeof signature - 1);
    add_header(out, p);
    add_chunk(out, "PLTE", p->colours, (size_t)p->colour_count * sizeof *p->colours, NULL, 0);
    if (p->alpha_count > 0) {
        add_chunk(out, "tRNS", p->alphas, (size_t)p->alpha_count, NULL, 0);
    }
    for (int i = 0; i < p->text_count; i++) {
        if (p->texts[i].value != NULL && p->texts[i].value[0] != '\0') {
            add_text(out, &p->texts[i]);
        }
    }
    add_chunk(out, "IDAT", p->pixels, p->pixels_len, NULL, 0);
    add_chunk(out, "IEND", NULL, 0, NULL, 0);
    return out->failed;
}
