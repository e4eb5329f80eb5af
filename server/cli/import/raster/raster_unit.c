/* What a raster's values are: by the manifest, by the file, and never against either. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/raster/raster_internal.h"

static double area_of(enum raster_per per)
{
    switch (per) {
    case RASTER_PER_KM2:
        return 1.0;
    case RASTER_PER_HA:
        return 1e-2;
    case RASTER_PER_M2:
        return 1e-6;
    case RASTER_PER_UNIT:
    case RASTER_PER_CELL:
        break;
    }
    return 0.0;
}

static enum err apply_per(const struct raster_spec *spec, struct unit *u, struct why *why)
{
    double area_km2 = area_of(spec->per);
    if (spec->per == RASTER_PER_UNIT) {
        return ERR_OK;
    }
    bool is_other = u->area_km2 > 0 ? u->area_km2 != area_km2 : u->is_cell && area_km2 > 0;
    if (is_other) {
        return why_set(why, ERR_INPUT, spec->name,
                       "%s: \"per\" and the unit name different areas; give one of them",
                       spec->name);
    }
    u->area_km2 = area_km2;
    return ERR_OK;
}

/* The manifest's unit, or the file's; both must agree where both are understood. */
static enum err choose_unit(struct raster *r, struct unit *u, struct why *why)
{
    struct unit of_file;
    struct why unknown = {0};
    const char *name = r->spec->name;
    bool has_file_unit =
        r->source.unit[0] != '\0' && unit_parse(r->source.unit, &of_file, &unknown) == ERR_OK;
    r->is_unit_of_file = r->spec->unit[0] == '\0';
    if (r->is_unit_of_file && !has_file_unit) {
        return why_set(why, ERR_INPUT, name,
                       "%s: its unit is not stated%s%.40s%s; give \"unit\" in the manifest", name,
                       r->source.unit[0] != '\0' ? " so that it is understood ('" : "",
                       r->source.unit, r->source.unit[0] != '\0' ? "')" : "");
    }
    snprintf(r->unit_used, sizeof r->unit_used, "%s",
             r->is_unit_of_file ? r->source.unit : r->spec->unit);
    enum err e = unit_parse(r->unit_used, u, why);
    if (e == ERR_OK) {
        e = apply_per(r->spec, u, why);
    }
    if (e == ERR_OK && has_file_unit && !unit_agrees(&of_file, u)) {
        return why_set(why, ERR_INPUT, name,
                       "%s: unit = '%.40s': the file says '%.40s'; mend one of them", name,
                       r->spec->unit, r->source.unit);
    }
    return e;
}

/* Is the period as long as file and manifest say? */
static enum err check_days(struct raster *r, struct why *why)
{
    const struct raster_spec *spec = r->spec;
    r->days = unit_days(r->source.calendar, spec->year, spec->month);
    double days[] = {spec->days, r->source.covered_days};
    static const char *const who[] = {"the manifest says", "the file's values stand for"};
    for (int i = 0; i < 2; i++) {
        if (!isnan(days[i]) && fabs(days[i] - r->days) > 0.01) {
            char period[24];
            snprintf(period, sizeof period, spec->month != 0 ? "%d-%02d" : "%d", spec->year,
                     spec->month);
            return why_set(why, ERR_INPUT, spec->name,
                           "%s: %s has %d days%s, and %s %.6g; mend the year, the file's bounds or "
                           "\"days\"",
                           spec->name, period, r->days,
                           r->source.calendar == UNIT_STANDARD ? "" : " in the file's calendar",
                           who[i], days[i]);
        }
    }
    return ERR_OK;
}

enum err raster_read_unit(struct raster *r, struct why *why)
{
    r->tonnes = 1.0;
    r->is_density = area_of(r->spec->per) > 0;
    if (!r->spec->is_mass) {
        return ERR_OK;
    }
    struct unit u;
    enum err e = choose_unit(r, &u, why);
    if (e == ERR_OK) {
        e = check_days(r, why);
    }
    struct why said = {0};
    if (e == ERR_OK) {
        r->is_density = u.area_km2 > 0;
        e = unit_mass_t(&u, r->spec->gas, r->source.calendar, r->spec->year, r->spec->month,
                        &r->tonnes, &said);
    }
    if (said.reason[0] != '\0') {
        return why_set(why, e, r->spec->name, "%s: unit = '%s': %s", r->spec->name, r->unit_used,
                       said.reason);
    }
    return e;
}
