#include "fixture_catalog.h"

#include <math.h>
#include <stdlib.h>

#define FOUR(text)                                                                                 \
    {                                                                                              \
        text, text " (ru)", text " (uz)", text " (ko)"                                             \
    }
#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const struct gas gases[] = {
    {"CH4", FOUR("methane")},
    {"CO2", FOUR("carbon dioxide")},
    {"N2O", FOUR("nitrous oxide")},
    {"SF6", FOUR("sulphur hexafluoride")},
};

static const struct gwp_set gwp_sets[] = {{"AR5-100", 100}, {"AR6-100", 100}};

static const struct gwp gwps[] = {
    {"AR5-100", FIX_CH4, ORIGIN_NA, 28, "AR5"},
    {"AR5-100", FIX_CO2, ORIGIN_NA, 1, "AR5"},
    {"AR5-100", FIX_N2O, ORIGIN_NA, 265, "AR5"},
    {"AR5-100", FIX_SF6, ORIGIN_NA, 23500, "AR5"},
    {"AR6-100", FIX_CH4, ORIGIN_FOSSIL, 29.8, "AR6 table 7.15"},
    {"AR6-100", FIX_CH4, ORIGIN_NONFOSSIL, 27, "AR6 table 7.15"},
    {"AR6-100", FIX_CH4, ORIGIN_NA, 27.9, "AR6 table 7.SM.7"},
    {"AR6-100", FIX_CO2, ORIGIN_NA, 1, "AR6"},
    {"AR6-100", FIX_N2O, ORIGIN_NA, 273, "AR6"},
};

static const struct sector sectors[] = {
    {"EDGAR:TOTAL", -1, FOUR("all"), false, false},
    {"IPCC2006:1", -1, FOUR("energy"), false, false},
    {"IPCC2006:1.A", FIX_1, FOUR("fuel combustion"), false, false},
    {"IPCC2006:1.A.1", FIX_1A, FOUR("energy industries"), false, false},
    {"IPCC2006:1.A.3.a.i", FIX_1A, FOUR("international aviation"), false, true},
    {"IPCC2006:1.A.3.b", FIX_1A, FOUR("road"), false, false},
    {"IPCC2006:1.B.2.b", FIX_1, FOUR("natural gas"), false, false},
    {"IPCC2006:3", -1, FOUR("AFOLU"), false, false},
    {"IPCC2006:3.A.1", FIX_3, FOUR("enteric fermentation"), false, false},
    {"IPCC2006:3.B", FIX_3, FOUR("land"), true, false},
    {"IPCC2006:3.B.1", FIX_3B, FOUR("forest land"), false, false},
};

static const struct district districts[] = {
    {100, "1703", 1, FIX_UZ, FOUR("Andijan region"), 4353, 70, 40, 73, 42, 0},
    {101, "1703206", 2, FIX_1703, FOUR("Altinkul"), 200, 71, 40, 72, 41, 0},
    {90, "1706", 1, FIX_UZ, FOUR("Bukhara region"), 40000, 61, 38, 65, 42, 0},
    {80, "UZ", 0, -1, FOUR("Uzbekistan"), 450968, 55.9, 37.1, 73.2, 45.7, 3},
};

static const struct district_stat stats[] = {
    {FIX_1703, 2021, 3100000, NAN, false, false, ""},
    {FIX_1703, 2022, 3200000, NAN, true, false, ""},
    {FIX_UZ, 2022, 35300000, 1e9, false, true, "USD"},
};

static const struct grid grids[] = {{55.9, 45.7, 0.01, 0.01, 1730, 860}};
static const int64_t grid_ids[] = {7};

static const struct field fields[] = {
    {10, 0, "road", 2.0, 0.5, 100, false},
    {20, 0, "points", 1.0, 0.6, 0, true},
    {30, 0, "land", 1000.0, 900.0, 100, false},
};

static const struct provenance provenances[] = {
    {"Inventory", "table 1", "row 3", "2024-05-01", "", "as reported"},
};

#define SLICE(release, year, sector, gas, flow, origin, fuel, field, factor, mass, pct)            \
    {                                                                                              \
        release, sector, gas, flow, origin, fuel, year, 0, field, factor, mass, pct, "reported", 0 \
    }

