/* routes.c - every endpoint of the server, once. openapi.json lists the same; a test compares. */
#include "api/endpoints.h"
#include "api/legend.h"
#include "api/ogc/ows.h"
#include "api/ogc/wms.h"
#include "api/ogc/wmts.h"
#include "api/styles.h"
#include "api/tilejson.h"
#include "api/tiles.h"
#include "http/handler.h"

const struct http_route api_routes[] = {
    {"GET", "/tiles/{release}/{layer}/{z}/{x}/{file}", "A map tile as picture, classes or floats.",
     tiles_plan},
    {"GET", "/tiles/{release}/{file}", "TileJSON of a layer.", tilejson_plan},
    {"GET", "/tiles/districts/{z}/{x}/{file}", "A vector tile of districts.", district_tile_plan},
    {"GET", "/tiles/districts.json", "TileJSON of the vector tiles of districts.",
     district_tilejson_plan},
    {"GET", "/tiles/sources/{z}/{x}/{file}", "A vector tile of point sources.", source_tile_plan},
    {"GET", "/tiles/sources.json", "TileJSON of the vector tiles of sources.",
     source_tilejson_plan},
    {"GET", "/legend/{file}", "The legend of a style.", legend_plan},
    {"GET", "/v1/styles", "The styles there are.", styles_plan},
    {"GET", "/v1/releases", "The published releases.", releases_plan},
    {"GET", "/v1/releases/{release}", "One release.", release_plan},
    {"GET", "/v1/gases", "The gases.", gases_plan},
    {"GET", "/v1/gwp", "Global warming potentials by set, gas and origin.", gwp_plan},
    {"GET", "/v1/sectors", "The sectors of a scheme.", sectors_plan},
    {"GET", "/v1/sectors/{code}", "One sector by year and by region.", sector_plan},
    {"GET", "/v1/districts", "Districts with their totals of one year.", districts_plan},
    {"GET", "/v1/districts/{code}", "One district with its sectors, years and rank.",
     district_plan},
    {"GET", "/v1/emissions", "Amounts by year, sector, gas, district and flow.", emissions_plan},
    {"POST", "/v1/emissions", "The same for areas sent as GeoJSON.", emissions_area_plan},
    {"GET", "/v1/indicators", "Districts compared: ratios, shares, ranks, trends.",
     indicators_plan},
    {"GET", "/v1/rank", "Hot spots: districts, sources or cells in their order.", rank_plan},
    {"POST", "/v1/rank", "Hot spots within an area sent as GeoJSON.", rank_area_plan},
    {"GET", "/v1/compare", "Two years, releases or districts side by side.", compare_plan},
    {"GET", "/v1/changes", "What happened to releases and boundaries, for pollers.", changes_plan},
    {"GET", "/v1/at", "What the map shows at a point.", at_plan},
    {"GET", "/v1/audit", "The mass balance of a release.", audit_plan},
    {"GET", "/v1/sources", "Point sources.", sources_plan},
    {"GET", "/v1/sources/{code}", "One point source.", source_plan},
    {"GET", "/v1/summary", "The map in a few sentences and a table.", summary_plan},
    {"POST", "/v1/summary", "The same for an area sent as GeoJSON.", summary_area_plan},
    {"GET", "/wms", "WMS 1.3.0 and 1.1.1.", wms_plan},
    {"GET", "/wmts", "WMTS 1.0.0 by KVP.", wmts_plan},
    {"GET", "/wmts/1.0.0/WMTSCapabilities.xml", "What WMTS offers.", wmts_capabilities_plan},
    {"GET", "/wmts/1.0.0/{release}/{layer}/{style}/{time}/{matrixset}/{matrix}/{row}/{file}",
     "A map tile of WMTS, by REST.", wmts_tile_plan},
    {"GET", "/v1/export/{file}", "A map as GeoTIFF or netCDF.", export_plan},
    {"GET", "/ogc", "Where OGC API begins.", ogc_landing_plan},
    {"GET", "/ogc/conformance", "What of OGC API there is.", ogc_conformance_plan},
    {"GET", "/ogc/collections", "The collections of features.", ogc_collections_plan},
    {"GET", "/ogc/collections/districts", "The collection of districts.", ogc_districts_plan},
    {"GET", "/ogc/collections/sources", "The collection of sources.", ogc_sources_plan},
    {"GET", "/ogc/collections/districts/items", "Districts as features.", ogc_district_items_plan},
    {"GET", "/ogc/collections/districts/items/{code}", "One district as a feature.",
     ogc_district_item_plan},
    {"GET", "/ogc/collections/sources/items", "Point sources as features.", ogc_source_items_plan},
    {"GET", "/ogc/collections/sources/items/{id}", "One point source as a feature.",
     ogc_source_item_plan},
    {"GET", "/docs", "This list, for people.", docs_plan},
    {0},
};

const struct http_fault_form api_fault_forms[] = {
    {"/wms", WMS_OLD_FAULT_TYPE, wms_write_old_fault, wms_target_is_old},
    {"/wms", WMS_FAULT_TYPE, wms_write_fault, NULL},
    {"/wmts", OWS_FAULT_TYPE, ows_write_fault, NULL},
    {0},
};
