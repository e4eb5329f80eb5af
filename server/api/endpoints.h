/* endpoints.h - the plan functions of the JSON endpoints, for the table in routes.c.
 *
 * Each is one call of answer_plan() with the endpoint's own struct answer_kind.
 */
#ifndef API_ENDPOINTS_H
#define API_ENDPOINTS_H

#include "http/handler.h"

#define ENDPOINT_PLAN(name)                                                                        \
    enum err name(const struct http_request *r, const struct http_state *s, struct http_plan *out, \
                  struct why *why) MUST_CHECK

ENDPOINT_PLAN(releases_plan);
ENDPOINT_PLAN(release_plan);
ENDPOINT_PLAN(gases_plan);
ENDPOINT_PLAN(gwp_plan);
ENDPOINT_PLAN(page_plan);
ENDPOINT_PLAN(sectors_plan);
ENDPOINT_PLAN(sector_plan);
ENDPOINT_PLAN(districts_plan);
ENDPOINT_PLAN(district_plan);
ENDPOINT_PLAN(emissions_plan);
ENDPOINT_PLAN(emissions_area_plan);
ENDPOINT_PLAN(indicators_plan);
ENDPOINT_PLAN(rank_plan);
ENDPOINT_PLAN(rank_area_plan);
ENDPOINT_PLAN(at_plan);
ENDPOINT_PLAN(audit_plan);
ENDPOINT_PLAN(sources_plan);
ENDPOINT_PLAN(source_plan);
ENDPOINT_PLAN(compare_plan);
ENDPOINT_PLAN(changes_plan);
ENDPOINT_PLAN(district_tile_plan);
ENDPOINT_PLAN(district_tilejson_plan);
ENDPOINT_PLAN(source_tile_plan);
ENDPOINT_PLAN(source_tilejson_plan);
ENDPOINT_PLAN(summary_plan);
ENDPOINT_PLAN(summary_area_plan);
ENDPOINT_PLAN(export_plan);
ENDPOINT_PLAN(ogc_landing_plan);
ENDPOINT_PLAN(ogc_root_plan);
ENDPOINT_PLAN(ogc_conformance_plan);
ENDPOINT_PLAN(ogc_api_plan);
ENDPOINT_PLAN(ogc_collections_plan);
ENDPOINT_PLAN(ogc_district_queryables_plan);
ENDPOINT_PLAN(ogc_source_queryables_plan);
ENDPOINT_PLAN(ogc_districts_plan);
ENDPOINT_PLAN(ogc_sources_plan);
ENDPOINT_PLAN(ogc_district_items_plan);
ENDPOINT_PLAN(ogc_district_item_plan);
ENDPOINT_PLAN(ogc_source_items_plan);
ENDPOINT_PLAN(ogc_source_item_plan);
ENDPOINT_PLAN(ogc_matrix_sets_plan);
ENDPOINT_PLAN(ogc_matrix_set_plan);
ENDPOINT_PLAN(ogc_map_collection_plan);
ENDPOINT_PLAN(ogc_map_plan);
ENDPOINT_PLAN(ogc_map_tilesets_plan);
ENDPOINT_PLAN(ogc_map_tileset_plan);
ENDPOINT_PLAN(ogc_map_tile_plan);
ENDPOINT_PLAN(ogc_district_tilesets_plan);
ENDPOINT_PLAN(ogc_district_tileset_plan);
ENDPOINT_PLAN(ogc_district_tile_plan);
ENDPOINT_PLAN(ogc_source_tilesets_plan);
ENDPOINT_PLAN(ogc_source_tileset_plan);
ENDPOINT_PLAN(ogc_source_tile_plan);
ENDPOINT_PLAN(docs_plan);

#undef ENDPOINT_PLAN

#endif
