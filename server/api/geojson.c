#include "api/geojson.h"

#include <string.h>

enum err geojson_feature(const struct doc *d, const json_t *row, const char *id_key,
                         const char *geometry, struct buf *out)
{
    buf_add_str(out, "{\"type\":\"Feature\",\"id\":");
    enum err e = doc_write_value(d, json_object_get(row, id_key), out);
    buf_add_str(out, ",\"geometry\":");
    buf_add_str(out, geometry != NULL ? geometry : "null");
    buf_add_str(out, ",\"properties\":");
    if (e == ERR_OK)
        e = doc_write_value(d, row, out);
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
