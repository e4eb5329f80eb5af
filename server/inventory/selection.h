/* selection.h - which slices a request means, canonically.
 *
 * Parsed from query parameters against one catalog; values come from enumerated sets, so the
 * canonical text is safe as a cache key and as part of an answer. Pure, thread-safe.
 */
#ifndef INVENTORY_SELECTION_H
#define INVENTORY_SELECTION_H

#include "inventory/catalog.h"

#define SELECTION_MAX_SECTORS 256
#define SELECTION_GAS_CO2E    (-1) /* all gases, weighted by a GWP set */
#define SELECTION_ALL_GASES   (-2) /* not one gas: rows per gas or CO2e sums (emissions only) */

enum lulucf { LULUCF_INCLUDE, LULUCF_EXCLUDE };

struct selection {
    int release; /* index into the catalog */
    enum flow flow;
    int gas;     /* index, or SELECTION_GAS_CO2E */
    int gwp_set; /* index; used for CO2e only, -1 otherwise */
    int year;
    int month;        /* 0 = the whole year: the sum of its months where it has them */
    int sector_count; /* 0 = all sectors that are not memo */
    int *sectors;     /* sorted indices, no one inside another; arena memory */
    enum lulucf lulucf;
};

/** The layers of a release, sorted: emissions and removals for each gas it has and for CO2e; net
 *  where there are removals. @param out  arena memory. @return ERR_NO_MEMORY. */
enum err selection_layers(const struct catalog *c, int release, struct arena *arena,
                          const char ***out, int *count) MUST_CHECK;
/** "emissions-co2e" -> flow and gas. @return ERR_NOT_FOUND with the layers of this release. */
enum err selection_layer(const struct catalog *c, int release, const char *layer, enum flow *flow,
                         int *gas, struct why *why) MUST_CHECK;
/** "IPCC2006:1.A.1,IPCC2006:2" -> sorted minimal set. Duplicates and children of listed parents
 *  fold away. "" = all (count 0).
 *  @return ERR_INPUT with what is wrong (unknown code, empty element, too many). */
enum err selection_sectors(const struct catalog *c, const char *text, struct arena *arena,
                           int **sectors, int *count, struct why *why) MUST_CHECK;
/** "2022" for a release. @return ERR_INPUT for no year, ERR_NOT_FOUND with the years there are. */
enum err selection_year(const struct catalog *c, int release, const char *text, int *year,
                        struct why *why) MUST_CHECK;
/** Has the release mass of this very month? */
bool selection_has_month(const struct catalog *c, int release, int year, int month);
/** "2022-07" for a release that has months. @return ERR_INPUT for no month, ERR_NOT_FOUND with the
 *  months there are. */
enum err selection_month(const struct catalog *c, int release, const char *text, int *year,
                         int *month, struct why *why) MUST_CHECK;
int selection_latest_year(const struct catalog *c, int release); /* 0 = no slices */
/** The latest year in which there is anything of a selection, whose own year does not matter; where
 *  there is nothing of it, the release's latest. */
int selection_own_latest_year(const struct catalog *c, const struct selection *s);
/** Memo items (bunkers, biomass CO2) are in no total: they are taken only where the memo sector
 *  itself, or a memo ancestor of it, is listed. */
bool selection_takes(const struct catalog *c, const struct selection *s, const struct slice *slice);
/** The same of a sector alone. */
bool selection_takes_sector(const struct catalog *c, const struct selection *s, int sector);
/** A slice of the selection's year that a month of it would take, if only it were stored by months.
 */
bool selection_lacks_months(const struct catalog *c, const struct selection *s,
                            const struct slice *slice);
/** The range of slices worth asking selection_takes about: [*first, *end). */
void selection_range(const struct catalog *c, const struct selection *s, int *first, int *end);
/** Canonical text: "uzbekistan@1.0.0/net-co2e?gwp=AR5-100&sector=...&year=2022"; arena memory. */
const char *selection_text(const struct catalog *c, const struct selection *s, struct arena *arena);
/** Lower-case layer name, "net-co2e"; arena memory. */
const char *selection_layer_name(const struct catalog *c, enum flow flow, int gas, struct arena *a);

#endif
