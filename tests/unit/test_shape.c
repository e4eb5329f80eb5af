/* Is a shape sound, and who has the point on the border? Against a count that knows no sweep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "geo/shape.h"

#define RING_MAX 16

struct ring {
    int n; /* positions, closed */
    int x[RING_MAX], y[RING_MAX];
    int part, number;
};

static uint64_t seed;

static int draw(int n)
{
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return (int)((seed >> 33) % (uint64_t)n);
}

static void build(struct shape *s, const struct ring *rings, int count)
{
    shape_init(s, 1000);
    for (int r = 0; r < count; r++) {
        assert_int_equal(shape_begin_ring(s, rings[r].part, rings[r].number), ERR_OK);
        for (int i = 0; i < rings[r].n; i++)
            assert_int_equal(shape_add(s, 60 + rings[r].x[i] / 8.0, 40 + rings[r].y[i] / 8.0),
                             ERR_OK);
    }
}

static enum shape_fault fault_of(const struct ring *rings, int count)
{
    struct shape s;
    enum shape_fault fault;
    struct shape_place where[2];
    build(&s, rings, count);
    assert_int_equal(shape_check(&s, &fault, where), ERR_OK);
    for (int i = 0; i < 2 && fault != SHAPE_SOUND; i++) {
        assert_true(where[i].ring < s.ring_count);
        assert_true(where[i].position < s.rings[where[i].ring].count);
    }
    shape_fini(&s);
    return fault;
}

/* ---- the oracle ---- */

static int twice_area(const struct ring *r)
{
    int sum = 0;
    for (int i = 1; i < r->n; i++)
        sum += r->x[i - 1] * r->y[i] - r->x[i] * r->y[i - 1];
    return sum;
}

static int turn(const int a[2], const int b[2], const int c[2])
{
    int v = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    return (v > 0) - (v < 0);
}

static bool is_any_crossing(const struct ring *rings, int count)
{
    int edges[64][2][2], n = 0;
    for (int r = 0; r < count; r++) {
        for (int i = 1; i < rings[r].n; i++, n++)
            memcpy(
                edges[n],
                (int[2][2]){{rings[r].x[i - 1], rings[r].y[i - 1]}, {rings[r].x[i], rings[r].y[i]}},
                sizeof edges[n]);
    }
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++) {
            const int(*a)[2] = (const int(*)[2])edges[i], (*b)[2] = (const int(*)[2])edges[k];
            if (turn(a[0], a[1], b[0]) * turn(a[0], a[1], b[1]) < 0 &&
                turn(b[0], b[1], a[0]) * turn(b[0], b[1], a[1]) < 0)
                return true;
        }
    }
    return false;
}

static int winding(const struct ring *r, double x, double y)
{
    int count = 0;
    int way = (twice_area(r) < 0) == (r->number > 0) ? 1 : -1;
    for (int i = 1; i < r->n; i++) {
        int y0 = r->y[i - 1], y1 = r->y[i];
        if ((y0 <= y) == (y1 <= y))
            continue;
        double at = r->x[i - 1] + (y - y0) / (y1 - y0) * (r->x[i] - r->x[i - 1]);
        if (at > x)
            count += y1 > y0 ? way : -way;
    }
    return count;
}

/* The least and the most times that ground is covered, of places a 61st apart. */
static void cover_of(const struct ring *rings, int count, int size, int *least, int *most)
{
    *least = *most = 0;
    for (int i = 0; i < size * 61; i++) {
        for (int k = 0; k < size * 61; k++) {
            int cover = 0;
            for (int r = 0; r < count; r++)
                cover += winding(&rings[r], (i + 0.437) / 61, (k + 0.519) / 61);
            *least = cover < *least ? cover : *least;
            *most = cover > *most ? cover : *most;
        }
    }
}

static struct ring random_ring(int size, int most)
{
    struct ring r = {.n = 4 + draw(most)};
    for (int i = 0; i < r.n - 1; i++) {
        r.x[i] = draw(size + 1);
        r.y[i] = draw(size + 1);
    }
    r.x[r.n - 1] = r.x[0];
    r.y[r.n - 1] = r.y[0];
    return r;
}

