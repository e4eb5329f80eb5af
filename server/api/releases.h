/* releases.h - what answers about releases share: their changelogs. */
#ifndef API_RELEASES_H
#define API_RELEASES_H

#include "api/answer.h"
#include "api/doc.h"

/** Appends the changelog of a release. @param names_release  each entry says whose it is. */
void releases_changelog(struct doc *d, json_t *list, const struct answer *a,
                        const struct release *r, bool names_release);

#endif
