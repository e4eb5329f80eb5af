#include "api/vector_tile.h"

#define ROWS_MAX_BYTES (32u << 20)

void vector_tile_box(struct tile t, double box[4])
{
    double west = tile_edge_lon_deg(t, 1, 0), east = tile_edge_lon_deg(t, 1, 1);
    double around = (east - west) / 32; /* more than the rim that a tile shows of its neighbours */
    box[0] = west - around;
    box[1] = tile_edge_lat_deg(t, 1, 1) - around;
    box[2] = east + around;
    box[3] = tile_edge_lat_deg(t, 1, 0) + around;
}

enum err vector_tile_rows(const struct doc *d, const json_t *rows, struct arena *arena,
                          const char **out)
{
    struct buf text;
    buf_init(&text, ROWS_MAX_BYTES);
    enum err e = doc_write_value(d, rows, &text);
    if (e == ERR_OK) {
        *out = arena_strndup(arena, text.data, text.len);
        e = *out == NULL ? ERR_NO_MEMORY : ERR_OK;
    }
    buf_fini(&text);
    return e;
}
