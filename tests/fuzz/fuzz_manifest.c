/* fuzz_manifest.c - a manifest beside files it may name: refused with a key and a reason, or what a
 * release is made of, as docs/import.md says it. Written by jansson it is read as the same. */
#include <ftw.h>
#include <jansson.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/import/manifest/manifest.h"
#include "fuzz.h"
#include "fuzz_said.h"

#define ARENA_BYTES ((size_t)16 << 20)

/* ---- a folder with a manifest's files ------------------------------------------------------- */

static char folder[64];

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *at)
{
    (void)about;
    (void)kind;
    (void)at;
    return remove(path);
}

static void remove_folder(void)
{
    (void)nftw(folder, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
}

static const char *path_of(const char *name)
{
    static char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *to = fopen(path_of(name), "wbe");
    if (to == NULL || fwrite(bytes, 1, size, to) != size || fclose(to) != 0)
        abort();
}

/* What lies in them nobody looks at here. */
static void make_folder(void)
{
    static const char *const names[] = {"a.csv", "b.csv", "SHA256SUMS", "a.tif",  "b.tif",
                                        "a.nc",  "a.asc", "a.geojson",  "a.gpkg", "a.shp",
                                        "a.shx", "a.dbf", "a.prj",      "a.txt"};
    if (folder[0] != '\0')
        return;
    snprintf(folder, sizeof folder, "%s",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm/fuzz-XXXXXX" : "/tmp/fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL)
        abort();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        write_file(names[i], names[i], strlen(names[i]));
    (void)atexit(remove_folder);
}

/* ---- what a manifest that was accepted is ---------------------------------------------------- */

static bool is_within(double value, double low, double high)
{
    return value >= low && value <= high;
}

static bool is_unknown_or(double value, double low, double high)
{
    return isnan(value) || is_within(value, low, high);
}

static void check_files(const struct manifest *m)
{
    check(m->file_count >= 0 && m->file_count <= 64);
    for (int i = 0; i < m->file_count; i++) {
        const struct manifest_file *f = m->files[i];
        check(strncmp(f->path, folder, strlen(folder)) == 0 && strstr(f->path, "/../") == NULL);
        check(strlen(f->sha256) == DIGEST_HEX_SIZE - 1);
    }
}

static void check_release(const struct manifest *m)
{
    const struct manifest_release *r = &m->release;
    if (m->is_boundaries)
        return;
    size_t len = strlen(r->slug);
    check(len >= 1 && len <= 63 && r->slug[0] != '-');
    check(strspn(r->slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == len);
    check(r->version[0] != '\0' && strspn(r->version, "0123456789.") == strlen(r->version));
    for (int i = 0; i < LANG_COUNT; i++)
        check(r->title[i] != NULL && r->title[i][0] != '\0');
    check(m->totals_count + m->grid_count + m->feature_count > 0);
}

static void check_period(int year, int month)
{
    check(year >= 1750 && year <= 2200 && month >= 0 && month <= 12);
}

static void check_grids(const struct manifest *m)
{
    for (int i = 0; i < m->grid_count; i++) {
        const struct manifest_grid *g = &m->grids[i];
        check_period(g->year, g->month);
        check(g->file != NULL && g->sector[0] != '\0' && g->gas[0] != '\0');
        check(is_unknown_or(g->uncertainty_pct, 0, 1000));
        check(g->provenance >= 0 && g->provenance < m->provenance_count);
        check(g->raster.select_count >= 0 && g->raster.select_count <= RASTER_MAX_SELECTS);
        check(!g->raster.has_extent || (g->raster.extent[0] < g->raster.extent[2] &&
                                        g->raster.extent[1] < g->raster.extent[3]));
    }
}

static void check_tables(const struct manifest *m)
{
    for (int i = 0; i < m->totals_count; i++) {
        const struct manifest_totals *t = &m->totals[i];
        check(t->file != NULL && t->scheme[0] != '\0');
        check(t->tonnes_per_unit == 1 || t->tonnes_per_unit == 1e3 || t->tonnes_per_unit == 1e6);
        check(t->provenance >= 0 && t->provenance < m->provenance_count);
    }
    for (int i = 0; i < m->control_count; i++) {
        check_period(m->controls[i].year, 0);
        check(is_within(m->controls[i].mass_t, 0, 1e15) && m->controls[i].gas[0] != '\0');
    }
    check(m->points.file == NULL || !m->points.take_nearest || m->points.max_distance_km >= 0);
    for (int i = 0; i < m->crosswalk_count; i++)
        check(m->crosswalks[i].file != NULL);
}

static void check_features(const struct manifest *m)
{
    for (int i = 0; i < m->feature_count; i++) {
        const struct manifest_features *f = &m->features[i];
        check(f->layer.file != NULL && f->masses_count > 0);
        check(f->provenance >= 0 && f->provenance < m->provenance_count);
        for (int k = 0; k < f->masses_count; k++)
            check(f->masses[k].column[0] != '\0' &&
                  (f->masses[k].year == 0 || is_within(f->masses[k].year, 1750, 2200)));
    }
    check(m->grid.nx == 0 || (m->grid.dx_deg > 0 && m->grid.dy_deg > 0 && m->grid.nx > 0 &&
                              m->grid.ny > 0 && is_within(m->grid.x0_deg, -180, 180)));
}

static void check_manifest(const struct manifest *m)
{
    check_files(m);
    check_release(m);
    check_grids(m);
    check_tables(m);
    check_features(m);
}

static void check_same(const struct manifest *a, const struct manifest *b)
{
    check(a->file_count == b->file_count && a->grid_count == b->grid_count);
    check(a->totals_count == b->totals_count && a->feature_count == b->feature_count);
    check(a->proxy_count == b->proxy_count && a->control_count == b->control_count);
    check(a->is_boundaries == b->is_boundaries && a->grid.nx == b->grid.nx);
    if (!a->is_boundaries)
        check(strcmp(a->release.slug, b->release.slug) == 0 &&
              strcmp(a->release.title[0], b->release.title[0]) == 0);
    for (int i = 0; i < a->grid_count; i++)
        check(a->grids[i].year == b->grids[i].year && a->grids[i].month == b->grids[i].month &&
              strcmp(a->grids[i].sector, b->grids[i].sector) == 0);
    for (int i = 0; i < a->control_count; i++)
        check(a->controls[i].mass_t == b->controls[i].mass_t);
}

/* @return false when it was refused. */
static bool read_manifest(struct arena *arena, struct manifest *m)
{
    static struct issues issues;
    struct why why = {.code = ERR_OK};
    issues.count = 0;
    enum err e = manifest_read(path_of("manifest.json"), arena, &issues, m, &why);
    check_issues(&issues);
    if (e != ERR_OK)
        check_why(&why, e);
    return e == ERR_OK && issues.count == 0;
}

/* In another order and with other blanks. */
static void check_again(const struct manifest *first, const uint8_t *data, size_t size,
                        struct arena *arena)
{
    struct manifest again;
    json_t *tree = json_loadb((const char *)data, size, 0, NULL);
    char *text = tree == NULL ? NULL : json_dumps(tree, JSON_SORT_KEYS | JSON_INDENT(3));
    json_decref(tree);
    check(text != NULL);
    write_file("manifest.json", text, strlen(text));
    free(text);
    check(read_manifest(arena, &again));
    check_same(first, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct manifest m;
    make_folder();
    write_file("manifest.json", data, size);
    arena_init(&arena, ARENA_BYTES);
    if (read_manifest(&arena, &m)) {
        check_manifest(&m);
        check_again(&m, data, size, &arena);
    }
    arena_fini(&arena);
    return 0;
}
