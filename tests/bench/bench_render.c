/* bench_render.c - microseconds of CPU per stage of a tile, over blocks in memory.
 *
 * `make bench-render`. Ten fields of the demonstration's shape (0.01 degree, 1730 x 860, a country
 * that fills half of its box) are rendered over random tiles of each zoom. Every tile is checked:
 * its mass against a sum over the cells where the tile holds the whole grid, and its four children
 * where both use native cells. CPU time, so that a busy machine shows the same figures.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "geo/sum.h"
#include "render/encode.h"

#define FIELDS     10
#define MAX_LEVELS 6
#define TILES      40

static const struct grid grid = {55.9, 45.7, 0.01, 0.01, 1730, 860};
static float *cells[FIELDS][MAX_LEVELS]; /* whole levels */
static struct block *blocks[FIELDS][MAX_LEVELS];
static int held;

static void die(const char *message)
{
    (void)fprintf(stderr, "bench_render: %s\n", message);
    exit(1);
}

static void *must(void *memory)
{
    if (memory == NULL)
        die("out of memory");
    return memory;
}

static double cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double uniform(void)
{
    static uint64_t state = 88172645463325252ULL; /* xorshift64, Marsaglia 2003 */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) / 9007199254740992.0;
}

/* ---- the fields --------------------------------------------------------------------------- */

static void make_native(int field)
{
    float *to = must(malloc((size_t)grid.nx * (size_t)grid.ny * sizeof *to));
    for (int r = 0; r < grid.ny; r++) {
        for (int c = 0; c < grid.nx; c++) {
            bool is_inside = abs(r * 2 - c) < 600; /* a diagonal country */
            double value = pow(uniform(), 6) * 100 + (uniform() < 0.3 ? 0.0 : 0.01);
            to[(size_t)r * (size_t)grid.nx + (size_t)c] = is_inside ? (float)value : NAN;
        }
    }
    cells[field][0] = to;
}

static void make_level(int field, int level)
{
    int nx = grid_level_nx(grid, level), ny = grid_level_ny(grid, level);
    int below_nx = grid_level_nx(grid, level - 1), below_ny = grid_level_ny(grid, level - 1);
    const float *below = cells[field][level - 1];
    float *to = must(malloc((size_t)nx * (size_t)ny * sizeof *to));
    for (int i = 0; i < nx * ny; i++) {
        double sum = 0;
        bool has = false;
        for (int k = 0; k < 4; k++) {
            int r = i / nx * 2 + k / 2, c = i % nx * 2 + k % 2;
            float v = r < below_ny && c < below_nx ? below[r * below_nx + c] : NAN;
            has = has || !isnan(v);
            sum += isnan(v) ? 0 : (double)v;
        }
        to[i] = has ? (float)sum : NAN;
    }
    cells[field][level] = to;
}

static int across(int level)
{
    return (grid_level_nx(grid, level) + GRID_BLOCK - 1) / GRID_BLOCK;
}

static void fill_block(struct block *b, int field, int level, int by, int bx)
{
    int nx = grid_level_nx(grid, level), ny = grid_level_ny(grid, level);
    b->cells = must(malloc(GRID_BLOCK_CELLS * sizeof(float)));
    for (int i = 0; i < GRID_BLOCK_CELLS; i++) {
        int r = by * GRID_BLOCK + i / GRID_BLOCK, c = bx * GRID_BLOCK + i % GRID_BLOCK;
        b->cells[i] = r < ny && c < nx ? cells[field][level][r * nx + c] : NAN;
        b->count += !isnan(b->cells[i]);
    }
}

static void make_blocks(int field, int level)
{
    int nbx = across(level);
    int nby = (grid_level_ny(grid, level) + GRID_BLOCK - 1) / GRID_BLOCK;
    struct block *list = must(calloc((size_t)(nbx * nby), sizeof *list));
    for (int i = 0; i < nbx * nby; i++)
        fill_block(&list[i], field, level, i / nbx, i % nbx);
    blocks[field][level] = list;
}

/* Stands in for store/: the blocks are all there. */
enum err block_cache_get(struct block_cache *c, struct conn *db, struct block_range r,
                         int64_t deadline_ms, struct block **out, struct why *why)
{
    (void)c, (void)db, (void)deadline_ms, (void)why;
    for (int by = r.by0; by <= r.by1; by++) {
        for (int bx = r.bx0; bx <= r.bx1; bx++) {
            *out++ = &blocks[r.field_id][r.level][by * across(r.level) + bx];
            held++;
        }
    }
    return ERR_OK;
}

enum err block_cache_get_fields(struct block_cache *c, struct conn *db, const int64_t *ids,
                                int count, struct block_range r, int64_t deadline_ms,
                                struct block **out, struct why *why)
{
    int places = (r.bx1 - r.bx0 + 1) * (r.by1 - r.by0 + 1);
    for (int i = 0; i < count; i++) {
        r.field_id = ids[i];
        (void)!block_cache_get(c, db, r, deadline_ms, out + (ptrdiff_t)i * places, why);
    }
    return ERR_OK;
}

void block_unref(struct block *b)
{
    (void)b;
    held--;
}

/* ---- the measurement ---------------------------------------------------------------------- */

