/* layer_internal.h - what the parts of layer.h share: the open file, and the way of a geometry. */
#ifndef IMPORT_LAYER_INTERNAL_H
#define IMPORT_LAYER_INTERNAL_H

#include "cli/import/table/csv.h"
#include "cli/import/vector/layer.h"
#include "cli/import/vector/layer_crs.h"

struct layer {
    struct layer_source from;
    struct layer_crs crs;
    const char *crs_words;
    const char **attributes; /* NULL-terminated */
    int attribute_count;
    long row; /* features handed out */
    /* OGR: handles; NULL for a CSV file. */
    void *dataset, *ogr;
    void *feature; /* the one at hand */
    /* CSV */
    struct csv csv;
    struct csv_column x, y, wkt;
    /* The geometry at hand. */
    unsigned char *wkb;
    size_t wkb_capacity;
};

/** Takes a geometry (an OGRGeometryH of the layer's own; may be NULL) to WGS 84 and out as WKB.
 *  Faults of it are issues at out->row.
 *  @param geometry  takes. @return ERR_NO_MEMORY. */
enum err layer_put_geometry(struct layer *l, void *geometry, struct issues *issues,
                            struct layer_feature *out) MUST_CHECK;

enum err layer_csv_open(struct layer *l, struct arena *arena, struct issues *issues,
                        struct why *why) MUST_CHECK;
enum err layer_csv_next(struct layer *l, struct issues *issues, struct layer_feature *out,
                        bool *is_there) MUST_CHECK;

#endif
