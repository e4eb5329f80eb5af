/* layer_crs.h - the coordinate system of a vector file, and its way to longitude and latitude.
 *
 * Axes are always taken in the traditional order, longitude or easting first, whatever the
 * authority's definition says: files are written so. Used by layer*.c alone; the pointers without a
 * type are OGR handles, whose types stay in the .c files. One thread.
 */
#ifndef IMPORT_LAYER_CRS_H
#define IMPORT_LAYER_CRS_H

#include "base/arena.h"
#include "base/err.h"

struct layer_crs {
    void *srs;          /* OGRSpatialReferenceH, ours */
    void *to_wgs84;     /* OGRCoordinateTransformationH; NULL = it is WGS 84 */
    bool is_projected;  /* edges are straight in the projection */
    double units_per_m; /* of a projected one */
    bool has_area;      /* of use, below, in degrees */
    double west, south, east, north;
};

/** @param found  OGRSpatialReferenceH of the file, borrowed; NULL = it has none.
 *  @param declared  "EPSG:28992", "" = not declared.
 *  @return ERR_INPUT with "rule; remedy". On failure too, layer_crs_fini() is right. */
enum err layer_crs_init(struct layer_crs *c, const char *file, void *found, const char *declared,
                        struct why *why) MUST_CHECK;
void layer_crs_fini(struct layer_crs *c);
/** "EPSG:28992 (Amersfoort / RD New)"; arena memory. */
const char *layer_crs_name(const struct layer_crs *c, struct arena *arena);

#endif
