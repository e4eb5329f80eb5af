#include "cli/import/table/checksums.h"

#include <string.h>

#include "cli/import/table/file_text.h"

/* "<64 hex>  <name>" per line, as sha256sum writes it. The sum of `name`, or NULL. */
static const char *listed(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *line = text; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (n == 66 + len && memcmp(line + 66, name, len) == 0) {
            return line;
        }
        line += n + (line[n] == '\n');
    }
    return NULL;
}

enum err checksums_verify(const struct manifest *m, struct arena *arena, struct issues *issues,
                          struct why *why)
{
    if (m->checksums == NULL) {
        return ERR_OK;
    }
    char *text;
    size_t len;
    enum err e =
        file_text_read(m->checksums->path, m->checksums->name, 1 << 20, arena, &text, &len, why);
    if (e != ERR_OK) {
        return e;
    }
    for (int i = 0; i < m->file_count; i++) {
        const struct manifest_file *file = m->files[i];
        if (file == m->checksums) {
            continue;
        }
        const char *sum = listed(text, file->name);
        if (sum == NULL) {
            issues_add(
                issues, (struct place){.file = m->checksums->name, .column = file->name},
                "has no checksum here; write the file again with sha256sum over every file of the "
                "manifest");
        } else if (memcmp(sum, file->sha256, 64) != 0) {
            issues_add(issues, (struct place){.file = file->name, .value = file->sha256},
                       "its SHA-256 is not the one in %s; take the file from its source again, or "
                       "renew the "
                       "checksums when the change was meant",
                       m->checksums->name);
        }
    }
    return ERR_OK;
}
