/* fuzz_crosswalk.c - a table of "crosswalks" as an inventory may bring it, over a small database of
 * codes: refused with a place and a reason, or maps of known sectors whose weights sum to 1, each
 * row in one of them. Masses that are led by them are as much as before, and none is below nothing.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cli/import/plan/crosswalk_internal.h"
#include "cli/import/table/csv.h"
#include "fuzz.h"
#include "fuzz_file.h"
#include "fuzz_said.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define MASS_T      1000.0
#define NEAR        1e-9 /* to 1, what weights may sum to */

/* ---- the database: as crosswalk_load() leaves it --------------------------------------------- */

static const char *schemes[] = {"EDGAR", "IPCC1996", "IPCC2006"};
static const char *sectors[] = {"EDGAR:RCO",        "IPCC2006:1.A",   "IPCC2006:1.A.2.f",
                                "IPCC2006:1.A.2.m", "IPCC2006:1.A.4", "IPCC2006:3.C"};
static const char *gases[] = {"CH4", "CO2", "N2O"};
static const char *members[][3] = {
    {"IPCC2006:1.A.4", NULL}, {"IPCC2006:1.A.2.f", "IPCC2006:1.A.2.m", NULL}, {NULL}};
static struct foreign_code codes[] = {
    {"EDGAR:RCO", members[0], "", false},
    {"IPCC1996:1.A.2.f", members[1], "", false},
    {"IPCC1996:7", members[2], "is a sum; give its parts", false}};

static struct crosswalk reference(struct arena *arena)
{
    static struct crosswalk_part whole = {"EDGAR:RCO", 1, ""};
    static struct crosswalk_map maps[] = {
        {.from = "EDGAR:RCO", .gas = "", .part_count = 1, .parts = &whole}};
    return (struct crosswalk){.arena = arena,
                              .scheme_count = 3,
                              .schemes = schemes,
                              .sector_count = 6,
                              .sectors = sectors,
                              .gas_count = 3,
                              .gases = gases,
                              .code_count = 3,
                              .codes = codes,
                              .map_count = 1,
                              .maps = maps};
}

/* ---- what was read ----------------------------------------------------------------------------
 */

static bool is_gas(const char *text)
{
    bool is_any = text[0] == '\0';
    for (int i = 0; i < 3; i++)
        is_any = is_any || strcmp(text, gases[i]) == 0;
    return is_any;
}

static void check_map(const struct crosswalk *x, const struct crosswalk_map *map, bool is_signed)
{
    check(crosswalk_scheme_length(map->from) > 0 && crosswalk_is_foreign(map->from));
    check(is_gas(map->gas) && map->part_count > 0 && map->at.row > 1);
    check(fabs(crosswalk_weight_sum(map) - 1) <= NEAR);
    for (int i = 0; i < map->part_count; i++) {
        const struct crosswalk_part *part = &map->parts[i];
        check(crosswalk_has_sector(x, part->sector));
        check(!crosswalk_is_foreign(part->sector) || strcmp(part->sector, map->from) == 0);
        check(part->weight > 0 || (is_signed && part->weight < 0));
        check(i == 0 || strcmp(part[-1].sector, part->sector) < 0);
        check(strcmp(crosswalk_note(x, map->from, map->gas, part->sector), part->note) == 0);
    }
}

/* @return how many rows the maps are made of. */
static long check_maps(const struct crosswalk *x, bool is_signed)
{
    static struct issues issues;
    long rows = 0;
    for (int i = 0; i < x->own_count; i++) {
        const struct crosswalk_map *map = &x->own[i];
        check_map(x, map, is_signed);
        check(crosswalk_find(x, map->from, map->gas, map->at, &issues) == map);
        rows += map->part_count;
    }
    return rows;
}

/* ---- what it leads ----------------------------------------------------------------------------
 */

