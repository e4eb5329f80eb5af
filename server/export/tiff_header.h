/* tiff_header.h - the head of a cloud-optimised GeoTIFF: every directory before any cell.
 *
 * TIFF 6.0, BigTIFF where 32 bits do not hold the file, the GeoTIFF 1.1 keys of WGS 84, and what
 * GDAL says of its own files (GDAL_METADATA, GDAL_NODATA, and the structural metadata that tell a
 * reader over HTTP that directories come first and tiles in order). Little-endian. Pure.
 */
#ifndef EXPORT_TIFF_HEADER_H
#define EXPORT_TIFF_HEADER_H

#include "base/buf.h"
#include "geo/grid.h"

#define TIFF_TILE       512 /* pixels along a side */
#define TIFF_MAX_LEVELS 16

/** One picture: the cells, or an overview of them. */
struct tiff_level {
    int32_t width, height;
    int32_t across, down;  /* tiles */
    uint64_t *tile_offset; /* across x down, of the bytes of a tile in the file */
    uint32_t *tile_bytes;
};

struct tiff_header {
    bool is_big;    /* BigTIFF */
    bool is_double; /* samples of 8 bytes, else of 4; IEEE, deflated after predictor 3 */
    struct grid grid;
    const char *description, *software, *copyright;
    const char *metadata; /* XML of GDAL_METADATA */
    int level_count;
    struct tiff_level levels[TIFF_MAX_LEVELS]; /* the cells first */
};

/** Bytes before and after each tile: its size, and its last four bytes once more. */
#define TIFF_LEADER  4
#define TIFF_TRAILER 4

/** Appends the head; its length does not depend on the offsets. Check out->failed. */
void tiff_header_write(const struct tiff_header *h, struct buf *out);

#endif
