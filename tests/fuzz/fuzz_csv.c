/* fuzz_csv.c - a table's bytes as every table of an inventory: refused with a place and a reason,
 * or text without control bytes, as many fields in each row, and values within their ranges.
 * Written out with quotes around everything it is read as the same. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cli/import/table/csv.h"
#include "cli/import/table/tables.h"
#include "fuzz.h"
#include "fuzz_said.h"
#include "fuzz_file.h"

#define ARENA_BYTES ((size_t)16 << 20)

static void check_table(const struct csv *t)
{
    check(t->row_count > 0 && t->column_count > 0 && t->column_count <= CSV_MAX_COLUMNS);
    for (long row = 0; row < t->row_count; row++)
        check(t->lines[row] > (row == 0 ? 1 : t->lines[row - 1]));
    for (long i = 0; i < t->row_count * t->column_count; i++) {
        check(strlen(t->cells[i]) <= CSV_MAX_FIELD_BYTES);
        check_text(t->cells[i], "\t\r\n");
    }
}

static void check_values(const struct csv *t)
{
    static struct issues issues;
    struct csv_column column = {.name = t->names[0], .index = 0};
    for (long row = 0; row < t->row_count; row++) {
        issues.count = 0;
        double number = csv_double(t, row, &column, -90, 90, true, &issues);
        check(issues.count == 1 ? isnan(number) : fabs(number) <= 90);
        issues.count = 0;
        int64_t whole = csv_int(t, row, &column, 1750, 2200, &issues);
        check(whole >= 1750 && whole <= 2200);
        check(issues.count == 1 || whole == strtol(csv_cell(t, row, &column), NULL, 10));
    }
}

/* Nothing is passed over: without a quote in it, a file is its fields and what is between them. */
static void check_whole(const struct csv *t, const uint8_t *data, size_t size)
{
    size_t fields = 0, breaks = 0;
    if (memchr(data, '"', size) != NULL)
        return;
    for (int i = 0; i < t->column_count; i++)
        fields += strlen(t->names[i]) + 1;
    for (long i = 0; i < t->row_count * t->column_count; i++)
        fields += strlen(t->cells[i]) + 1;
    for (size_t i = 0; i + 1 < size; i++)
        breaks += data[i] == '\r' && data[i + 1] == '\n';
    size_t mark = size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    check(fields + breaks + mark == size);
}

static void write_field(struct buf *b, const char *field, bool is_last)
{
    buf_add_char(b, '"');
    for (const char *c = field; *c != '\0'; c++) {
        if (*c == '"')
            buf_add_char(b, '"');
        buf_add_char(b, *c);
    }
    buf_add_str(b, is_last ? "\"\r\n" : "\",");
}

static void write_table(struct buf *b, const struct csv *t)
{
    for (int i = 0; i < t->column_count; i++)
        write_field(b, t->names[i], i + 1 == t->column_count);
    for (long i = 0; i < t->row_count * t->column_count; i++)
        write_field(b, t->cells[i], (i + 1) % t->column_count == 0);
}

static void check_again(const struct csv *first, struct arena *arena)
{
    static struct issues issues;
    struct csv again;
    struct why why = {.code = ERR_OK};
    struct buf b;
    issues.count = 0;
    buf_init(&b, CSV_MAX_BYTES);
    write_table(&b, first);
    check(!b.failed);
    check(csv_read(fuzz_file(b.data, b.len), "again.csv", arena, &issues, &again, &why) == ERR_OK);
    check(issues.count == 0 && again.row_count == first->row_count &&
          again.column_count == first->column_count);
    for (int i = 0; i < first->column_count; i++)
        check(strcmp(first->names[i], again.names[i]) == 0);
    for (long i = 0; i < first->row_count * first->column_count; i++)
        check(strcmp(first->cells[i], again.cells[i]) == 0);
    buf_fini(&b);
}

/* ---- the tables of an inventory ------------------------------------------------------------- */

static bool is_within(double value, double low, double high)
{
    return value >= low && value <= high;
}

static bool is_unknown_or(double value, double low, double high)
{
    return isnan(value) || is_within(value, low, high);
}

static void check_totals(const struct tables *t)
{
    for (int i = 0; i < t->total_count; i++) {
        const struct total *of = &t->totals[i];
        check(of->year >= 1750 && of->year <= 2200 && of->month >= 0 && of->month <= 12);
        check(is_within(of->mass_t, 0, 1e15) && is_unknown_or(of->uncertainty_pct, 0, 1000));
        check(strchr(of->sector, ':') != NULL && of->gas[0] != '\0' && of->method[0] != '\0');
        check(of->at.row > 1);
    }
}

