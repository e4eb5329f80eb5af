/* codes.h - the words and codes that manifests and tables share. Pure. */
#ifndef IMPORT_CODES_H
#define IMPORT_CODES_H

#include "base/arena.h"
#include "inventory/allowed.h"

#define CODES_SCHEME "IPCC2006" /* the home scheme: what a code without one means */

/* NULL-terminated, in the order of enum flow (slices are never net) and enum origin. */
extern const char *const codes_flows[];
extern const char *const codes_origins[];
/** Why a release differs from the one before: those of sql/reference/change_reason.sql. */
extern const char *const codes_change_reasons[];

/** Index of a text among NULL-terminated words; -1 when it is none of them. */
int codes_word(const char *const *words, const char *text);
/** The words as a list for people, "a, b, c". */
struct allowed codes_list(const char *const *words);

/** "1.A.1" as "IPCC2006:1.A.1"; a code with a scheme stays as it is.
 *  @return arena memory or `code` itself; NULL when the arena is full. */
const char *codes_sector(struct arena *arena, const char *scheme, const char *code);

/** Do two codes of one other scheme hold different tonnes by that scheme's own rules? A code and
 * one above it do not. NULL (a code of the home scheme) is apart from nothing. */
bool codes_are_apart(const char *a, const char *b);

#endif
