/* district_row.h - a district's own facts, as every answer that shows districts says them. */
#ifndef API_DISTRICT_ROW_H
#define API_DISTRICT_ROW_H

#include "api/answer.h"
#include "api/doc.h"

/** "district", "name", "level", "parent", "area_km2", "population", "bbox".
 *  @param with_names  also "names" in every language and "parent_name". */
void district_row(struct doc *d, json_t *row, const struct answer *a, int district,
                  bool with_names);

#endif
