#include "cli/import/raster/raster_missing.h"

#include <math.h>
#include <stdio.h>

static double as_stored(const struct raster_missing *m, double value)
{
    return m->is_float4 && fabs(value) <= 3.4028235677973366e38 ? (double)(float)value : value;
}

bool raster_is_missing(const struct raster_missing *m, double value)
{
    for (int i = 0; i < m->count; i++) {
        if (value == m->values[i] || (isnan(value) && isnan(m->values[i]))) {
            return true;
        }
    }
    return m->has_range && (value < m->low || value > m->high);
}

void raster_missing_add(struct raster_missing *m, double value)
{
    value = as_stored(m, value);
    for (int i = 0; i < m->count; i++) {
        if (m->values[i] == value || (isnan(value) && isnan(m->values[i]))) {
            return;
        }
    }
    if (m->count < RASTER_MISSING_MAX) {
        m->values[m->count++] = value;
    }
}

void raster_missing_range(struct raster_missing *m, double low, double high)
{
    m->has_range = true;
    m->low = as_stored(m, low);
    m->high = as_stored(m, high);
}

void raster_missing_write(const struct raster_missing *m, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < m->count && used < size; i++) {
        used +=
            (size_t)snprintf(out + used, size - used, "%s%.10g", i > 0 ? ", " : "", m->values[i]);
    }
    if (m->has_range && isfinite(m->low) && used < size) {
        used +=
            (size_t)snprintf(out + used, size - used, "%sbelow %.6g", used > 0 ? ", " : "", m->low);
    }
    if (m->has_range && isfinite(m->high) && used < size) {
        (void)snprintf(out + used, size - used, "%sabove %.6g", used > 0 ? ", " : "", m->high);
    }
}