enum stage { STAGE_DENSITY, STAGE_PNG, STAGE_F32, STAGE_JSON, STAGES };

struct bench {
    struct catalog catalog;
    struct field fields[FIELDS];
    struct term terms[FIELDS];
    struct combination combination;
    const struct style *style;
    struct arena arena;
    struct buf out;
    double total_t;
};

static void render(struct bench *b, struct tile t, int size_px, struct density *d)
{
    struct why why = {0};
    if (density_render(&b->catalog, &b->combination, t, size_px, NULL, NULL, 0, &b->arena, d,
                       &why) != ERR_OK)
        die(why.reason);
    if (held != 0)
        die("a block was not given back");
}

static struct tile random_tile(int z)
{
    double n = pow(2, z), lat = 37.5 + 7.5 * uniform(), lon = 56 + 17 * uniform();
    double y = (1 - asinh(tan(lat * M_PI / 180)) / M_PI) / 2;
    return (struct tile){z, (int32_t)((lon + 180) / 360 * n), (int32_t)(y * n)};
}

static enum err encode(struct bench *b, enum stage stage, const struct density *d)
{
    struct why why = {0};
    buf_reset(&b->out);
    switch (stage) {
    case STAGE_PNG:
        return encode_png(d, b->style, NULL, 0, &b->out, &why);
    case STAGE_F32:
        return encode_f32(d, &b->out);
    default:
        return encode_json(d, b->style, NULL, 0, &b->out);
    }
}

static void check_mass(struct bench *b, struct tile t, int size_px, const struct density *d)
{
    double want = b->total_t;
    if (t.z > 3 && d->level > 0)
        return;
    if (t.z > 3) {
        struct sum sum = {0};
        for (int k = 0; k < 4; k++) {
            struct density child;
            render(b, (struct tile){t.z + 1, 2 * t.x + k % 2, 2 * t.y + k / 2}, size_px, &child);
            sum_add(&sum, child.sum_t);
        }
        want = sum_value(sum);
    }
    if (fabs(d->sum_t - want) > 1e-9 * b->total_t)
        die("a tile has the wrong mass");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void bench_zoom(struct bench *b, int z, int size_px)
{
    double us[STAGES][TILES];
    double png_bytes = 0;
    int level = 0;
    for (int i = 0; i < TILES; i++) {
        struct density d;
        struct tile t = random_tile(z);
        arena_fini(&b->arena);
        double from = cpu_us();
        render(b, t, size_px, &d);
        us[STAGE_DENSITY][i] = cpu_us() - from;
        for (int s = STAGE_PNG; s < STAGES; s++) {
            from = cpu_us();
            if (encode(b, (enum stage)s, &d) != ERR_OK)
                die("a tile could not be encoded");
            us[s][i] = cpu_us() - from;
            png_bytes += s == STAGE_PNG ? (double)b->out.len / TILES : 0;
        }
        level = d.level;
        check_mass(b, t, size_px, &d);
    }
    for (int s = 0; s < STAGES; s++)
        qsort(us[s], TILES, sizeof us[s][0], by_value);
    printf("%4d %5d %5d %10.0f %10.0f %10.0f %10.0f %10.0f\n", z, size_px, level,
           us[STAGE_DENSITY][TILES / 2], us[STAGE_PNG][TILES / 2], us[STAGE_F32][TILES / 2],
           us[STAGE_JSON][TILES / 2], png_bytes);
}

static void set_up(struct bench *b, struct style_set **set)
{
    struct why why = {0};
    if (style_set_load("config/styles", set, &why) != ERR_OK)
        die(why.reason);
    struct sum total = {0};
    for (int f = 0; f < FIELDS; f++) {
        make_native(f);
        for (int level = 0; level < MAX_LEVELS; level++) {
            if (level > 0)
                make_level(f, level);
            make_blocks(f, level);
        }
        b->fields[f] = (struct field){.id = f};
        b->terms[f] = (struct term){f, 0.5 + 0.1 * f};
        for (int i = 0; i < grid.nx * grid.ny; i++)
            sum_add(&total, isnan(cells[f][0][i]) ? 0 : (0.5 + 0.1 * f) * (double)cells[f][0][i]);
    }
    b->total_t = sum_value(total);
    b->catalog = (struct catalog){
        .grid_count = 1, .grids = &grid, .field_count = FIELDS, .fields = b->fields};
    b->combination = (struct combination){.term_count = FIELDS, .terms = b->terms};
    b->style = style_find(*set, "density-inferno");
    arena_init(&b->arena, (size_t)256 << 20);
    buf_init(&b->out, (size_t)64 << 20);
}

int main(void)
{
    static struct bench b;
    struct style_set *set = NULL;
    set_up(&b, &set);
    printf("%d fields, median of %d tiles, microseconds of CPU\n", FIELDS, TILES);
    printf("%4s %5s %5s %10s %10s %10s %10s %10s\n", "zoom", "size", "level", "density", "png",
           "f32", "json", "png bytes");
    for (int z = 2; z <= 14; z += 2)
        bench_zoom(&b, z, 256);
    bench_zoom(&b, 6, 512);
    bench_zoom(&b, 10, 512);
    style_set_unref(set);
    buf_fini(&b.out);
    arena_fini(&b.arena);
    return 0;
}
