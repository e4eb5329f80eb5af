/* scope.h - which districts a release is about.
 *
 * A release of one country is counted by the districts of that country alone, whatever else the
 * database holds. Pure, safe from any thread.
 */
#ifndef INVENTORY_SCOPE_H
#define INVENTORY_SCOPE_H

#include "inventory/catalog.h"

/** Is the release about this district? @param release  index; -1 = about all. */
bool scope_has(const struct catalog *c, int release, int district);
/** The country that stands for the release as a whole; -1 when it has none or several. */
int scope_country(const struct catalog *c, int release);
/** Revision of the districts and statistics the release is counted by: changes when any of them
 *  does, and not with those of other countries. */
int64_t scope_boundaries(const struct catalog *c, int release);
/** West, south, east, north of all its districts; of the web map's world when it has none. */
void scope_box(const struct catalog *c, int release, double box[4]);

#endif
