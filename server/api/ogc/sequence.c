#include "api/ogc/sequence.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum sequence_age sequence_age(const char *asked, const char *now)
{
    char *end;
    if (strcmp(asked, now) == 0) {
        return SEQUENCE_SAME;
    }
    errno = 0;
    long long theirs = strtoll(asked, &end, 10), ours = strtoll(now, NULL, 10);
    bool is_number = end != asked && strspn(asked, "0123456789") == (size_t)(end - asked) &&
                     errno == 0 && (*end == '\0' || *end == '-');
    return is_number && theirs <= ours ? SEQUENCE_EARLIER : SEQUENCE_UNKNOWN;
}
