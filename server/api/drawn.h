/* drawn.h - areas that a client draws: GeoJSON (RFC 7946) as shapes, or a clear word about what is
 * wrong.
 *
 * Taken: Polygon, MultiPolygon, Feature, FeatureCollection, a list of Features. What is refused
 * names its place as a JSON Pointer (RFC 6901). Rules and reasons: docs/decisions/0017-any-area.md.
 * Pure but for memory; safe from any thread.
 */
#ifndef API_DRAWN_H
#define API_DRAWN_H

#include "base/arena.h"
#include "base/json_scan.h"
#include "geo/shape.h"

#define DRAWN_POSITIONS_MAX 200000 /* about 25 MB while they are checked */
#define DRAWN_FEATURES_MAX  1000   /* of an answer by feature */

struct drawn_area {
    struct shape shape;
    const char *id; /* of the feature: "text" or a number, as JSON; NULL */
};

struct drawn {
    int count;
    struct drawn_area *areas;
};

/** @param is_by_feature  every feature is an area of its own; else all together are one, and may
 * not overlap.
 *  @param arena  of ids and the list; the shapes are their own: drawn_fini().
 *  @return ERR_INPUT or ERR_TOO_LARGE with place and rule; ERR_NO_MEMORY. On failure *out is empty.
 */
enum err drawn_read(const char *text, size_t len, bool is_by_feature, struct arena *arena,
                    struct drawn *out, struct why *why) MUST_CHECK;
/** A box in degrees. @return ERR_INPUT when it has no area. */
enum err drawn_box(const double box[4], struct arena *arena, struct drawn *out,
                   struct why *why) MUST_CHECK;
void drawn_fini(struct drawn *d);

#endif
