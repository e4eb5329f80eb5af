/* period.h of the OGC services: years and months as GIS clients write them, and what is neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/ogc/period.h"

static void reads_moments_and_spans(void **state)
{
    (void)state;
    static const char *const pairs[][3] = {
        {"2015", "2015", "year"},
        {"2015-01-01", "2015", "year"},
        {"2015-01-01T00:00:00.000Z", "2015", "year"},
        {"2015-01-01T00:00:00+00:00", "2015", "year"},
        {"2015-01-01/2015-12-31", "2015", "year"},
        {"2015-01-01T00:00:00Z/2016-01-01T00:00:00Z", "2015", "year"},
        {"2015-01-01T00:00:00Z/2015-01-01T00:00:00Z", "2015", "year"},
        {"2015/2015", "2015", "year"},
        {"2015-02", "2015-02", "month"},
        {"2015-02-01", "2015-02", "month"},
        {"2016-02-01/2016-02-29", "2016-02", "month"},
        {"2015-12-01T00:00:00Z/2016-01-01T00:00:00Z", "2015-12", "month"},
    };
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *period = ogc_period_of(pairs[i][0], &arena);
        assert_string_equal(period, pairs[i][1]);
        assert_string_equal(ogc_period_name(period), pairs[i][2]);
    }
    arena_fini(&arena);
}

static void leaves_the_rest_as_it_is(void **state)
{
    (void)state;
    static const char *const others[] = {
        "2015/2016",
        "2015,2016",
        "2015-01-01/2016-01-01", /* a day of the next year */
        "2015-01-01/2016-12-31",
        "2015-02-01/2015-02-29",
        "2015-02-01T00:00:00Z/2016-02-01T00:00:00Z",
        "2015-01-01T00:00:00Z/2016-01-01T00:00:01Z",
        "2015-01-01T00:00:00Z/2016-00-01T00:00:00Z",
        "2015-01-01T00:00:00+05:00",
        "2015-01-02",
        "2015-13-01",
        "2015-01-01/2015-12-31/P1D",
        "2015-01-01/",
        "/",
        "yesterday",
    };
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_string_equal(ogc_period_of(others[i], &arena), others[i]);
    }
    arena_fini(&arena);
}

static void knows_the_words_for_the_latest(void **state)
{
    (void)state;
    assert_true(ogc_period_is_latest(NULL));
    assert_true(ogc_period_is_latest("default"));
    assert_true(ogc_period_is_latest("current"));
    assert_false(ogc_period_is_latest("2022"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_moments_and_spans),
        cmocka_unit_test(leaves_the_rest_as_it_is),
        cmocka_unit_test(knows_the_words_for_the_latest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
