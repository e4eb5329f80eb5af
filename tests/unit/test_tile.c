/* Tile addresses: one spelling each. Edges: one number each, whoever asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "geo/ellipsoid.h"
#include "geo/tile.h"
#include "geo/tile_rows.h"

struct address {
    const char *z, *x, *y;
    enum err expected;
};

/* Odd numbers, each tried in all three places. */
static const struct {
    const char *text;
    enum err expected;
} odd_numbers[] = {
    {"-1", ERR_INPUT},
    {"+1", ERR_INPUT},
    {"01", ERR_INPUT},
    {"00", ERR_INPUT},
    {"-0", ERR_INPUT},
    {"1e1", ERR_INPUT},
    {"0x1", ERR_INPUT},
    {"1.0", ERR_INPUT},
    {"1,0", ERR_INPUT},
    {"1 ", ERR_INPUT},
    {" 1", ERR_INPUT},
    {"1\n", ERR_INPUT},
    {"%31", ERR_INPUT},
    {"1%20", ERR_INPUT},
    {"\xEF\xBC\x91", ERR_INPUT}, /* full-width 1 */
    {"\xD9\xA1", ERR_INPUT},     /* Arabic-Indic 1 */
    {"", ERR_INPUT},
    {"nan", ERR_INPUT},
    {"inf", ERR_INPUT},
    {"2147483647", ERR_NOT_FOUND},
    {"2147483648", ERR_NOT_FOUND},
    {"4294967295", ERR_NOT_FOUND},
    {"4294967296", ERR_NOT_FOUND},
    {"4294967297", ERR_NOT_FOUND},
    {"9223372036854775807", ERR_NOT_FOUND},
    {"9223372036854775808", ERR_NOT_FOUND},
    {"18446744073709551615", ERR_NOT_FOUND},
    {"18446744073709551616", ERR_NOT_FOUND},
    {"18446744073709551617", ERR_NOT_FOUND},
    {"10000000000000000000000000000000000000000", ERR_NOT_FOUND},
    {"99999999999999999999999999999999999999999x", ERR_INPUT},
};

static void odd_numbers_are_refused_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof odd_numbers / sizeof odd_numbers[0]; i++) {
        struct tile t = {77, 77, 77};
        const char *odd = odd_numbers[i].text;
        assert_int_equal(tile_parse(odd, "0", "0", &t), odd_numbers[i].expected);
        assert_int_equal(tile_parse("5", odd, "1", &t), odd_numbers[i].expected);
        assert_int_equal(tile_parse("5", "1", odd, &t), odd_numbers[i].expected);
        assert_int_equal(t.z, 77); /* written on success only */
    }
}

static void the_edge_of_a_zoom(void **state)
{
    (void)state;
    static const struct address table[] = {
        {"0", "0", "0", ERR_OK},
        {"0", "1", "0", ERR_NOT_FOUND},
        {"0", "0", "1", ERR_NOT_FOUND},
        {"22", "4194303", "4194303", ERR_OK},
        {"22", "4194304", "0", ERR_NOT_FOUND},
        {"23", "0", "0", ERR_NOT_FOUND},
        {"64", "0", "0", ERR_NOT_FOUND},
        {"10", "1023", "1023", ERR_OK},
        {"10", "1024", "1", ERR_NOT_FOUND},
        {"10", "1", "1024", ERR_NOT_FOUND},
        {"99", "0", "x", ERR_INPUT}, /* no address at all weighs more than no such tile */
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct tile t;
        assert_int_equal(tile_parse(table[i].z, table[i].x, table[i].y, &t), table[i].expected);
    }
}

static void every_tile_of_small_zooms_is_read(void **state)
{
    (void)state;
    for (int z = 0; z <= 6; z++) {
        for (int x = 0; x < 1 << z; x++) {
            for (int y = 0; y < 1 << z; y++) {
                char text[3][16];
                (void)snprintf(text[0], sizeof text[0], "%d", z);
                (void)snprintf(text[1], sizeof text[1], "%d", x);
                (void)snprintf(text[2], sizeof text[2], "%d", y);
                struct tile t;
                assert_int_equal(tile_parse(text[0], text[1], text[2], &t), ERR_OK);
                assert_true(t.z == z && t.x == x && t.y == y);
            }
        }
    }
}

static void close_to(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-11)) {
        fail_msg("%.17g is not %.17g", actual, expected);
    }
}

