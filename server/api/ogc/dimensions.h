/* dimensions.h - what of a layer can be chosen beside its time: the sector, and the weights of
 * CO2e.
 *
 * WMS offers them as dimensions, under the name with DIM_ before it. WMTS takes them by KVP and
 * lists them nowhere: QGIS would offer each sector of each year under each set of weights as a
 * layer. Pure; memory from the caller's arena.
 */
#ifndef API_OGC_DIMENSIONS_H
#define API_OGC_DIMENSIONS_H

#include "api/ogc/layers.h"
#include "http/handler.h"

#define OGC_DIMENSION_COUNT 2
#define OGC_ALL_SECTORS     "all" /* the value of the dimension "sector" when nothing is asked */

struct ogc_dimension {
    const char *name;          /* "sector": the parameter of /tiles/ too */
    const char *default_value; /* one of values */
    int count;                 /* of values; 0 = the layer has not this dimension */
    const char *const *values;
};

/** @param default_gwp  code of the set that the server takes when none is asked.
 *  @return ERR_NO_MEMORY. */
enum err ogc_dimensions(const struct catalog *c, const struct ogc_layer *l, const char *default_gwp,
                        struct arena *arena,
                        struct ogc_dimension out[OGC_DIMENSION_COUNT]) MUST_CHECK;

/** The value that a KVP request has for a dimension, as /tiles/ takes it.
 *  @param prefix  "DIM_" in WMS, "" in WMTS.  @param which  0 to OGC_DIMENSION_COUNT - 1.
 *  @param name  set to the parameter's name in /tiles/.
 *  @return borrowed; NULL = the default is meant. */
const char *ogc_dimension_asked(const struct http_request *r, const char *prefix, int which,
                                const char **name);

#endif
