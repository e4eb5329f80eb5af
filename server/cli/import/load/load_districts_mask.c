/* Districts from a mask: GDAL's polygons of equal value, staged. */
#include "cli/import/load/load_internal.h"

static void copy_polygon(void *context, int32_t value, const unsigned char *wkb, int len)
{
    struct copy *w = context;
    copy_row(w, 2);
    copy_int4(w, value);
    copy_bytes(w, wkb, len);
}

enum err load_districts_mask(struct load *l, struct why *why)
{
    struct raster *mask;
    const struct raster_spec spec =
        raster_spec_of(l->m->districts.mask->path, l->m->districts.mask->name);
    enum err e = raster_open(&spec, l->issues, &mask, why);
    if (e != ERR_OK) {
        return e;
    }
    struct copy *w;
    e = copy_begin(l->db, "COPY stage_mask_polygon (mask_value, geom) FROM STDIN (FORMAT binary)",
                   &w, why);
    if (e == ERR_OK) {
        e = raster_polygons(mask, copy_polygon, w, why);
        int64_t rows;
        if (e == ERR_OK) {
            e = copy_end(w, &rows, why);
        } else {
            copy_abort(w);
        }
    }
    raster_close(mask);
    return e;
}
