/* tile_path.h - the z, x and y of a tile's path, refused in one voice. Pure. */
#ifndef API_TILE_PATH_H
#define API_TILE_PATH_H

#include "geo/tile.h"

/** @param form  what an address looks like, for the refusal; a static string.
 *  @return ERR_INPUT if they are no address; ERR_NOT_FOUND if no such tile is; each with what is
 *          allowed. */
enum err tile_path_read(const char *z, const char *x, const char *y, const char *form,
                        struct tile *out, struct why *why) MUST_CHECK;
/** Says that an address is none. @return ERR_INPUT */
enum err tile_path_refuse(const char *form, struct why *why);
/** "23.mvt" -> "23": the row in a file's name, up to the suffix given.
 *  @return ERR_INPUT for any other name, or a row too long to be one. */
enum err tile_path_row(const char *file, const char *suffix, const char *form, char row[16],
                       struct why *why) MUST_CHECK;

#endif
