/* fixture_catalog.h - a small catalog built by hand, for tests that need no database.
 *
 * Two versions of "demo" (1.2.0 and 1.10.0, the latest) and one release of "other". Gases CH4, CO2,
 * N2O, SF6; GWP sets AR5-100 (one CH4 value) and AR6-100 (CH4 split by origin, no SF6). The names
 * below are indices into it. Everything but the struct itself is static.
 */
#ifndef TESTS_FIXTURE_CATALOG_H
#define TESTS_FIXTURE_CATALOG_H

#include "inventory/catalog.h"

enum { FIX_CH4, FIX_CO2, FIX_N2O, FIX_SF6 };
enum { FIX_AR5_100, FIX_AR6_100 };
enum {
    FIX_EDGAR_TOTAL,
    FIX_1,     /* IPCC2006:1 */
    FIX_1A,    /* IPCC2006:1.A */
    FIX_1A1,   /* IPCC2006:1.A.1 */
    FIX_1A3AI, /* IPCC2006:1.A.3.a.i, a memo item inside 1.A */
    FIX_1A3B,  /* IPCC2006:1.A.3.b */
    FIX_1B2B,  /* IPCC2006:1.B.2.b */
    FIX_3,     /* IPCC2006:3 */
    FIX_3A1,   /* IPCC2006:3.A.1 */
    FIX_3B,    /* IPCC2006:3.B, LULUCF */
    FIX_3B1,   /* IPCC2006:3.B.1, LULUCF by its parent */
    FIX_SECTOR_COUNT
};
enum { FIX_1703, FIX_1703206, FIX_1706, FIX_UZ }; /* districts: 1703 in UZ, 1703206 in 1703 */
enum { FIX_FIELD_ROAD, FIX_FIELD_POINTS, FIX_FIELD_LAND }; /* ids 10, 20, 30; all on one grid */
enum { FIX_DEMO_1_2, FIX_DEMO_1_10, FIX_OTHER };

/** One reference, caller unrefs. */
struct catalog *fixture_catalog_new(void);

#endif
