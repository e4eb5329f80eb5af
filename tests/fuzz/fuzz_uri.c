/* fuzz_uri.c - request targets: whatever is accepted has well-formed parts. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "geo/tile.h"
#include "http/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_utf8(const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        size_t step = utf8_char_len(text + i, len - i);
        assert(step > 0);
        i += step;
    }
}

static void check(const char *raw, struct arena *arena)
{
    struct uri uri;
    if (uri_check(raw, NULL) != ERR_OK || uri_parse(raw, arena, &uri, NULL) != ERR_OK)
        return;
    assert(uri.path[0] == '/' && uri.segment_count >= 0 && uri.segment_count <= HTTP_SEGMENTS_MAX);
    assert(uri.query_count >= 0 && uri.query_count <= HTTP_QUERY_MAX);
    for (int i = 0; i < uri.segment_count; i++)
        check_utf8(uri.segments[i]);
    for (int i = 0; i < uri.query_count; i++) {
        check_utf8(uri.query_names[i]);
        check_utf8(uri.query_values[i]);
    }
    struct tile tile;
    if (uri.segment_count == 3 &&
        tile_parse(uri.segments[0], uri.segments[1], uri.segments[2], &tile) == ERR_OK)
        assert(tile.x >= 0 && tile.y >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char raw[4097];
    size_t len = size < sizeof raw - 1 ? size : sizeof raw - 1;
    memcpy(raw, data, len);
    raw[len] = '\0';
    struct arena arena;
    arena_init(&arena, 1 << 20);
    check(raw, &arena);
    arena_fini(&arena);
    return 0;
}
