#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "fixture_catalog.h"

static struct catalog *cat;

static int set_up(void **state)
{
    (void)state;
    cat = fixture_catalog_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_unref(cat);
    return 0;
}

static void finds_every_code(void **state)
{
    (void)state;
    for (int i = 0; i < cat->gas_count; i++)
        assert_int_equal(catalog_gas(cat, cat->gases[i].code), i);
    for (int i = 0; i < cat->sector_count; i++)
        assert_int_equal(catalog_sector(cat, cat->sectors[i].code), i);
    for (int i = 0; i < cat->district_count; i++)
        assert_int_equal(catalog_district(cat, cat->districts[i].code), i);
    for (int i = 0; i < cat->gwp_set_count; i++)
        assert_int_equal(catalog_gwp_set(cat, cat->gwp_sets[i].code), i);
    for (int i = 0; i < cat->field_count; i++)
        assert_int_equal(catalog_field_of_id(cat, cat->fields[i].id), i);
    assert_int_equal(catalog_grid_of_id(cat, 7), 0);
    assert_int_equal(catalog_gas(cat, "co2"), FIX_CO2);
    assert_int_equal(catalog_sector(cat, "1.A.1"), FIX_1A1);
}

static void finds_nothing_else(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",          "A",     "ZZZ",      "CO",  "CO22",
                                        "IPCC2006:", "1.A.9", "1.a.1",    ":",   "uz",
                                        "17032066",  "AR5",   "ar5-100 ", "\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(catalog_gas(cat, wrong[i]), -1);
        assert_int_equal(catalog_sector(cat, wrong[i]), -1);
        assert_int_equal(catalog_district(cat, wrong[i]), -1);
        assert_int_equal(catalog_gwp_set(cat, wrong[i]), -1);
    }
    char long_code[4000];
    memset(long_code, '1', sizeof long_code);
    long_code[sizeof long_code - 1] = '\0';
    assert_int_equal(catalog_gas(cat, long_code), -1);
    assert_int_equal(catalog_sector(cat, long_code), -1);
    assert_int_equal(catalog_field_of_id(cat, 11), -1);
    assert_int_equal(catalog_field_of_id(cat, INT64_MIN), -1);
    assert_int_equal(catalog_grid_of_id(cat, 8), -1);
}

static void an_empty_catalog_answers_no(void **state)
{
    (void)state;
    struct catalog *empty = catalog_new();
    bool pinned = false;
    int release = 0;
    assert_int_equal(catalog_gas(empty, "CO2"), -1);
    assert_int_equal(catalog_sector(empty, "1"), -1);
    assert_null(catalog_stat(empty, 0, 2022));
    assert_int_equal(catalog_release(empty, "demo", &release, &pinned, NULL), ERR_NOT_FOUND);
    catalog_unref(empty);
    catalog_unref(NULL);
}

static void within_follows_parents(void **state)
{
    (void)state;
    assert_true(catalog_sector_within(cat, FIX_1A1, FIX_1A1));
    assert_true(catalog_sector_within(cat, FIX_1A1, FIX_1));
    assert_false(catalog_sector_within(cat, FIX_1, FIX_1A1));
    assert_false(catalog_sector_within(cat, FIX_3A1, FIX_1));
    assert_true(catalog_district_within(cat, FIX_1703206, FIX_UZ));
    assert_false(catalog_district_within(cat, FIX_1706, FIX_1703));
    assert_true(catalog_sector_is_lulucf(cat, FIX_3B1));
    assert_false(catalog_sector_is_lulucf(cat, FIX_3A1));
    assert_true(catalog_sector_is_memo(cat, FIX_1A3AI));
    assert_false(catalog_sector_is_memo(cat, FIX_1A));
}

/* The database does not forbid it, so a look-up must end. */
static void a_cycle_of_parents_ends(void **state)
{
    (void)state;
    struct sector loop[] = {{"X:1", 1, {0}, false, false}, {"X:2", 0, {0}, false, false}};
    struct catalog *c = catalog_new();
    c->sectors = loop;
    c->sector_count = 2;
    assert_false(catalog_sector_within(c, 0, 5));
    assert_false(catalog_sector_is_memo(c, 0));
    catalog_unref(c);
}

static void gwp_by_origin(void **state)
{
    (void)state;
    assert_true(catalog_gwp_value(cat, FIX_AR5_100, FIX_CH4, ORIGIN_FOSSIL) == 28);
    assert_true(catalog_gwp_value(cat, FIX_AR5_100, FIX_CH4, ORIGIN_NONFOSSIL) == 28);
    assert_true(catalog_gwp_value(cat, FIX_AR6_100, FIX_CH4, ORIGIN_FOSSIL) == 29.8);
    assert_true(catalog_gwp_value(cat, FIX_AR6_100, FIX_CH4, ORIGIN_NONFOSSIL) == 27);
    assert_true(catalog_gwp_value(cat, FIX_AR6_100, FIX_CH4, ORIGIN_NA) == 27.9);
    assert_true(catalog_gwp_value(cat, FIX_AR6_100, FIX_N2O, ORIGIN_FOSSIL) == 273);
    assert_true(isnan(catalog_gwp_value(cat, FIX_AR6_100, FIX_SF6, ORIGIN_NA)));
    assert_true(isnan(catalog_gwp_value(cat, -1, FIX_CO2, ORIGIN_NA)));
    assert_true(isnan(catalog_gwp_value(cat, 2, FIX_CO2, ORIGIN_NA)));
}

static void stats_by_year(void **state)
{
    (void)state;
    assert_true(catalog_stat(cat, FIX_1703, 2022)->population == 3200000);
    assert_true(catalog_stat(cat, FIX_UZ, 2022)->gdp == 1e9);
    assert_null(catalog_stat(cat, FIX_1703, 2020));
    assert_null(catalog_stat(cat, FIX_1706, 2022));
}

