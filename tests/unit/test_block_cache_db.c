/* test_block_cache_db.c - the block cache over a real database: ranges, absence, bounds, threads.
 *
 * With FLUXGRID_TEST_RATES=1 it also prints how many blocks a second arrive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fixture_database.h"
#include "store/block_cache.h"

#define MIB ((size_t)1 << 20)

static const char *database;
static struct conn *db;
static int64_t area, plants;

static int set_up(void **state)
{
    (void)state;
    db = conn_new(database, "fluxgrid_server", 5000);
    area = fixture_database_ask("SELECT id FROM fluxgrid.field WHERE name = 'area'");
    plants = fixture_database_ask("SELECT id FROM fluxgrid.field WHERE name = 'plants'");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    conn_free(db);
    return 0;
}

static struct block_range blocks_of(int64_t field, int32_t level, int32_t bx0, int32_t bx1,
                                    int32_t by0, int32_t by1)
{
    return (struct block_range){
        .field_id = field, .level = level, .bx0 = bx0, .bx1 = bx1, .by0 = by0, .by1 = by1};
}

static struct block_range whole(int64_t field)
{
    return blocks_of(field, 0, 0, 1, 0, 1);
}

static enum err get(struct block_cache *c, struct block_range r, struct block **out,
                    struct why *why)
{
    return block_cache_get(c, db, r, clock_ms() + 60000, out, why);
}

static void unref_all(struct block **blocks, int n)
{
    for (int i = 0; i < n; i++)
        block_unref(blocks[i]);
}

static void fills_a_range_row_by_row(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *b[4];
    struct block_cache_stats stats;
    assert_int_equal(get(c, whole(area), b, NULL), ERR_OK);
    assert_int_equal(b[0]->count, 4096);
    assert_true(b[0]->cells[0] == 1 && b[0]->cells[4095] == 1);
    assert_true(b[1]->count == 0 && b[1]->cells == NULL && b[2]->cells == NULL);
    assert_true(b[1]->bx == 1 && b[1]->by == 0 && b[2]->bx == 0 && b[2]->by == 1);
    assert_int_equal(b[3]->count, 1);
    assert_true(b[3]->cells[0] == 2.5f && isnan(b[3]->cells[1]));
    unref_all(b, 4);
    conn_free(db); /* the second time nobody asks the database */
    db = conn_new("host=/nonexistent", NULL, 0);
    assert_int_equal(get(c, whole(area), b, NULL), ERR_OK);
    assert_true(b[3]->cells[0] == 2.5f);
    unref_all(b, 4);
    block_cache_stats(c, &stats);
    assert_true(stats.hits == 4 && stats.misses == 4 && stats.blocks == 4);
    block_cache_free(c);
}

static void mixes_what_is_cached_with_what_is_not(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *one, *b[4];
    assert_int_equal(get(c, blocks_of(area, 0, 1, 1, 1, 1), &one, NULL), ERR_OK);
    assert_int_equal(get(c, whole(area), b, NULL), ERR_OK);
    assert_ptr_equal(b[3], one);
    assert_int_equal(b[0]->count, 4096);
    unref_all(b, 4);
    block_unref(one);
    struct block *p[4];
    assert_int_equal(get(c, whole(plants), p, NULL), ERR_OK);
    assert_true(p[0]->count == 2 && p[0]->cells[325] == 0.75f && p[3]->count == 0);
    unref_all(p, 4);
    block_cache_free(c);
}