/* Sorted by release, year, sector, gas, flow, fuel. */
static const struct slice slices[] = {
    SLICE(FIX_DEMO_1_2, 2022, FIX_1A1, FIX_CO2, FLOW_EMISSION, ORIGIN_FOSSIL, "", FIX_FIELD_POINTS,
          90, 90, 10),
    SLICE(FIX_DEMO_1_10, 2021, FIX_1A1, FIX_CO2, FLOW_EMISSION, ORIGIN_FOSSIL, "coal",
          FIX_FIELD_POINTS, 40, 40, 10),
    SLICE(FIX_DEMO_1_10, 2022, FIX_1A1, FIX_CO2, FLOW_EMISSION, ORIGIN_FOSSIL, "coal",
          FIX_FIELD_POINTS, 60, 60, 10),
    SLICE(FIX_DEMO_1_10, 2022, FIX_1A1, FIX_CO2, FLOW_EMISSION, ORIGIN_FOSSIL, "gas",
          FIX_FIELD_POINTS, 40, 40, 5),
    SLICE(FIX_DEMO_1_10, 2022, FIX_1A3AI, FIX_CO2, FLOW_EMISSION, ORIGIN_FOSSIL, "", FIX_FIELD_ROAD,
          500, 1000, 5),
    SLICE(FIX_DEMO_1_10, 2022, FIX_1A3B, FIX_CO2, FLOW_EMISSION, ORIGIN_FOSSIL, "", FIX_FIELD_ROAD,
          10, 20, 7),
    SLICE(FIX_DEMO_1_10, 2022, FIX_1B2B, FIX_CH4, FLOW_EMISSION, ORIGIN_FOSSIL, "", FIX_FIELD_ROAD,
          1, 2, 50),
    SLICE(FIX_DEMO_1_10, 2022, FIX_3A1, FIX_CH4, FLOW_EMISSION, ORIGIN_NONFOSSIL, "", -1, 0, 3, 40),
    SLICE(FIX_DEMO_1_10, 2022, FIX_3B1, FIX_CO2, FLOW_REMOVAL, ORIGIN_NONFOSSIL, "", FIX_FIELD_LAND,
          0.03, 30, 60),
    SLICE(FIX_OTHER, 2020, FIX_1A1, FIX_SF6, FLOW_EMISSION, ORIGIN_NA, "", FIX_FIELD_ROAD, 0.5, 1,
          NAN),
};

#define RELEASE(id, slug, version, is_latest, first, count)                                        \
    {                                                                                              \
        id, slug, version, slug "@" version, FOUR(slug), {"", "", "", ""}, "publisher",            \
            "CC BY 4.0", "attribution", "citation", "method", "", "2024-05-01T00:00:00Z",          \
            is_latest, first, count, 0, 0, "", 0, NULL                                             \
    }

static const struct release releases[] = {
    RELEASE(1, "demo", "1.2.0", false, 0, 1),
    RELEASE(2, "demo", "1.10.0", true, 1, 8),
    RELEASE(3, "other", "0.1.0", true, 9, 1),
};

static const struct withdrawn withdrawn[] = {
    {"demo@1.3.0", "2024-06-01T00:00:00Z", "a factor was wrong"},
    {"past@0.1.0", "2024-06-01T00:00:00Z", ""},
};

struct catalog *fixture_catalog_new(void)
{
    struct catalog *c = catalog_new();
    if (!c)
        abort();
    c->revision = 5;
    c->boundary_revision = 2;
    c->gas_count = COUNT(gases), c->gases = gases;
    c->gwp_count = COUNT(gwps), c->gwps = gwps;
    c->gwp_set_count = COUNT(gwp_sets), c->gwp_sets = gwp_sets;
    c->sector_count = COUNT(sectors), c->sectors = sectors;
    c->district_count = COUNT(districts), c->districts = districts;
    c->stat_count = COUNT(stats), c->stats = stats;
    c->grid_count = COUNT(grids), c->grids = grids, c->grid_ids = grid_ids;
    c->field_count = COUNT(fields), c->fields = fields;
    c->slice_count = COUNT(slices), c->slices = slices;
    c->release_count = COUNT(releases), c->releases = releases;
    c->provenance_count = COUNT(provenances), c->provenances = provenances;
    c->withdrawn_count = COUNT(withdrawn), c->withdrawn = withdrawn;
    return c;
}
