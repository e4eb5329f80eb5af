/* layer.h - a layer of a vector file seen through OGR: its features, one after another, in WGS 84.
 *
 * A closed list of formats, told by the file's ending: GeoJSON (.geojson, .json), GeoPackage
 * (.gpkg), Shapefile (.shp), FlatGeobuf (.fgb) and CSV with coordinates or WKT (.csv, read by our
 * own strict reader). Geometry leaves as two-dimensional WKB in EPSG:4326, longitude first,
 * whatever the file's own coordinate system; edges that are straight in a projection are cut into
 * short pieces first, since they are curved in degrees. No GDAL type leaves the .c files. One
 * thread.
 */
#ifndef IMPORT_LAYER_H
#define IMPORT_LAYER_H

#include <stddef.h>

#include "base/arena.h"
#include "cli/import/issues.h"

struct layer;

/** What to open; all borrowed, and to outlive the layer. "" or NULL where not given. */
struct layer_source {
    const char *path;  /* openable */
    const char *name;  /* how messages call the file */
    const char *layer; /* of a GeoPackage; may be left out when the file has one */
    const char *crs;   /* "EPSG:28992": for a file that does not say; one that does must agree */
    const char *x, *y; /* CSV: columns of longitude (easting) and latitude (northing) ... */
    const char *wkt;   /* ... or of geometry as WKT */
};

enum layer_shape {
    LAYER_BROKEN, /* an issue was recorded: pass it over */
    LAYER_POINT,
    LAYER_POINTS, /* several in one feature */
    LAYER_LINE,   /* one or several */
    LAYER_AREA,   /* polygon or multipolygon, rings as in the file: maybe invalid */
    LAYER_MIXED   /* a collection of unlike parts */
};

struct layer_feature {
    long row; /* for `struct place`: the number of the feature from 1, or the line of a CSV file */
    enum layer_shape shape;
    const unsigned char *wkb; /* until the next call; NULL when broken */
    int wkb_len;
    double lon, lat; /* of a LAYER_POINT; else the middle of its box */
};

/** Opens a file and one of its layers.
 *  @param issues  receives faults of a CSV file's rows.
 *  @return ERR_INPUT with file and "rule; remedy" (no such format, several layers and none named,
 *  no coordinate system or another than declared, damaged); ERR_IO; ERR_NO_MEMORY. */
enum err layer_open(const struct layer_source *from, struct arena *arena, struct issues *issues,
                    struct layer **out, struct why *why) MUST_CHECK;
void layer_close(struct layer *l); /* accepts NULL */

/** For people: the coordinate system, such as "EPSG:28992 (Amersfoort / RD New)". Arena memory. */
const char *layer_crs_words(const struct layer *l);
/** The names of the attributes, NULL-terminated; arena memory. */
const char *const *layer_attributes(const struct layer *l);
/** Index of an attribute by its exact name; -1 = none. */
int layer_attribute(const struct layer *l, const char *name);

/** The next feature. Faults of its geometry (none, not in the world, crosses the antimeridian,
 *  swapped axes) are issues, and it is handed out as LAYER_BROKEN.
 *  @param is_there  false at the end, which a damaged file does not reach: ERR_INPUT. */
enum err layer_next(struct layer *l, struct issues *issues, struct layer_feature *out,
                    bool *is_there, struct why *why) MUST_CHECK;

/** Attribute of the feature at hand as text, until the next call of any of these three functions;
 *  NULL when it has none (null, or an empty cell of a CSV file). */
const char *layer_text(struct layer *l, int attribute);
/** As a number: true when it is one, finite, written as number_text.h says when it is text. */
bool layer_number(struct layer *l, int attribute, double *out);

#endif