/* One statement for all: what is cached of one field is not asked for again with the others'. */
static void several_fields_come_together(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block_cache_stats stats;
    struct block *one, *b[8];
    const int64_t both[] = {plants, area};
    assert_int_equal(get(c, blocks_of(area, 0, 1, 1, 1, 1), &one, NULL), ERR_OK);
    enum err e = block_cache_get_fields(c, db, both, 2, whole(0), clock_ms() + 60000, b, NULL);
    assert_int_equal(e, ERR_OK);
    assert_true(b[0]->count == 2 && b[0]->field_id == plants && b[0]->cells[325] == 0.75f);
    assert_true(b[3]->count == 0 && b[3]->bx == 1 && b[3]->by == 1 && b[3]->field_id == plants);
    assert_true(b[4]->count == 4096 && b[4]->field_id == area && b[5]->count == 0);
    assert_ptr_equal(b[7], one);
    unref_all(b, 8);
    block_unref(one);
    block_cache_stats(c, &stats);
    assert_true(stats.hits == 1 && stats.misses == 8 && stats.blocks == 8);
    block_cache_free(c);
}

static void one_unknown_field_among_others_is_unavailable(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *b[12];
    const int64_t fields[] = {plants, 987654321, area};
    for (int round = 0; round < 2; round++) { /* also when the others are cached */
        enum err e =
            block_cache_get_fields(c, db, fields, 3, whole(0), clock_ms() + 60000, b, NULL);
        assert_int_equal(e, ERR_UNAVAILABLE);
        for (int i = 0; i < 12; i++)
            assert_null(b[i]);
        assert_int_equal(get(c, whole(area), b, NULL), ERR_OK);
        unref_all(b, 4);
    }
    block_cache_free(c);
}

/* More fields than a statement takes, and more blocks. */
static void many_fields_take_several_statements(void **state)
{
    (void)state;
    enum { MANY = 150 };
    static int64_t fields[MANY];
    static struct block *b[MANY * 16];
    fixture_database_run(
        "INSERT INTO fluxgrid.field (grid, name, sha256, kind, total, sum_sq, cells)"
        " SELECT grid, 'many', 'many-' || i, 'raster', 1, 1, 1"
        " FROM fluxgrid.field, generate_series(1, 150) i WHERE name = 'area';"
        "INSERT INTO fluxgrid.block SELECT f.id, b.level, b.bx, b.by, b.cells, b.count, b.sum,"
        " b.min, b.max FROM fluxgrid.field f, fluxgrid.block b, fluxgrid.field a"
        " WHERE f.name = 'many' AND f.id % 2 = 0 AND a.name = 'area' AND b.field = a.id");
    int64_t first = fixture_database_ask("SELECT min(id) FROM fluxgrid.field WHERE name = 'many'");
    struct block_cache *c = block_cache_new(MIB);
    for (int i = 0; i < MANY; i++)
        fields[i] = first + MANY - 1 - i;
    struct block_range r = blocks_of(0, 0, 0, 3, 0, 3);
    enum err e = block_cache_get_fields(c, db, fields, MANY, r, clock_ms() + 60000, b, NULL);
    assert_int_equal(e, ERR_OK);
    for (int i = 0; i < MANY; i++) {
        struct block **own = b + (ptrdiff_t)i * 16;
        assert_true(own[0]->field_id == fields[i] && own[0]->count == (fields[i] % 2 ? 0 : 4096));
        assert_true(own[5]->count == (fields[i] % 2 ? 0 : 1) && own[15]->count == 0);
    }
    unref_all(b, MANY * 16);
    block_cache_free(c);
    fixture_database_run("DELETE FROM fluxgrid.field WHERE name = 'many'");
}

/* ---- rows ------------------------------------------------------------------------------- */

/* Two by two blocks whose cells are their number in the field: row * 128 + column. */
static int64_t make_ramp(void)
{
    fixture_database_run(
        "INSERT INTO fluxgrid.field (grid, name, sha256, kind, total, sum_sq, cells)"
        " SELECT id, 'ramp', 'ramp', 'raster', 1, 1, 1 FROM fluxgrid.grid;"
        "INSERT INTO fluxgrid.block (field, level, bx, by, cells, count, sum, min, max)"
        " SELECT f.id, 0, bx, by, (SELECT fluxgrid.block_pack(array_agg(i),"
        "   array_agg((by * 64 + i / 64) * 128.0 + bx * 64 + i % 64))"
        "   FROM generate_series(0, 4095) i), 4096, 1, 0, 1"
        " FROM fluxgrid.field f, generate_series(0, 1) bx, generate_series(0, 1) by"
        " WHERE f.name = 'ramp'");
    return fixture_database_ask("SELECT id FROM fluxgrid.field WHERE name = 'ramp'");
}

