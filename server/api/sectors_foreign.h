/* sectors_foreign.h - codes of other schemes and the sectors they lead to, as JSON. Pure. */
#ifndef API_SECTORS_FOREIGN_H
#define API_SECTORS_FOREIGN_H

#include "api/doc.h"

/** Does the catalog know codes of this scheme ("EDGAR") beside its sectors? */
bool sectors_have_foreign(const struct catalog *c, const char *scheme);
/** Appends every code of the scheme with its "map": gas (null = any), sector, weight, note. */
void sectors_add_foreign(struct doc *d, json_t *list, const struct catalog *c, const char *scheme,
                         enum lang lang);
/** What sectors_add_foreign() made, as CSV: a line for each code and home sector. */
enum err sectors_foreign_csv(struct doc *d, const json_t *list, struct buf *out) MUST_CHECK;

#endif
