/* density_utm.h - a combination of fields as a raster of a UTM zone's pixels.
 *
 * There a pixel is no rectangle in longitude and latitude: it is taken as the quadrilateral of its
 * corners, which are exact, and cut by the cells (geo/quad.h). Neighbouring pixels share their
 * corners, so mass is conserved; what is approximate is that a pixel's edges are straight between
 * them (docs/decisions/0030-wms-pictures.md has the error). Result memory is the arena's. One
 * thread; no state of its own.
 */
#ifndef RENDER_DENSITY_UTM_H
#define RENDER_DENSITY_UTM_H

#include "geo/utm.h"
#include "render/density.h"

struct utm_raster {
    struct utm zone;
    double west_m, south_m, east_m, north_m;
    int width, height; /* pixels */
};

/** Every pixel is held by itself. The ground of a pixel varies along its row: mass_t is what it
 *  would be on row_area_km2, so that their ratio is the density; sum_t is the true mass.
 *  @return as density_render_raster(). */
enum err density_render_utm(const struct catalog *c, const struct combination *m,
                            const struct utm_raster *raster, struct block_cache *blocks,
                            struct conn *db, int64_t deadline_ms, struct arena *arena,
                            struct density *out, struct why *why) MUST_CHECK;

#endif