static void random_rings_are_judged_rightly(void **state)
{
    (void)state;
    int sound = 0, faulty = 0;
    seed = 20260;
    for (int i = 0; i < 4000; i++) {
        struct ring rings[3];
        int count = 1 + draw(3);
        bool is_flat = false;
        for (int r = 0; r < count; r++) {
            rings[r] = random_ring(3, 4);
            rings[r].part = draw(2) ? r : 0;
            rings[r].number = rings[r].part == r ? 0 : r;
            is_flat = is_flat || twice_area(&rings[r]) == 0;
        }
        enum shape_fault fault = fault_of(rings, count);
        bool crosses = is_any_crossing(rings, count);
        if (is_flat || crosses) {
            assert_int_not_equal(fault, SHAPE_SOUND);
            continue;
        }
        int least, most;
        cover_of(rings, count, 3, &least, &most);
        assert_true(fault == SHAPE_SOUND || fault == SHAPE_TWICE || fault == SHAPE_BELOW);
        assert_int_equal(fault == SHAPE_SOUND, least == 0 && most <= 1);
        sound += fault == SHAPE_SOUND;
        faulty += fault != SHAPE_SOUND;
    }
    assert_true(sound > 700 && faulty > 100);
}

static const struct ring square = {5, {0, 8, 8, 0, 0}, {0, 0, 8, 8, 0}, 0, 0};

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    const struct ring bow = {5, {0, 8, 8, 0, 0}, {0, 8, 0, 8, 0}, 0, 0};
    const struct ring twice = {9, {0, 8, 8, 0, 0, 8, 8, 0, 0}, {0, 0, 8, 8, 0, 0, 8, 8, 0}, 0, 0};
    const struct ring line = {4, {0, 4, 8, 0}, {0, 4, 8, 0}, 0, 0};
    const struct ring apart[2] = {square, {5, {9, 11, 11, 9, 9}, {0, 0, 2, 2, 0}, 0, 1}};
    const struct ring inside[2] = {square, {5, {2, 4, 4, 2, 2}, {2, 2, 4, 4, 2}, 1, 0}};
    assert_int_equal(fault_of(&square, 1), SHAPE_SOUND);
    assert_int_equal(fault_of(&bow, 1), SHAPE_CROSSES);
    assert_int_equal(fault_of(&twice, 1), SHAPE_TWICE);
    assert_int_equal(fault_of(&line, 1), SHAPE_FLAT);
    assert_int_equal(fault_of(apart, 2), SHAPE_BELOW);
    assert_int_equal(fault_of(inside, 2), SHAPE_TWICE);
}

static void what_touches_is_sound(void **state)
{
    (void)state;
    const struct ring sides[2] = {square, {5, {8, 12, 12, 8, 8}, {2, 2, 6, 6, 2}, 1, 0}};
    const struct ring corner[2] = {square, {4, {8, 12, 12, 8}, {8, 8, 12, 8}, 1, 0}};
    const struct ring hole[2] = {square, {4, {0, 4, 4, 0}, {4, 2, 6, 4}, 0, 1}};
    const struct ring along[2] = {square, {5, {0, 4, 4, 0, 0}, {2, 2, 6, 6, 2}, 0, 1}};
    const struct ring spike = {7, {0, 8, 12, 8, 8, 0, 0}, {0, 0, 0, 0, 8, 8, 0}, 0, 0};
    assert_int_equal(fault_of(sides, 2), SHAPE_SOUND);
    assert_int_equal(fault_of(corner, 2), SHAPE_SOUND);
    assert_int_equal(fault_of(hole, 2), SHAPE_SOUND);
    assert_int_equal(fault_of(along, 2), SHAPE_SOUND);
    assert_int_equal(fault_of(&spike, 1), SHAPE_SOUND);
}

