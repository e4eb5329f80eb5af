/* period.h - the time of a map as clients of OGC's services write it. Pure. */
#ifndef API_OGC_PERIOD_H
#define API_OGC_PERIOD_H

#include "base/arena.h"

/** Is the latest meant? @param time  NULL when it was not sent. */
bool ogc_period_is_latest(const char *time);
/** A client that thinks in moments means a year or a month by its first one, or by all of it, up
 *  to its last day or to the next one's first moment; the first moment of January is that of the
 *  year. Nothing is moved to the nearest that exists.
 *  @return "2022", "2022-03", or the text itself, to be refused; NULL = no memory. */
const char *ogc_period_of(const char *time, struct arena *arena);
/** The parameter of maps that a period is: "year" or "month". */
const char *ogc_period_name(const char *period);

#endif