static void drop_ramp(void)
{
    fixture_database_run("DELETE FROM fluxgrid.field WHERE name = 'ramp'");
}

static struct block_range rows_of(int64_t field, int32_t from, int32_t to)
{
    return (struct block_range){field, 0, 0, 1, from / GRID_BLOCK, (to - 1) / GRID_BLOCK, from, to};
}

/* Are exactly these rows of the block there, and right? */
static bool is_ramp(const struct block *b, int32_t from, int32_t to)
{
    bool is_right = b->row_from == from && b->row_to == to && b->count == 4096;
    for (int32_t i = from * GRID_BLOCK; is_right && i < to * GRID_BLOCK; i++)
        is_right = b->cells[i] == (float)((b->by * 64 + i / 64) * 128 + b->bx * 64 + i % 64);
    return is_right;
}

static void the_rows_that_are_wanted_come_first_and_the_block_second(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block_cache_stats stats;
    struct block *b[4];
    int64_t ramp = make_ramp();
    assert_int_equal(get(c, rows_of(ramp, 70, 73), b, NULL), ERR_OK);
    assert_true(is_ramp(b[0], 6, 9) && is_ramp(b[1], 6, 9));
    unref_all(b, 2);
    assert_int_equal(get(c, rows_of(ramp, 71, 72), b, NULL), ERR_OK);
    assert_true(is_ramp(b[0], 6, 9)); /* which hold these */
    block_cache_stats(c, &stats);
    assert_true(stats.hits == 2 && stats.misses == 2 && stats.blocks == 2);
    struct block *both[4];
    assert_int_equal(get(c, rows_of(ramp, 73, 74), both, NULL), ERR_OK);
    assert_true(is_ramp(both[0], 0, 64) && is_ramp(both[1], 0, 64));
    assert_true(is_ramp(b[0], 6, 9)); /* a reference is good */
    unref_all(both, 2);
    unref_all(b, 2);
    assert_int_equal(get(c, rows_of(ramp, 60, 70), b, NULL), ERR_OK); /* of two rows of blocks */
    assert_true(is_ramp(b[0], 60, 64) && is_ramp(b[1], 60, 64));
    assert_true(is_ramp(b[2], 0, 64) && is_ramp(b[3], 0, 64));
    unref_all(b, 4);
    assert_int_equal(get(c, whole(ramp), b, NULL), ERR_OK);
    for (int i = 0; i < 4; i++)
        assert_true(is_ramp(b[i], 0, 64));
    unref_all(b, 4);
    block_cache_stats(c, &stats);
    assert_true(stats.blocks == 4 && stats.evictions == 0);
    block_cache_free(c);
    drop_ramp();
}

