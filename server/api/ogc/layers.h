/* layers.h - the layers of the catalog as the OGC services offer them.
 *
 * Each layer of each published release, under the pinned name of the release and, of the latest,
 * under its slug too: "uzbekistan@1.0.0/net-co2e" never changes, "uzbekistan/net-co2e" follows.
 * Pure; memory from the caller's arena.
 */
#ifndef API_OGC_LAYERS_H
#define API_OGC_LAYERS_H

#include "inventory/selection.h"
#include "render/style.h"

struct ogc_layer {
    const char *identifier; /* "uzbekistan/net-co2e" */
    const char *release;    /* "uzbekistan" or "uzbekistan@1.0.0" */
    const char *name;       /* "net-co2e" */
    const char *gas;        /* "CO2E" */
    int release_index;
    enum flow flow;
    int gas_index;          /* or SELECTION_GAS_CO2E */
    int year_count;         /* at least 1 */
    const int *years;       /* ascending; those with data of the layer */
    const unsigned *months; /* of each year: bit m is set when it has data of month m, 1 to 12 */
    double box[4];          /* west, south, east, north in degrees: the grids of its fields */
    double cell_deg;        /* the finest cell's side; 0 = nothing was placed */
};

/** @return ERR_NO_MEMORY. */
enum err ogc_layers(const struct catalog *c, struct arena *arena, struct ogc_layer **out,
                    int *count) MUST_CHECK;
/** Those of one release. @return ERR_NO_MEMORY. */
enum err ogc_layers_of(const struct catalog *c, int release, struct arena *arena,
                       struct ogc_layer **out, int *count) MUST_CHECK;
/** One layer, with the release named as asked.
 *  @param name  in any letter case; out->name is in its own.
 *  @return ERR_NOT_FOUND with what there is; out->year_count is 0 then. ERR_NO_MEMORY. */
enum err ogc_layer_find(const struct catalog *c, const char *release, const char *name,
                        struct arena *arena, struct ogc_layer *out, struct why *why) MUST_CHECK;
/** "uzbekistan/net-co2e" -> release and layer; arena memory.
 *  @return ERR_NOT_FOUND for a name without a slash; ERR_NO_MEMORY. */
enum err ogc_layer_split(const char *identifier, struct arena *arena, const char **release,
                         const char **layer, struct why *why) MUST_CHECK;
/** Each year, and behind it those of its months that there are: "2021,2022,2022-01,2022-02"; arena
 *  memory, NULL = none left. */
const char *ogc_layer_times(const struct ogc_layer *l, struct arena *arena);
/** Does the style show what the layer is about? */
bool ogc_style_fits(const struct style *s, const struct ogc_layer *l);
bool ogc_style_is_default(const struct style_set *set, const struct style *s,
                          const struct ogc_layer *l);
/** Address of the style's legend for the layer, as a picture; arena memory, NULL = none left. */
const char *ogc_legend_url(const char *base_url, const struct style *s, const struct ogc_layer *l,
                           struct arena *arena);
/** One text for one state of everything the layers are made of, "41-0a1b...": the catalog's
 *  revision, which only grows, and what tells apart states of one revision (styles). It is a part
 *  of keys, and the updateSequence of capabilities. Arena memory, NULL = none left. */
const char *ogc_catalog_key(const struct catalog *c, const struct style_set *styles,
                            struct arena *arena);

#endif
