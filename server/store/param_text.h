/* param_text.h - values as the text parameters that conn_query takes. Arena memory; NULL = too
 * little. */
#ifndef STORE_PARAM_TEXT_H
#define STORE_PARAM_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/conn.h"

const char *param_int(struct arena *arena, int64_t value);
const char *param_double(struct arena *arena,
                         double value); /* shortest text that reads back equal */
const char *param_int_array(struct arena *arena, const int64_t *values, int count); /* "{1,2}" */
bool param_are_all_there(const struct param *params, int count); /* no memory ran out */

#endif
