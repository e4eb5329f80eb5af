#include "http/negotiate.h"

#include <string.h>
#include <strings.h>

/* Of "gzip;q=0.5": is the weight above zero? An unreadable one counts as zero. */
static bool has_weight(const char *params, size_t len)
{
    const char *at = memchr(params, '=', len);
    if (at == NULL) {
        return true;
    }
    const char *end = params + len;
    for (at++; at < end; at++) {
        if (*at >= '1' && *at <= '9') {
            return true;
        }
    }
    return false;
}

static size_t token_len(const char *item, size_t len)
{
    size_t n = strcspn(item, "; \t,");
    return n < len ? n : len;
}

bool negotiate_gzip(const char *accept_encoding)
{
    bool is_any_taken = false;
    if (accept_encoding == NULL) {
        return false;
    }
    for (const char *at = accept_encoding; *at != '\0';) {
        at += strspn(at, " \t,");
        size_t len = strcspn(at, ",");
        size_t name_len = token_len(at, len);
        bool is_taken = has_weight(at + name_len, len - name_len);
        if (name_len == 4 && strncasecmp(at, "gzip", 4) == 0) {
            return is_taken;
        }
        if (name_len == 1 && at[0] == '*') {
            is_any_taken = is_taken;
        }
        at += len;
    }
    return is_any_taken;
}
