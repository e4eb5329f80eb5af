/* map_picture.h - one layer as a picture of any ground: what WMS and OGC API - Maps hand out.
 *
 * Rendered for the very raster asked for, conservatively, as tiles are. A picture's identity is
 * what it shows, so both protocols have one key for one picture.
 */
#ifndef API_MAP_PICTURE_H
#define API_MAP_PICTURE_H

#include "api/map_view.h"
#include "http/handler.h"
#include "render/style.h"

enum map_format { MAP_PNG, MAP_JPEG };

struct map_look {
    enum map_format format;
    bool is_transparent;    /* of PNG only */
    struct rgba background; /* opaque; behind a picture that is not transparent */
};

/** "0xRRGGBB". @return false for no colour. */
bool map_look_colour(const char *text, struct rgba *out);

struct map_picture {
    /** As /tiles has it: segments 0 and 1 are release and layer, the query is of `allowed`. */
    const struct http_request *request;
    const char *const *allowed; /* NULL-terminated; has "style" */
    struct map_view view;
    struct map_look look;
    const char *size_name; /* the parameter to blame when the picture does not fit; static */
    bool is_tile;          /* say its mass, as /tiles does */
    /** What the headers of OGC API - Maps say of it; NULL = none are wanted. */
    const char *crs_uri; /* static */
    bool is_latitude_first;
};

/** Plans the PNG or JPEG. @param p  borrowed for the call.
 *  @return as map_request_read(); ERR_NO_MEMORY. The job: ERR_TOO_LARGE when the picture does not
 *          fit a request's memory. */
enum err map_picture_plan(const struct map_picture *p, const struct http_state *s,
                          struct http_plan *out, struct why *why) MUST_CHECK;

#endif
