/* diff_print.h - the comparison of two releases (SQL's release_diff_report) for people. */
#ifndef CLI_DIFF_PRINT_H
#define CLI_DIFF_PRINT_H

#include <stdio.h>

#include "base/err.h"

/** Prints what the document says, a few lines a section; every line begins with `indent`.
 *  Texts of a manifest are made printable, so that no input byte reaches a terminal raw.
 *  @return ERR_INTERNAL when it is no such document. */
enum err diff_print(const char *json, const char *indent, FILE *to) MUST_CHECK;

#endif