static void check_points(const struct tables *t)
{
    for (int i = 0; i < t->point_count; i++) {
        const struct point *of = &t->points[i];
        check(is_within(of->lon, -180, 180) && is_within(of->lat, -90, 90));
        check(of->has_mass ? is_within(of->mass_t, 0, 1e15) : is_within(of->weight, 0, 1));
        check(is_unknown_or(of->cell_lon, -180, 180) && is_unknown_or(of->cell_lat, -90, 90));
        check(isnan(of->cell_lon) == isnan(of->cell_lat));
        check(of->code[0] != '\0' && strchr(of->sector, ':') != NULL && of->gas[0] != '\0');
    }
}

static void check_places(const struct tables *t)
{
    for (int i = 0; i < t->area_count; i++) {
        const struct area *of = &t->areas[i];
        check(of->code[0] != '\0' && of->level >= 0 && of->level <= 2);
        check(of->mask_value >= 0 && (isnan(of->area_km2) || of->area_km2 >= 0));
    }
    for (int i = 0; i < t->statistic_count; i++) {
        const struct statistic *of = &t->statistics[i];
        check(of->code[0] != '\0' && of->year >= 1750 && of->year <= 2200);
        check((isnan(of->population) || of->population >= 0) && (isnan(of->gdp) || of->gdp >= 0));
    }
}

static void check_profiles(const struct tables *t)
{
    for (int i = 0; i < t->profile_count; i++) {
        double sum = 0;
        for (int month = 0; month < 12; month++)
            sum += t->profiles[i].share[month];
        check(fabs(sum - 1) <= 1e-6);
    }
}

typedef enum err read_tables(const struct manifest *m, struct arena *arena, struct issues *issues,
                             struct tables *out, struct why *why);

static void read_as(read_tables *read, const struct manifest *m,
                    void (*judge)(const struct tables *))
{
    static struct issues issues;
    struct arena arena;
    struct tables t = {0};
    struct why why = {.code = ERR_OK};
    issues.count = 0;
    arena_init(&arena, ARENA_BYTES);
    enum err e = read(m, &arena, &issues, &t, &why);
    check_issues(&issues);
    if (e != ERR_OK)
        check_why(&why, e);
    else if (issues.count == 0)
        judge(&t);
    arena_fini(&arena);
}

static void read_as_each(const char *path)
{
    struct manifest_file file = {.name = "t.csv", .path = path}, *files[] = {&file};
    struct manifest_totals totals = {
        .file = &file, .unit = "kt", .tonnes_per_unit = 1e3, .scheme = "IPCC2006"};
    struct manifest m = {.name = "m.json", .totals_count = 1, .totals = &totals};
    read_as(tables_totals, &m, check_totals);
    m = (struct manifest){.name = "m.json", .points = {.file = &file}};
    read_as(tables_points, &m, check_points);
    m.points = (struct manifest_points){.file = &file, .unit = "kt", .tonnes_per_unit = 1e3};
    read_as(tables_points, &m, check_points);
    m = (struct manifest){.name = "m.json", .districts = {.areas = &file}};
    read_as(tables_areas, &m, check_places);
    m.districts = (struct manifest_districts){.population_count = 1, .populations = files};
    read_as(tables_statistics, &m, check_places);
    m.districts = (struct manifest_districts){.statistics_count = 1, .statistics = files};
    read_as(tables_statistics, &m, check_places);
    m = (struct manifest){.name = "m.json", .profiles = {.file = &file}};
    read_as(tables_profiles, &m, check_profiles);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct issues issues;
    struct arena arena;
    struct csv t;
    struct why why = {.code = ERR_OK};
    issues.count = 0;
    arena_init(&arena, ARENA_BYTES);
    enum err e = csv_read(fuzz_file(data, size), "t.csv", &arena, &issues, &t, &why);
    check_issues(&issues);
    if (e != ERR_OK) {
        check_why(&why, e);
    } else if (issues.count == 0) {
        check_table(&t);
        check_whole(&t, data, size);
        check_values(&t);
        check_again(&t, &arena); /* writes over the file */
    }
    arena_fini(&arena);
    read_as_each(fuzz_file(data, size));
    return 0;
}
