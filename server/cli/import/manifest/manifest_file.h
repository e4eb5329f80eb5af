/* manifest_file.h - files as a manifest names them. All memory is the manifest's arena. */
#ifndef IMPORT_MANIFEST_FILE_H
#define IMPORT_MANIFEST_FILE_H

#include "base/digest.h"

struct manifest_file { /* a file in the manifest's folder */
    const char *name;  /* as written */
    const char *path;  /* openable */
    char sha256[DIGEST_HEX_SIZE];
};

struct manifest_layer { /* a layer of a vector file; "" where not given */
    struct manifest_file *file;
    const char *layer, *crs, *x, *y, *wkt;
};

#endif
