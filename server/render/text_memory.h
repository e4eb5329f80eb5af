/* text_memory.h - FreeType's memory: it crashes when it is refused some in the midst of a glyph.
 *
 * What malloc refuses comes out of a reserve, and is noted; who draws then refuses the picture.
 */
#ifndef RENDER_TEXT_MEMORY_H
#define RENDER_TEXT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_SYSTEM_H

#define TEXT_RESERVE_BYTES ((size_t)256 * 1024)

struct text_memory {
    struct FT_MemoryRec_ library; /* what FreeType is given; its user is this struct */
    char *reserve;
    size_t used;
    bool has_failed; /* malloc refused something */
};

/** @return false = no memory for the reserve. */
bool text_memory_init(struct text_memory *m);
/** Whatever FreeType had of it must have been given back. */
void text_memory_fini(struct text_memory *m);

#endif
