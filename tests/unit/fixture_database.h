/* fixture_database.h - a database of its own for one test program, with a small published release.
 *
 * Copied from the migrated database that FLUXGRID_TEST_DATABASE_URL names; dropped at the end.
 *
 * Grid of 100 x 70 cells of 0.1 degree, north-west corner 60 E 42 N. Field "area": block (0, 0) is
 * all 1, in block (1, 1) only its first cell holds 2.5, the other two blocks do not exist. Field
 * "plants": two sources, weights 0.75 (60.55 E 41.45 N) and 0.25. Districts X (country), X1 (west
 * of 65 E), X2, and X1A (60..62 E, 40..42 N) in X1. Releases unit 0.9.0 (withdrawn), 1.0.0
 * (published), 1.1.0 (loading).
 */
#ifndef TESTS_FIXTURE_DATABASE_H
#define TESTS_FIXTURE_DATABASE_H

#include <stdint.h>

#include "store/conn.h"

/** A connection string; NULL without FLUXGRID_TEST_DATABASE_URL (says so on stderr). Exits on
 * failure. */
const char *fixture_database_open(void);
void fixture_database_close(void);

/** Runs statements as the superuser; exits on failure. */
void fixture_database_run(const char *sql);
/** One number; exits on failure. */
int64_t fixture_database_ask(const char *sql);

/** Writes the connection string of another database of the same cluster. */
void fixture_database_url(const char *dbname, char out[1024]);

#endif