static void slices_of_a_year(void **state)
{
    (void)state;
    int first = -1, end = -1;
    catalog_slices_of_year(cat, FIX_DEMO_1_10, 2022, &first, &end);
    assert_int_equal(first, 2);
    assert_int_equal(end, 9);
    catalog_slices_of_year(cat, FIX_DEMO_1_10, 2019, &first, &end);
    assert_int_equal(first, end);
    catalog_slices_of_year(cat, FIX_DEMO_1_2, 2022, &first, &end);
    assert_int_equal(end - first, 1);
}

static void releases_by_slug_and_version(void **state)
{
    (void)state;
    int release = -1;
    bool pinned = true;
    assert_int_equal(catalog_release(cat, "demo", &release, &pinned, NULL), ERR_OK);
    assert_int_equal(release, FIX_DEMO_1_10);
    assert_false(pinned);
    assert_int_equal(catalog_release(cat, "demo@1.2.0", &release, &pinned, NULL), ERR_OK);
    assert_int_equal(release, FIX_DEMO_1_2);
    assert_true(pinned);
    struct why why = {0};
    assert_int_equal(catalog_release(cat, "demo@1.3.0", &release, &pinned, NULL), ERR_GONE);
    assert_int_equal(catalog_release(cat, "demo@", &release, &pinned, &why), ERR_NOT_FOUND);
    assert_string_equal(why.allowed, "demo@1.2.0, demo, demo@1.10.0, other, other@0.1.0");
    assert_int_equal(release, FIX_DEMO_1_2);
    static const char *const wrong[] = {"", "@", "demo@1.2", "Demo", "demo@1.2.0 ", "1.2.0"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(catalog_release(cat, wrong[i], &release, &pinned, NULL), ERR_NOT_FOUND);
}

static void withdrawn_releases_say_why(void **state)
{
    (void)state;
    int release = -1;
    bool pinned = true;
    struct why why = {0};
    assert_int_equal(catalog_release(cat, "demo@1.3.0", &release, &pinned, &why), ERR_GONE);
    assert_string_equal(why.reason,
                        "This release was withdrawn by its publisher: a factor was wrong");
    why = (struct why){0};
    assert_int_equal(catalog_release(cat, "past@0.1.0", &release, &pinned, &why), ERR_GONE);
    assert_string_equal(why.reason, "This release was withdrawn by its publisher.");
    /* of this slug all are withdrawn; "pas" is none */
    assert_int_equal(catalog_release(cat, "past", &release, &pinned, NULL), ERR_GONE);
    assert_int_equal(catalog_release(cat, "pas", &release, &pinned, NULL), ERR_NOT_FOUND);
    assert_int_equal(catalog_release(cat, "past@", &release, &pinned, NULL), ERR_NOT_FOUND);
}

static void releases_have_neighbours_of_their_slug(void **state)
{
    (void)state;
    assert_int_equal(catalog_release_neighbour(cat, FIX_DEMO_1_2, -1), -1);
    assert_int_equal(catalog_release_neighbour(cat, FIX_DEMO_1_2, 1), FIX_DEMO_1_10);
    assert_int_equal(catalog_release_neighbour(cat, FIX_DEMO_1_10, -1), FIX_DEMO_1_2);
    assert_int_equal(catalog_release_neighbour(cat, FIX_DEMO_1_10, 1), -1); /* another slug */
    assert_int_equal(catalog_release_neighbour(cat, FIX_OTHER, 1), -1);
}

static void versions_are_numbers(void **state)
{
    (void)state;
    assert_true(catalog_version_compare("1.2.0", "1.10.0") < 0);
    assert_true(catalog_version_compare("2.0.0", "1.99.99") > 0);
    assert_int_equal(catalog_version_compare("1.2.3", "1.2.3"), 0);
    assert_true(catalog_version_compare("1.2.3", "1.2.4") < 0);
    assert_int_equal(catalog_version_compare("", "0.0.0"), 0);
}

static void counts_references(void **state)
{
    (void)state;
    struct catalog *again = catalog_ref(cat);
    assert_ptr_equal(again, cat);
    assert_int_equal(cat->references, 2);
    catalog_unref(again);
    assert_int_equal(cat->references, 1);
}

static void words_go_both_ways(void **state)
{
    (void)state;
    enum lang lang;
    enum flow flow;
    enum origin origin;
    for (int i = 0; i < LANG_COUNT; i++)
        assert_true(lang_parse(lang_word((enum lang)i), &lang) && (int)lang == i);
    for (int i = 0; i < 3; i++) {
        assert_true(flow_parse(flow_word((enum flow)i), &flow) && (int)flow == i);
        assert_true(origin_parse(origin_word((enum origin)i), &origin) && (int)origin == i);
    }
    assert_false(lang_parse("EN", &lang));
    assert_false(flow_parse("", &flow));
    assert_false(origin_parse("fossil ", &origin));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_code),
        cmocka_unit_test(finds_nothing_else),
        cmocka_unit_test(an_empty_catalog_answers_no),
        cmocka_unit_test(within_follows_parents),
        cmocka_unit_test(a_cycle_of_parents_ends),
        cmocka_unit_test(gwp_by_origin),
        cmocka_unit_test(stats_by_year),
        cmocka_unit_test(slices_of_a_year),
        cmocka_unit_test(releases_by_slug_and_version),
        cmocka_unit_test(withdrawn_releases_say_why),
        cmocka_unit_test(releases_have_neighbours_of_their_slug),
        cmocka_unit_test(versions_are_numbers),
        cmocka_unit_test(counts_references),
        cmocka_unit_test(words_go_both_ways),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
