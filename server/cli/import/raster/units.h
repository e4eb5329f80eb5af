/* units.h - units of mass as files and manifests write them: "kt", "tC/ha", "kg m-2 s-1", "kgC/h".
 *
 * Pure. A unit is a mass, of the gas or of its carbon or nitrogen, per area or not, per time or
 * not. Rates become the mass of a period by its true length in the calendar of the file.
 */
#ifndef IMPORT_UNITS_H
#define IMPORT_UNITS_H

#include "base/err.h"

enum unit_time { UNIT_NO_TIME, UNIT_SECOND, UNIT_HOUR, UNIT_DAY, UNIT_MONTH, UNIT_YEAR };

struct unit {
    double mass_t;   /* tonnes of one, as named (of carbon when element is 'C') */
    char element;    /* 'C' or 'N': the mass of that element only; 0 = of the whole gas */
    char gas[8];     /* the gas the unit names, "CO2"; "" = none */
    bool is_cell;    /* "per cell", in so many words */
    double area_km2; /* it is per so much area; 0 = per cell */
    enum unit_time time;
};

enum unit_calendar { UNIT_STANDARD, UNIT_365_DAYS, UNIT_366_DAYS, UNIT_360_DAYS };

/** Reads a unit. @return ERR_INPUT with the rule; ERR_OK. */
enum err unit_parse(const char *text, struct unit *out, struct why *why) MUST_CHECK;
/** Do both say the same where both say something? Element and gas count only where both name them.
 */
bool unit_agrees(const struct unit *file, const struct unit *manifest);

/** CF's name of a calendar; false when it is none that is known. */
bool unit_calendar_of(const char *name, enum unit_calendar *out);
/** Days of a year, or of one month (1..12) of it. */
int unit_days(enum unit_calendar calendar, int year, int month);

/** Tonnes of the gas in one unit over the period (times km2 where area_km2 > 0).
 *  @param gas  "CO2", "CH4" ...; the element's mass is raised to it by 44/12, 16/12 or 44/28.
 *  @return ERR_INPUT when the element and the gas do not go together. */
enum err unit_mass_t(const struct unit *u, const char *gas, enum unit_calendar calendar, int year,
                     int month, double *out, struct why *why) MUST_CHECK;

#endif
