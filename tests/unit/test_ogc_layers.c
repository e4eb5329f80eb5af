/* layers.h of the OGC services: what a layer says of its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/ogc/layers.h"
#include "fixture_catalog.h"

static void times_are_years_with_their_months(void **state)
{
    (void)state;
    const int years[] = {2020, 2021, 2022};
    const unsigned months[] = {0, 1U << 1 | 1U << 12, 0};
    const struct ogc_layer l = {.year_count = 3, .years = years, .months = months};
    struct arena arena;
    arena_init(&arena, 4096);
    assert_string_equal(ogc_layer_times(&l, &arena), "2020,2021,2021-01,2021-12,2022");
    arena_fini(&arena);
}

/* A document names them for every layer of every release: what that takes must not grow with their
 * square. */
static void many_times_take_what_they_are_long(void **state)
{
    (void)state;
    enum { YEARS = 60 };
    int years[YEARS];
    unsigned months[YEARS];
    for (int i = 0; i < YEARS; i++) {
        years[i] = 1970 + i;
        months[i] = 0x1FFE;
    }
    const struct ogc_layer l = {.year_count = YEARS, .years = years, .months = months};
    struct arena arena;
    arena_init(&arena, 16384);
    const char *list = ogc_layer_times(&l, &arena);
    assert_non_null(list);
    assert_int_equal(strlen(list), YEARS * (5 + 12 * 8) - 1);
    assert_string_equal(list + strlen(list) - 16, ",2029-11,2029-12");
    arena_fini(&arena);
}

static void a_list_that_does_not_fit_is_none(void **state)
{
    (void)state;
    const int years[] = {2020, 2021, 2022};
    const unsigned months[3] = {0};
    const struct ogc_layer l = {.year_count = 3, .years = years, .months = months};
    struct arena arena;
    arena_init(&arena, 8);
    assert_null(ogc_layer_times(&l, &arena));
    arena_fini(&arena);
}

/* What /ogc/collections says of one release must not cost what all of them are. */
static void layers_of_one_release_leave_the_others_alone(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct catalog *c = fixture_catalog_new();
    struct catalog many = *c;
    struct release *releases = calloc(MANY, sizeof *releases);
    assert_non_null(releases);
    many.release_count = MANY;
    many.releases = releases;
    for (int i = 0; i < MANY; i++) {
        releases[i] = c->releases[FIX_DEMO_1_10];
    }
    struct arena arena;
    struct ogc_layer *layers = NULL;
    int count = 0;
    arena_init(&arena, 65536);
    assert_int_equal(ogc_layers_of(&many, FIX_DEMO_1_10, &arena, &layers, &count), ERR_OK);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        assert_int_equal(layers[i].release_index, FIX_DEMO_1_10);
    }
    arena_fini(&arena);
    free(releases);
    catalog_unref(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_years_with_their_months),
        cmocka_unit_test(many_times_take_what_they_are_long),
        cmocka_unit_test(layers_of_one_release_leave_the_others_alone),
        cmocka_unit_test(a_list_that_does_not_fit_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
