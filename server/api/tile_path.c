#include "api/tile_path.h"

#include <string.h>

enum err tile_path_refuse(const char *form, struct why *why)
{
    why_set(why, ERR_INPUT, "tile", "This is no address of a tile.");
    why_allow(why, "%s", form);
    return ERR_INPUT;
}

enum err tile_path_row(const char *file, const char *suffix, const char *form, char row[16],
                       struct why *why)
{
    size_t digits = strspn(file, "0123456789");
    if (digits == 0 || digits >= 16 || strcmp(file + digits, suffix) != 0)
        return tile_path_refuse(form, why);
    memcpy(row, file, digits);
    row[digits] = '\0';
    return ERR_OK;
}

enum err tile_path_read(const char *z, const char *x, const char *y, const char *form,
                        struct tile *out, struct why *why)
{
    enum err e = tile_parse(z, x, y, out);
    if (e == ERR_NOT_FOUND) {
        why_set(why, e, "tile", "There is no such tile.");
        why_allow(why, "z from 0 to %d, x and y from 0 to 2^z - 1", TILE_MAX_ZOOM);
        return e;
    }
    return e == ERR_OK ? ERR_OK : tile_path_refuse(form, why);
}
