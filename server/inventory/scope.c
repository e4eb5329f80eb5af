#include "inventory/scope.h"

#include <string.h>

static bool is_about(const struct catalog *c, int release, int country)
{
    if (release < 0 || c->releases[release].country_count == 0)
        return true;
    const struct release *r = &c->releases[release];
    for (int i = 0; i < r->country_count; i++) {
        if (r->countries[i] == country)
            return true;
    }
    return false;
}

bool scope_has(const struct catalog *c, int release, int district)
{
    while (c->districts[district].parent >= 0)
        district = c->districts[district].parent;
    return is_about(c, release, district);
}

int scope_country(const struct catalog *c, int release)
{
    int found = -1;
    for (int i = 0; i < c->district_count; i++) {
        if (c->districts[i].level != 0 || !is_about(c, release, i))
            continue;
        if (found >= 0)
            return -1;
        found = i;
    }
    return found;
}

/* Each part only grows, so that the sum never comes back to a number it had. */
int64_t scope_boundaries(const struct catalog *c, int release)
{
    int64_t sum = 0;
    for (int i = 0; i < c->district_count; i++) {
        if (c->districts[i].level == 0 && is_about(c, release, i))
            sum += c->districts[i].revision;
    }
    return sum;
}

void scope_box(const struct catalog *c, int release, double box[4])
{
    static const double world[] = {-180, -85.0511287798066, 180, 85.0511287798066};
    double found[4] = {180, 90, -180, -90};
    for (int i = 0; i < c->district_count; i++) {
        const struct district *of = &c->districts[i];
        if (!scope_has(c, release, i))
            continue;
        found[0] = of->west < found[0] ? of->west : found[0];
        found[1] = of->south < found[1] ? of->south : found[1];
        found[2] = of->east > found[2] ? of->east : found[2];
        found[3] = of->north > found[3] ? of->north : found[3];
    }
    memcpy(box, found[0] <= found[2] ? found : world, sizeof found);
}
