/* geojson.h - rows as a GeoJSON FeatureCollection (RFC 7946), streamed around stored geometry.
 *
 * Geometries are text from the database and are written as they are: parsing megabytes of
 * coordinates only to print them again would cost more than the answer. Pure.
 */
#ifndef API_GEOJSON_H
#define API_GEOJSON_H

#include "api/doc.h"
#include "base/arena.h"
#include "geo/shape.h"

/** A Point, as text in the arena, to ten digits (1 cm); NULL = no memory. */
const char *geojson_point(double x, double y, struct arena *arena);
/** An area as a MultiPolygon, rings closed and in the order drawn.
 *  @return ERR_TOO_LARGE, ERR_NO_MEMORY of the buffer. */
enum err geojson_shape(const struct shape *s, struct buf *out) MUST_CHECK;

/** Writes {"type":"Feature","id":row[id_key],"geometry":...,"properties":row}.
 *  @param id_key  a row without it makes a feature without "id".
 *  @param geometry  GeoJSON text; NULL = null. */
enum err geojson_feature(const struct doc *d, const json_t *row, const char *id_key,
                         const char *geometry, struct buf *out) MUST_CHECK;

/** The same with the members of the document behind "properties"; "rows" is left out.
 */
enum err geojson_feature_alone(const struct doc *d, const json_t *row, const char *id_key,
                               const char *geometry, struct buf *out) MUST_CHECK;

/** Writes a FeatureCollection; the members of the document follow the features.
 *  @param geometries  one per row. */
enum err geojson_collection(const struct doc *d, const json_t *rows, const char *id_key,
                            const char *const *geometries, struct buf *out) MUST_CHECK;

#endif
