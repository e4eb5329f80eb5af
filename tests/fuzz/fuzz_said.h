/* fuzz_said.h - what a refusal has to be: a reason that a terminal and a log can show. */
#ifndef TESTS_FUZZ_SAID_H
#define TESTS_FUZZ_SAID_H

#include <string.h>

#include "base/utf8.h"
#include "cli/import/issues.h"
#include "fuzz.h"

/* Well-formed UTF-8 without control characters, but for those of `allowed`. */
static inline void check_text(const char *text, const char *allowed)
{
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        size_t step = utf8_char_len(text + at, len - at);
        check(step >= 1 && step <= 4);
        check(!utf8_is_control(text + at) || strchr(allowed, text[at]) != NULL);
        at += step;
    }
}

static inline void check_printable(const char *text)
{
    check_text(text, "");
}

static inline void check_said(const struct why *why)
{
    check(why->code != ERR_OK && why->reason[0] != '\0');
    check_printable(why->parameter);
    check_printable(why->reason);
    check_printable(why->allowed);
    check_printable(why->kind);
}

static inline void check_why(const struct why *why, enum err e)
{
    check(why->code == e);
    check_said(why);
}

/* Each a place, a rule and what mends it. */
static inline void check_issues(const struct issues *issues)
{
    int count = issues->count < ISSUES_MAX ? issues->count : ISSUES_MAX;
    for (int i = 0; i < count; i++) {
        check_printable(issues->lines[i]);
        check(strstr(issues->lines[i], ": ") != NULL);
    }
}

#endif
