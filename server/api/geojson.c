#include "api/geojson.h"

#include <string.h>

const char *geojson_point(double x, double y, struct arena *arena)
{
    return arena_printf(arena, "{\"type\":\"Point\",\"coordinates\":[%.10g,%.10g]}", x, y);
}

static void add_ring(const struct shape *s, const struct shape_ring *ring, struct buf *out)
{
    buf_add_char(out, '[');
    for (size_t i = ring->first; i < ring->first + ring->count; i++)
        buf_printf(out, "%s[%.15g,%.15g]", i > ring->first ? "," : "", s->lonlat[2 * i],
                   s->lonlat[2 * i + 1]);
    buf_add_char(out, ']');
}

/* Rings of one polygon follow one another, its outline first. */
enum err geojson_shape(const struct shape *s, struct buf *out)
{
    buf_add_str(out, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (size_t r = 0; r < s->ring_count; r++) {
        const struct shape_ring *ring = &s->rings[r];
        if (ring->number > 0)
            buf_add_char(out, ',');
        else
            buf_add_str(out, r > 0 ? "],[" : "[");
        add_ring(s, ring, out);
    }
    buf_add_str(out, "]]}");
    return out->failed;
}

/* Up to the brace that closes it. */
static enum err add_feature(const struct doc *d, const json_t *row, const char *id_key,
                            const char *geometry, struct buf *out)
{
    const json_t *id = json_object_get(row, id_key);
    enum err e = d->failed ? ERR_NO_MEMORY : ERR_OK;
    buf_add_str(out, "{\"type\":\"Feature\"");
    if (e == ERR_OK && id != NULL) {
        buf_add_str(out, ",\"id\":");
        e = doc_write_value(d, id, out);
    }
    buf_add_str(out, ",\"geometry\":");
    buf_add_str(out, geometry != NULL ? geometry : "null");
    buf_add_str(out, ",\"properties\":");
    if (e == ERR_OK)
        e = doc_write_value(d, row, out);
    return e == ERR_OK ? out->failed : e;
}

enum err geojson_feature(const struct doc *d, const json_t *row, const char *id_key,
                         const char *geometry, struct buf *out)
{
    enum err e = add_feature(d, row, id_key, geometry, out);
    buf_add_char(out, '}');
    return e == ERR_OK ? out->failed : e;
}

/* The members of the envelope, but for the rows, which are the features. */
static enum err add_members(const struct doc *d, struct buf *out)
{
    const char *key;
    json_t *value;
    json_object_foreach(d->root, key, value)
    {
        if (strcmp(key, "rows") == 0)
            continue;
        buf_add_char(out, ',');
        buf_add_json_str(out, key);
        buf_add_char(out, ':');
        enum err e = doc_write_value(d, value, out);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

enum err geojson_collection(const struct doc *d, const json_t *rows, const char *id_key,
                            const char *const *geometries, struct buf *out)
{
    if (d->failed)
        return ERR_NO_MEMORY; /* rows may be missing, or all of them */
    buf_add_str(out, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < json_array_size(rows); i++) {
        if (i > 0)
            buf_add_char(out, ',');
        enum err e = geojson_feature(d, json_array_get(rows, i), id_key, geometries[i], out);
        if (e != ERR_OK)
            return e;
    }
    buf_add_char(out, ']');
    enum err e = add_members(d, out);
    buf_add_char(out, '}');
    return e == ERR_OK ? out->failed : e;
}

enum err geojson_feature_alone(const struct doc *d, const json_t *row, const char *id_key,
                               const char *geometry, struct buf *out)
{
    enum err e = add_feature(d, row, id_key, geometry, out);
    if (e == ERR_OK)
        e = add_members(d, out);
    buf_add_char(out, '}');
    return e == ERR_OK ? out->failed : e;
}
