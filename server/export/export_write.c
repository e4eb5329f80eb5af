#include "export/export_write.h"

#include <string.h>

#include "base/clock.h"
#include "export/geotiff.h"
#include "export/netcdf.h"

static const char *const suffixes[EXPORT_FORMATS] = {"tif", "nc"};

const char *export_suffix(enum export_format format)
{
    return suffixes[format];
}

enum export_format export_format_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    int i = 0;
    while (i < EXPORT_FORMATS && (dot == NULL || strcmp(dot + 1, suffixes[i]) != 0)) {
        i++;
    }
    return (enum export_format)i;
}

enum err export_go_on(const struct export_map *m, double share, struct why *why)
{
    if (clock_ms() >= m->deadline_ms) {
        why_set(why, ERR_TIMEOUT, NULL, "This file takes longer to make than a request may take.");
        why_allow(why, "a smaller bbox, or 'fluxgrid export', which has no deadline");
        return ERR_TIMEOUT;
    }
    if (m->go_on != NULL && !m->go_on(m->context, share)) {
        return why_set(why, ERR_IO, NULL, "interrupted; nothing was written");
    }
    return ERR_OK;
}

static enum err write(const struct export_map *m, enum export_format format, struct export_out *to,
                      const char *folder, struct export_total *out, struct why *why)
{
    if (format == EXPORT_NETCDF) {
        return netcdf_write(m, to, out, why);
    }
    struct export_scratch scratch;
    enum err e = scratch_init(&scratch, folder, to->buf != NULL ? to->buf->max : 0, why);
    if (e == ERR_OK) {
        e = geotiff_write(m, &scratch, to, out, why);
    }
    scratch_fini(&scratch);
    return e;
}

enum err export_write_file(const struct export_map *m, enum export_format format, FILE *to,
                           const char *folder, struct export_total *out, struct why *why)
{
    return write(m, format, &(struct export_out){.file = to}, folder, out, why);
}

enum err export_write_memory(const struct export_map *m, enum export_format format, struct buf *to,
                             struct export_total *out, struct why *why)
{
    return write(m, format, &(struct export_out){.buf = to}, NULL, out, why);
}
