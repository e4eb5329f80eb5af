/* part_file.h - a file that is FILE.part until it is whole, and then FILE: at no time half of it.
 *
 * What a killed export left is taken over; two exports to one file are kept apart by a lock.
 */
#ifndef CLI_EXPORT_PART_FILE_H
#define CLI_EXPORT_PART_FILE_H

#include <stdio.h>

#include "base/err.h"

#define PART_PATH_BYTES 4096

struct part_file {
    char path[PART_PATH_BYTES];   /* FILE.part */
    char folder[PART_PATH_BYTES]; /* it lies in */
    const char *target;           /* borrowed */
    FILE *file;                   /* empty, open for writing */
};

/** @param may_replace  an existing FILE.
 *  @return ERR_CONFLICT when FILE is there, or another export writes it; ERR_IO. */
enum err part_file_open(struct part_file *p, const char *target, bool may_replace,
                        struct why *why) MUST_CHECK;
/** Makes it FILE when all went well; else removes it. @return `so_far`, or ERR_IO. */
enum err part_file_end(struct part_file *p, enum err so_far, struct why *why) MUST_CHECK;

#endif
