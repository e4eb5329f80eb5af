/* spare_memory.h - malloc for libraries that fall over, or leave something out, when it fails.
 *
 * jansson's reader drops the byte that it has no room for, libxml2's writer the text, and FreeType
 * crashes in the midst of a glyph. What malloc refuses them is lent from a reserve, and counted for
 * the thread: whoever asked the library for something looks at the count before and after, and when
 * it has moved refuses what it got. Safe from any thread.
 */
#ifndef BASE_SPARE_MEMORY_H
#define BASE_SPARE_MEMORY_H

#include <stddef.h>

/** As malloc() and its kin; NULL when the reserve is lent as well. All four go together. */
void *spare_malloc(size_t size);
void *spare_realloc(void *p, size_t size);
char *spare_strdup(const char *text);
void spare_free(void *p); /* also of what json_dumps() gives */

/** How often malloc refused something on this thread. */
unsigned long spare_count(void);
/** Has jansson use it. Once, before there are threads or documents. */
void spare_memory_for_json(void);

#endif
