#include "cli/import/raster_source.h"

enum err text_grid_open(struct raster_source *s, struct why *why)
{
    return why_set(why, ERR_INPUT, s->spec->name, "not yet; wait");
}