/* Stored as they are or compressed, there or not; the few that are known do not make all whole. */
static void rows_of_several_fields(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *b[12];
    int64_t ramp = make_ramp();
    const int64_t all[] = {ramp, area, plants};
    assert_int_equal(get(c, rows_of(ramp, 1, 2), b, NULL), ERR_OK);
    unref_all(b, 2);
    struct block_range r = rows_of(0, 3, 67);
    assert_int_equal(block_cache_get_fields(c, db, all, 3, r, clock_ms() + 60000, b, NULL), ERR_OK);
    assert_true(is_ramp(b[0], 3, 64) && is_ramp(b[3], 0, 3));
    assert_true(b[4]->row_from == 3 && b[4]->cells[3 * 64] == 1 && b[4]->cells[4095] == 1);
    assert_true(b[7]->row_to == 3 && b[7]->cells[0] == 2.5f && isnan(b[7]->cells[191]));
    assert_true(b[8]->cells[325] == 0.75f && b[8]->count == 2 && b[11]->count == 0);
    unref_all(b, 12);
    fixture_database_run("UPDATE fluxgrid.block SET count = 127 WHERE count = 4096 AND level = 0");
    block_cache_clear(c);
    assert_int_equal(get(c, rows_of(ramp, 1, 2), b, NULL), ERR_OK); /* 64 of 127 */
    unref_all(b, 2);
    block_cache_clear(c);
    assert_int_equal(get(c, rows_of(ramp, 1, 3), b, NULL), ERR_INTERNAL); /* 128 of 127 */
    fixture_database_run("UPDATE fluxgrid.block SET count = 4096 WHERE count = 127");
    block_cache_free(c);
    drop_ramp();
}

static void overviews_are_other_blocks(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *b;
    assert_int_equal(get(c, blocks_of(area, 1, 0, 0, 0, 0), &b, NULL), ERR_OK);
    assert_true(b->level == 1 && b->cells[0] == 4);
    block_unref(b);
    assert_int_equal(get(c, blocks_of(area, 15, 0, 0, 0, 0), &b, NULL), ERR_OK);
    assert_int_equal(b->count, 0);
    block_unref(b);
    block_cache_free(c);
}

/* On a standby that is behind, an absent field must not be remembered as empty. */
static void an_unknown_field_is_unavailable_not_empty(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *b[4] = {NULL};
    struct block_cache_stats stats;
    struct why why = {0};
    assert_int_equal(get(c, whole(987654321), b, &why), ERR_UNAVAILABLE);
    for (int i = 0; i < 4; i++)
        assert_null(b[i]);
    block_cache_stats(c, &stats);
    assert_int_equal(stats.blocks, 0);
    block_cache_free(c);
}

static void a_failure_keeps_no_reference(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *one, *b[4];
    assert_int_equal(get(c, blocks_of(area, 0, 0, 0, 0, 0), &one, NULL), ERR_OK);
    conn_free(db);
    db = conn_new("host=/nonexistent", NULL, 0);
    assert_int_equal(get(c, whole(area), b, NULL), ERR_UNAVAILABLE);
    assert_int_equal(one->references, 2); /* ours and the cache's */
    block_unref(one);
    assert_int_equal(get(c, blocks_of(area, 0, 0, 200, 0, 200), b, NULL), ERR_TOO_LARGE);
    block_cache_free(c);
}

static void damaged_blocks_are_refused(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(MIB);
    struct block *b[4];
    struct why why = {0};
    fixture_database_run("UPDATE fluxgrid.block SET count = count + 1 WHERE bx = 1 AND level = 0");
    assert_int_equal(get(c, whole(area), b, &why), ERR_INTERNAL);
    assert_non_null(strstr(why.reason, "block"));
    fixture_database_run("UPDATE fluxgrid.block SET count = count - 1 WHERE bx = 1 AND level = 0");
    assert_int_equal(get(c, whole(area), b, NULL), ERR_OK);
    unref_all(b, 4);
    block_cache_free(c);
}

static void memory_is_bounded_and_the_oldest_go(void **state)
{
    (void)state;
    struct block_cache *c = block_cache_new(16 * 17000); /* one block for each shard */
    struct block_cache_stats stats;
    struct block *kept[4], *b[4];
    assert_int_equal(get(c, whole(area), kept, NULL), ERR_OK);
    for (int level = 0; level < 16; level++) {
        for (int32_t at = 0; at < 64; at += 2) {
            struct block_range r = blocks_of(area, level, at, at + 1, at, at + 1);
            assert_int_equal(get(c, r, b, NULL), ERR_OK);
            unref_all(b, 4);
        }
    }
    block_cache_stats(c, &stats);
    assert_true(stats.bytes <= 16 * 17000);
    assert_true(kept[0]->cells[9] == 1); /* evicted or not, a reference is good */
    unref_all(kept, 4);
    block_cache_free(c);
    c = block_cache_new(0);
    assert_int_equal(get(c, whole(area), b, NULL), ERR_OK);
    assert_int_equal(b[0]->count, 4096);
    unref_all(b, 4);
    block_cache_stats(c, &stats);
    assert_true(stats.blocks == 0 && stats.bytes == 0 && stats.evictions == 4);
    block_cache_free(c);
}

