/* json_memory.h - jansson out of memory: it neither falls over nor goes unnoticed.
 *
 * It does not always say so: its reader leaves out the byte that it has no room for and reads on.
 * Its allocations therefore pass through here: what malloc refuses is lent from a reserve, and a
 * thread may ask whether that happened to it.
 */
#ifndef BASE_JSON_MEMORY_H
#define BASE_JSON_MEMORY_H

#include <stdbool.h>

/** Puts itself between jansson and malloc. Once, before there are threads or documents. */
void json_memory_watch(void);
/** Begins to watch on this thread. */
void json_memory_begin(void);
/** Whether an allocation failed on this thread since: what was read or made then is not right. */
bool json_memory_has_failed(void);
/** Frees what json_dumps() gave. */
void json_memory_free(void *text);

#endif
