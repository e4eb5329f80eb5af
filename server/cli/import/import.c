#include "cli/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/import/table/checksums.h"
#include "cli/import/plan/crosswalk.h"
#include "cli/import/load/load.h"
#include "cli/import/manifest/schema.h"

#define IMPORT_FORMAT                                                                              \
    "fluxgrid-import-1" /* raise when the same files would be stored differently */
#define IMPORT_ARENA_BYTES ((size_t)512 << 20)

/* What a release is: the manifest, every file it names, and how this program stores them. */
static void release_identity(const struct manifest *m, char *out)
{
    char lines[64 * (DIGEST_HEX_SIZE + 1) + 256];
    int used = snprintf(lines, sizeof lines, "%s\n%s\n", IMPORT_FORMAT, m->sha256);
    for (int i = 0; i < m->file_count; i++) {
        used += snprintf(lines + used, sizeof lines - (size_t)used, "%s\n", m->files[i]->sha256);
    }
    digest_hex_of(lines, (size_t)used, out);
}

static void print_issues(const struct issues *issues)
{
    int shown = issues->count < ISSUES_MAX ? issues->count : ISSUES_MAX;
    for (int i = 0; i < shown; i++) {
        fprintf(stderr, "%s\n", issues->lines[i]);
    }
    if (issues->count > shown) {
        fprintf(stderr, "... and %d more\n", issues->count - shown);
    }
}

/* Opened before anything is loaded: a release must not be in the database while its importer ends
 * with an error. Appending leaves a former report whole until there is another. */
static enum err open_report(const char *path, FILE **out, struct why *why)
{
    *out = path != NULL ? fopen(path, "ae") : NULL;
    if (path != NULL && *out == NULL) {
        return why_set(
            why, ERR_IO, path,
            "%s: the report cannot be written (%s); name a file in a folder that may be written to",
            path, strerror(errno));
    }
    return ERR_OK;
}

static enum err write_report(const struct report *r, FILE *to, struct why *why)
{
    struct buf json;
    buf_init(&json, REPORT_MAX_BYTES);
    enum err e = report_json(r, &json);
    if (e == ERR_OK &&
        (ftruncate(fileno(to), 0) != 0 || fprintf(to, "%s\n", json.data) < 0 || fflush(to) != 0)) {
        e = why_set(why, ERR_IO, NULL,
                    "the release is loaded, but its report cannot be written: %s", strerror(errno));
    }
    buf_fini(&json);
    return e;
}

static enum err read_and_check(const struct import_options *options, struct arena *arena,
                               struct issues *issues, struct manifest *m, struct tables *t,
                               struct why *why)
{
    enum err e = manifest_read(options->manifest, arena, issues, m, why);
    if (e == ERR_OK && issues->count == 0) {
        e = checksums_verify(m, arena, issues, why);
    }
    if (e == ERR_OK && issues->count == 0) {
        e = tables_read(m, arena, issues, t, why);
    }
    if (e == ERR_OK && issues->count == 0) {
        e = crosswalk_apply(options->database_url, m, t, arena, issues, &t->crosswalk, why);
    }
    if (e == ERR_OK && issues->count == 0) {
        e = tables_check(m, t, arena, issues, why);
    }
    if (e == ERR_OK) {
        e = crosswalk_check(m, t, arena, issues);
    }
    return e == ERR_OK ? issues_verdict(issues, why) : e;
}

static enum err load(const struct import_options *options, const struct manifest *m,
                     const struct tables *t, struct arena *arena, struct issues *issues,
                     struct report *report, struct why *why)
{
    char *sha256 = arena_alloc(arena, DIGEST_HEX_SIZE, 1); /* the report keeps it */
    if (sha256 == NULL) {
        return ERR_NO_MEMORY;
    }
    release_identity(m, sha256);
    struct progress progress;
    progress_start(&progress, 6 + m->proxy_count + m->grid_count + 6, options->is_quiet);
    const struct load_options how = {options->database_url, options->is_dry_run,
                                     options->is_publish};
    enum err e = load_release(m, t, sha256, &how, &progress, arena, issues, report, why);
    progress_end(&progress);
    return e;
}

static enum err run(const struct import_options *options, struct arena *arena,
                    struct issues *issues, struct why *why)
{
    static struct manifest m; /* large, and one import a process */
    struct tables t = {0};
    struct report report = {0};
    FILE *report_file = NULL;
    enum err e = read_and_check(options, arena, issues, &m, &t, why);
    if (e == ERR_OK) {
        e = open_report(options->report_file, &report_file, why);
    }
    if (e == ERR_OK) {
        e = load(options, &m, &t, arena, issues, &report, why);
    }
    if (e == ERR_OK) {
        report_print(&report, stdout);
        e = report_file != NULL ? write_report(&report, report_file, why) : ERR_OK;
    }
    if (report_file != NULL) {
        fclose(report_file);
    }
    return e;
}

enum err import_run(const struct import_options *options, struct why *why)
{
    struct arena arena;
    static struct issues issues;
    arena_init(&arena, IMPORT_ARENA_BYTES);
    enum err e = run(options, &arena, &issues, why);
    print_issues(&issues);
    arena_fini(&arena);
    return e;
}

enum err import_check_schema(char *const *paths, int count, struct why *why)
{
    enum err verdict = ERR_OK;
    if (count == 0) {
        fputs(schema_manifest_text, stdout);
    }
    for (int i = 0; i < count; i++) {
        struct arena arena;
        struct issues issues = {.count = 0};
        arena_init(&arena, IMPORT_ARENA_BYTES);
        enum err e = manifest_check(paths[i], &arena, &issues, why);
        print_issues(&issues);
        arena_fini(&arena);
        if (e != ERR_OK) {
            return e;
        }
        if (issues.count == 0) {
            printf("%s: valid\n", paths[i]);
        } else {
            verdict = issues_verdict(&issues, why);
        }
    }
    return verdict;
}