static void a_heap_of_edges_is_refused_not_waited_for(void **state)
{
    (void)state;
    struct shape s;
    enum shape_fault fault;
    struct shape_place where[2];
    shape_init(&s, 100000);
    assert_int_equal(shape_begin_ring(&s, 0, 0), ERR_OK);
    assert_int_equal(shape_add(&s, 60, 40), ERR_OK);
    for (int i = 0; i < 40000; i++)
        assert_int_equal(shape_add(&s, i % 2 ? 60 : 61, 40), ERR_OK);
    assert_int_equal(shape_add(&s, 61, 41), ERR_OK);
    assert_int_equal(shape_add(&s, 60, 40), ERR_OK);
    assert_int_equal(shape_check(&s, &fault, where), ERR_OK);
    assert_int_equal(fault, SHAPE_HEAPED);
    shape_fini(&s);
}

static void a_comb_is_looked_through_quickly(void **state)
{
    (void)state;
    struct shape s;
    enum shape_fault fault;
    struct shape_place where[2];
    const int teeth = 40000; /* long, slanting, side by side: their boxes all overlap */
    shape_init(&s, 200000);
    assert_int_equal(shape_begin_ring(&s, 0, 0), ERR_OK);
    for (int i = 0; i <= teeth; i++)
        assert_int_equal(shape_add(&s, 60 + i * 1e-5 + (i % 2 ? 5 : 0), i % 2 ? 45 : 40), ERR_OK);
    assert_int_equal(shape_add(&s, 70, 39), ERR_OK);
    assert_int_equal(shape_add(&s, 60, 39), ERR_OK);
    assert_int_equal(shape_add(&s, 60, 40), ERR_OK);
    assert_int_equal(shape_check(&s, &fault, where), ERR_OK);
    assert_int_equal(fault, SHAPE_SOUND);
    shape_fini(&s);
}

static void positions_are_bounded(void **state)
{
    (void)state;
    struct shape s;
    shape_init(&s, 3);
    assert_int_equal(shape_begin_ring(&s, 0, 0), ERR_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(shape_add(&s, i, i), ERR_OK);
    assert_int_equal(shape_add(&s, 3, 3), ERR_TOO_LARGE);
    shape_fini(&s);
}

/* A square in four triangles around a place of the lattice: every place of the square's inside,
 * also on the borders, lies in exactly one. */
static void a_point_on_a_border_has_one_side(void **state)
{
    (void)state;
    seed = 3;
    for (int i = 0; i < 200; i++) {
        int x = 1 + draw(7), y = 1 + draw(7);
        for (int px = 1; px < 16; px++) {
            for (int py = 1; py < 16; py++) {
                int sides = 0;
                for (int k = 0; k < 4; k++) {
                    struct ring r = {4,
                                     {square.x[k], square.x[k + 1], x, square.x[k]},
                                     {square.y[k], square.y[k + 1], y, square.y[k]},
                                     0,
                                     0};
                    struct shape s;
                    build(&s, &r, 1);
                    sides += shape_has_point(&s, 60 + px / 16.0, 40 + py / 16.0);
                    shape_fini(&s);
                }
                assert_int_equal(sides, 1);
            }
        }
    }
}

static void a_border_belongs_to_the_north_east(void **state)
{
    (void)state;
    struct shape s;
    build(&s, &square, 1); /* 60..61, 40..41 */
    assert_true(shape_has_point(&s, 60.5, 40.5));
    assert_true(shape_has_point(&s, 60, 40) && shape_has_point(&s, 60.5, 40) &&
                shape_has_point(&s, 60, 40.5));
    assert_false(shape_has_point(&s, 61, 41) || shape_has_point(&s, 61, 40.5) ||
                 shape_has_point(&s, 60.5, 41) || shape_has_point(&s, 60, 41) ||
                 shape_has_point(&s, 61, 40));
    assert_false(shape_has_point(&s, 59.9, 40.5) || shape_has_point(&s, 170, -80));
    shape_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_rings_are_judged_rightly),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(what_touches_is_sound),
        cmocka_unit_test(a_heap_of_edges_is_refused_not_waited_for),
        cmocka_unit_test(a_comb_is_looked_through_quickly),
        cmocka_unit_test(positions_are_bounded),
        cmocka_unit_test(a_point_on_a_border_has_one_side),
        cmocka_unit_test(a_border_belongs_to_the_north_east),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