struct crowd {
    struct block_cache *cache;
    int64_t field;
    int wrong;
};

static void *read_blocks(void *arg)
{
    struct crowd *crowd = arg;
    struct conn *own = conn_new(database, "fluxgrid_server", 5000);
    for (int i = 0; i < 1500; i++) {
        struct block *b[4];
        int64_t field = i % 3 ? area : plants;
        if (block_cache_get(crowd->cache, own, whole(field), clock_ms() + 60000, b, NULL)) {
            __atomic_add_fetch(&crowd->wrong, 1, __ATOMIC_RELAXED);
            continue;
        }
        if (b[0]->count != (i % 3 ? 4096 : 2) || b[0]->field_id != field)
            __atomic_add_fetch(&crowd->wrong, 1, __ATOMIC_RELAXED);
        unref_all(b, 4);
    }
    conn_free(own);
    return NULL;
}

static void *read_rows(void *arg)
{
    struct crowd *crowd = arg;
    struct conn *own = conn_new(database, "fluxgrid_server", 5000);
    for (int32_t i = 0; i < 1500; i++) {
        struct block *b[4];
        struct block_range r = rows_of(crowd->field, i * 7 % 100, i * 7 % 100 + 1 + i % 20);
        int n = 2 * (r.by1 - r.by0 + 1);
        if (block_cache_get(crowd->cache, own, r, clock_ms() + 60000, b, NULL)) {
            __atomic_add_fetch(&crowd->wrong, 1, __ATOMIC_RELAXED);
            continue;
        }
        for (int k = 0; k < n; k++) {
            int32_t from = r.row_from - b[k]->by * 64, to = r.row_to - b[k]->by * 64;
            bool is_enough =
                b[k]->row_from <= (from < 0 ? 0 : from) && b[k]->row_to >= (to > 64 ? 64 : to);
            if (!is_enough || !is_ramp(b[k], b[k]->row_from, b[k]->row_to))
                __atomic_add_fetch(&crowd->wrong, 1, __ATOMIC_RELAXED);
        }
        unref_all(b, n);
    }
    conn_free(own);
    return NULL;
}

/* Four threads do the same at once. */
static void let_loose(struct crowd *crowd, void *(*what)(void *))
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, what, crowd), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void many_threads_want_rows(void **state)
{
    (void)state;
    struct crowd crowd = {.field = make_ramp()};
    for (size_t bytes = 0; bytes <= MIB; bytes += MIB) {
        crowd.cache = block_cache_new(bytes);
        let_loose(&crowd, read_rows);
        block_cache_free(crowd.cache);
    }
    assert_int_equal(crowd.wrong, 0);
    drop_ramp();
}

static void many_threads_over_a_cache_too_small(void **state)
{
    (void)state;
    struct crowd crowd = {.cache = block_cache_new(16 * 9000)};
    let_loose(&crowd, read_blocks);
    block_cache_free(crowd.cache);
    crowd.cache = block_cache_new(MIB);
    let_loose(&crowd, read_blocks);
    block_cache_free(crowd.cache);
    assert_int_equal(crowd.wrong, 0);
}

/* ---- rates ------------------------------------------------------------------------------ */

struct reading {
    struct block_cache *cache;
    struct block_range range;
    int rounds;
};

