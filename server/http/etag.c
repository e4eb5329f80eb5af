#include "http/etag.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"

static void format_tag(const char hex[DIGEST_HEX_SIZE], enum coding coding, char out[ETAG_SIZE])
{
    (void)snprintf(out, ETAG_SIZE, "\"%.32s%s\"", hex, coding == CODING_GZIP ? "-gz" : "");
}

void etag_of_key(const char *key, enum coding coding, char out[ETAG_SIZE])
{
    static const char build[] = "\n" FLUXGRID_BUILD_ID;
    char hex[DIGEST_HEX_SIZE] = "";
    struct digest *d = digest_new();
    if (d == NULL) {
        out[0] = '\0'; /* no memory: no tag rather than a wrong one */
        return;
    }
    digest_add(d, key, strlen(key));
    digest_add(d, build, sizeof build - 1);
    digest_hex(d, hex);
    digest_free(d);
    format_tag(hex, coding, out);
}

static const char *skip_blank(const char *at)
{
    return at + strspn(at, " \t,");
}

bool etag_is_any(const char *if_none_match)
{
    const char *at = skip_blank(if_none_match);
    return at[0] == '*' && *skip_blank(at + 1) == '\0';
}

bool etag_matches(const char *if_none_match, const char *etag)
{
    size_t len = strlen(etag);
    const char *at = skip_blank(if_none_match);
    while (len > 0 && *at != '\0') {
        if (at[0] == 'W' && at[1] == '/') {
            at += 2;
        }
        const char *close = at[0] == '"' ? strchr(at + 1, '"') : NULL;
        if (close == NULL) {
            return false;
        }
        if ((size_t)(close + 1 - at) == len && memcmp(at, etag, len) == 0) {
            return true;
        }
        at = skip_blank(close + 1);
    }
    return false;
}
