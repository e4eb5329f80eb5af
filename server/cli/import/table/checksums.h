/* checksums.h - are the files the ones the compiler of the data set sealed? */
#ifndef IMPORT_CHECKSUMS_H
#define IMPORT_CHECKSUMS_H

#include "cli/import/manifest/manifest.h"

/** Compares every file of the manifest with its line in the checksum file; faults are issues. */
enum err checksums_verify(const struct manifest *m, struct arena *arena, struct issues *issues,
                          struct why *why) MUST_CHECK;

#endif