static void *read_range(void *arg)
{
    const struct reading *r = arg;
    int n = (r->range.bx1 - r->range.bx0 + 1) * (r->range.by1 - r->range.by0 + 1);
    struct conn *own = conn_new(database, "fluxgrid_server", 5000);
    struct block **b = calloc((size_t)n, sizeof(struct block *));
    for (int i = 0; b && i < r->rounds; i++) {
        if (block_cache_get(r->cache, own, r->range, clock_ms() + 60000, b, NULL))
            abort();
        unref_all(b, n);
    }
    free(b);
    conn_free(own);
    return NULL;
}

/* Two connections: with one, an idle machine measures how fast its cores wake up. */
static void print_rate(const char *what, size_t max_bytes, struct block_range range, int rounds)
{
    struct reading r = {block_cache_new(max_bytes), range, rounds};
    int n = (range.bx1 - range.bx0 + 1) * (range.by1 - range.by0 + 1);
    pthread_t threads[2];
    int64_t start = clock_us();
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_range, &r), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(clock_us() - start) / 1e6;
    printf("# %-28s %8.0f requests/s %9.0f blocks/s\n", what, 2 * rounds / seconds,
           2 * rounds * n / seconds);
    block_cache_free(r.cache);
}

static void rates(void **state)
{
    (void)state;
    fixture_database_run(
        "INSERT INTO fluxgrid.field (grid, name, sha256, kind, total, sum_sq, cells)"
        " SELECT id, 'big', repeat('d', 64), 'raster', 1, 1, 1 FROM fluxgrid.grid;"
        "INSERT INTO fluxgrid.block (field, level, bx, by, cells, count, sum, min, max)"
        " SELECT f.id, 0, x, y, b.cells, 4096, 1, 0, 1 FROM fluxgrid.field f,"
        "  generate_series(0, 15) x, generate_series(0, 15) y,"
        "  LATERAL (SELECT fluxgrid.block_pack(array_agg(i), array_agg(random())) AS cells"
        "   FROM generate_series(0, 4095) i) b WHERE f.name = 'big'");
    int64_t big = fixture_database_ask("SELECT id FROM fluxgrid.field WHERE name = 'big'");
    print_rate("1 block, from the database", 0, blocks_of(big, 0, 5, 5, 5, 5), 20000);
    print_rate("2 x 2, from the database", 0, blocks_of(big, 0, 5, 6, 5, 6), 5000);
    print_rate("8 x 8, from the database", 0, blocks_of(big, 0, 0, 7, 0, 7), 400);
    print_rate("16 x 16, from the database", 0, blocks_of(big, 0, 0, 15, 0, 15), 100);
    print_rate("1 absent, from the database", 0, blocks_of(big, 3, 5, 5, 5, 5), 20000);
    print_rate("2 x 2, cached", 64 * MIB, blocks_of(big, 0, 5, 6, 5, 6), 1000000);
    print_rate("16 x 16, cached", 64 * MIB, blocks_of(big, 0, 0, 15, 0, 15), 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fills_a_range_row_by_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mixes_what_is_cached_with_what_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_fields_come_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_unknown_field_among_others_is_unavailable, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(many_fields_take_several_statements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_rows_that_are_wanted_come_first_and_the_block_second,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_of_several_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(overviews_are_other_blocks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_field_is_unavailable_not_empty, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_failure_keeps_no_reference, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damaged_blocks_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_is_bounded_and_the_oldest_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_threads_over_a_cache_too_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_threads_want_rows, set_up, tear_down),
    };
    const struct CMUnitTest measured[] = {
        cmocka_unit_test_setup_teardown(rates, set_up, tear_down),
    };
    database = fixture_database_open();
    if (!database)
        return 0;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (getenv("FLUXGRID_TEST_RATES"))
        failed += cmocka_run_group_tests(measured, NULL, NULL);
    fixture_database_close();
    return failed;
}