/* How large the weights are that lead a code's mass: what rounding is measured by. */
static double size_of(const struct crosswalk_map *map)
{
    double size = 0;
    for (int i = 0; i < map->part_count; i++)
        size += fabs(map->parts[i].weight);
    return size;
}

static const char *gas_of(const struct crosswalk_map *map)
{
    return map->gas[0] != '\0' ? map->gas : "CO2";
}

static bool is_led(const struct crosswalk *x, struct manifest *m, struct tables *t)
{
    static struct issues issues;
    issues.count = 0;
    enum err e = crosswalk_lead(x, m, t, &issues);
    check(e == ERR_OK || e == ERR_NO_MEMORY);
    check_issues(&issues);
    return e == ERR_OK && issues.count == 0;
}

/* A total of each code. */
static void lead_totals(const struct crosswalk *x)
{
    struct total *totals = arena_alloc(x->arena, (size_t)x->own_count + 1, sizeof *totals);
    struct manifest m = {.name = "m.json"};
    struct tables t = {.total_count = x->own_count, .totals = totals};
    double size = 0, sum = 0;
    for (int i = 0; totals != NULL && i < x->own_count; i++) {
        const struct crosswalk_map *map = &x->own[i];
        size += size_of(map);
        totals[i] = (struct total){.year = 2020,
                                   .sector = map->from,
                                   .gas = gas_of(map),
                                   .fuel = "",
                                   .spatial = "",
                                   .area = "",
                                   .source = "",
                                   .mass_t = MASS_T,
                                   .at = {.file = "totals.csv", .row = i + 2}};
    }
    if (totals == NULL || !is_led(x, &m, &t))
        return;
    for (int i = 0; i < t.total_count; i++) {
        check(t.totals[i].mass_t >= 0);
        sum += t.totals[i].mass_t;
    }
    check(fabs(sum - MASS_T * x->own_count) <= 2 * NEAR * MASS_T * size);
}

/* A raster of each code. */
static void lead_grids(const struct crosswalk *x)
{
    struct manifest_grid *grids = arena_alloc(x->arena, (size_t)x->own_count + 1, sizeof *grids);
    struct manifest m = {.name = "m.json", .grid_count = x->own_count, .grids = grids};
    struct tables t = {0};
    double share = 0;
    for (int i = 0; grids != NULL && i < x->own_count; i++)
        grids[i] = (struct manifest_grid){.item = i,
                                          .label = "",
                                          .sector = x->own[i].from,
                                          .gas = gas_of(&x->own[i]),
                                          .share = 1,
                                          .part_of = -1};
    if (grids == NULL || !is_led(x, &m, &t))
        return;
    for (int i = 0; i < m.grid_count; i++) {
        check(m.grids[i].share > 0 && m.grids[i].part_of < x->own_count);
        share += m.grids[i].share;
    }
    check(fabs(share - x->own_count) <= 2 * NEAR * x->own_count);
}

static void read_table(const char *path, bool is_signed)
{
    static struct issues issues;
    struct arena arena;
    struct why why = {.code = ERR_OK};
    struct manifest_file file = {.name = "shares.csv", .path = path};
    struct manifest_crosswalk of = {.file = &file, .is_signed = is_signed};
    struct manifest m = {.name = "m.json", .crosswalk_count = 1, .crosswalks = &of};
    issues.count = 0;
    arena_init(&arena, ARENA_BYTES);
    struct crosswalk x = reference(&arena);
    enum err e = crosswalk_read(&m, &x, &issues, &why);
    check_issues(&issues);
    if (e != ERR_OK && e != ERR_NO_MEMORY) {
        check_why(&why, e);
    } else if (e == ERR_OK && issues.count == 0) {
        struct csv csv;
        long rows = check_maps(&x, is_signed);
        if (csv_read(path, "shares.csv", &arena, &issues, &csv, &why) == ERR_OK)
            check(csv.row_count == rows);
        lead_totals(&x);
        lead_grids(&x);
    }
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    read_table(path, false);
    read_table(path, true);
    return 0;
}
