/* reply.c - what a job says about its answer (declared in handler.h). */
#include "http/handler.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void http_reply_header(struct http_reply *r, const char *name, const char *format, ...)
{
    enum { MAX = sizeof r->header_name / sizeof r->header_name[0] };
    va_list args;
    assert(r->header_count < MAX);
    char *value = r->header_value[r->header_count];
    va_start(args, format);
    (void)snprintf(r->header_name[r->header_count], sizeof r->header_name[0], "%s", name);
    (void)vsnprintf(value, sizeof r->header_value[0], format, args);
    va_end(args);
    r->header_count++;
}
