#include "store/param_text.h"

#include <stdio.h>

const char *param_int(struct arena *arena, int64_t value)
{
    return arena_printf(arena, "%lld", (long long)value);
}

const char *param_double(struct arena *arena, double value)
{
    return arena_printf(arena, "%.17g", value);
}

#define MAX_INT_TEXT 21 /* "-9223372036854775808," */

const char *param_int_array(struct arena *arena, const int64_t *values, int count)
{
    size_t size = (size_t)count * MAX_INT_TEXT + 3, n = 0;
    char *text = arena_alloc(arena, size, 1);
    if (!text)
        return NULL;
    text[n++] = '{';
    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%lld", i ? "," : "", (long long)values[i]);
    text[n] = '}';
    return text;
}

bool param_are_all_there(const struct param *params, int count)
{
    for (int i = 0; i < count; i++)
        if (!params[i].text)
            return false;
    return true;
}