static void known_edges(void **state)
{
    (void)state;
    struct tile world = {0, 0, 0};
    close_to(tile_edge_lon_deg(world, 256, 0), -180);
    close_to(tile_edge_lon_deg(world, 256, 128), 0);
    close_to(tile_edge_lon_deg(world, 256, 256), 180);
    close_to(tile_edge_lat_deg(world, 256, 0), 85.0511287798066);
    assert_true(tile_edge_lat_deg(world, 256, 128) == 0.0);
    close_to(tile_edge_lat_deg(world, 256, 256), -85.0511287798066);
    close_to(tile_edge_lat_deg(world, 256, 64), 66.51326044311186); /* z1, y1 of the textbooks */
    close_to(tile_edge_lat_deg((struct tile){6, 44, 23}, 256, 256), 40.97989806962013);
}

/* An independent form: the inverse of the Mercator by bisection. */
static double latitude_by_bisection(double y)
{
    double low = -1.5;
    double high = 1.5;
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        if (log(tan(middle / 2 + acos(-1.0) / 4)) < y) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low * 180 / acos(-1.0);
}

static void latitudes_invert_the_mercator(void **state)
{
    (void)state;
    for (int edge = 0; edge <= 256; edge++) {
        double y = acos(-1.0) * (1 - 2 * (edge / 256.0));
        close_to(tile_edge_lat_deg((struct tile){0, 0, 0}, 256, edge), latitude_by_bisection(y));
    }
}

static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

static void same_edge(struct tile a, int size_a, int edge_a, struct tile b, int size_b, int edge_b)
{
    double lon_a = tile_edge_lon_deg(a, size_a, edge_a);
    double lon_b = tile_edge_lon_deg(b, size_b, edge_b);
    double lat_a = tile_edge_lat_deg(a, size_a, edge_a);
    double lat_b = tile_edge_lat_deg(b, size_b, edge_b);
    assert_memory_equal(&lon_a, &lon_b, sizeof lon_a);
    assert_memory_equal(&lat_a, &lat_b, sizeof lat_a);
}

static void edges_agree_to_the_last_bit(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int z = (int)random_below(TILE_MAX_ZOOM);
        struct tile t = {z, (int32_t)random_below(1u << z), (int32_t)random_below(1u << z)};
        int edge = (int)random_below(257);
        struct tile child = {z + 1, 2 * t.x + edge / 128, 2 * t.y + edge / 128};
        if (edge < 256) {
            same_edge(t, 256, edge, child, 256, 2 * (edge % 128));
        }
        same_edge(t, 256, edge, t, 512, 2 * edge);
        struct tile neighbour = {z, t.x + 1, t.y + 1};
        if (neighbour.x < 1 << z && neighbour.y < 1 << z) {
            same_edge(t, 256, 256, neighbour, 256, 0);
            same_edge(t, 300, 300, neighbour, 300, 0); /* no power of two */
        }
    }
}

static void edges_are_in_order_at_the_deepest_zoom(void **state)
{
    (void)state;
    const int32_t last = (1 << TILE_MAX_ZOOM) - 1;
    const int32_t numbers[] = {0, last / 2, last / 2 + 1, last};
    for (size_t k = 0; k < 4; k++) {
        struct tile t = {TILE_MAX_ZOOM, numbers[k], numbers[k]};
        for (int edge = 0; edge < 512; edge++) {
            assert_true(tile_edge_lon_deg(t, 512, edge) < tile_edge_lon_deg(t, 512, edge + 1));
            assert_true(tile_edge_lat_deg(t, 512, edge) > tile_edge_lat_deg(t, 512, edge + 1));
        }
    }
}

/* Asked for the first time, again, and after so many others that it was forgotten. */
static void rows_are_the_edges_whether_remembered_or_not(void **state)
{
    (void)state;
    static const int sizes[] = {256, 512, 1024, 64, 300, 257};
    double south[1025];
    for (int k = 0; k < 4000; k++) {
        int z = k % 4 == 0 ? TILE_MAX_ZOOM : k % 13;
        struct tile t = {z, 0, (int32_t)((int64_t)k * 7919 % ((int64_t)1 << z))};
        int size = sizes[k % 6];
        tile_rows_south(t, size, south);
        for (int i = 0; i <= size; i++) {
            double want = -ellipsoid_q(tile_edge_lat_deg(t, size, i));
            assert_memory_equal(&south[i], &want, sizeof want);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_numbers_are_refused_everywhere),
        cmocka_unit_test(the_edge_of_a_zoom),
        cmocka_unit_test(every_tile_of_small_zooms_is_read),
        cmocka_unit_test(known_edges),
        cmocka_unit_test(latitudes_invert_the_mercator),
        cmocka_unit_test(edges_agree_to_the_last_bit),
        cmocka_unit_test(edges_are_in_order_at_the_deepest_zoom),
        cmocka_unit_test(rows_are_the_edges_whether_remembered_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
