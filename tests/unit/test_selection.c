#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "fixture_catalog.h"
#include "inventory/selection.h"

static struct catalog *cat;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    cat = fixture_catalog_new();
    arena_init(&arena, 1 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    catalog_unref(cat);
    return 0;
}

static struct selection everything(void)
{
    return (struct selection){.release = FIX_DEMO_1_10,
                              .flow = FLOW_EMISSION,
                              .gas = SELECTION_GAS_CO2E,
                              .gwp_set = FIX_AR5_100,
                              .year = 2022};
}

static int count_taken(const struct selection *s)
{
    int n = 0;
    for (int i = 0; i < cat->slice_count; i++)
        n += selection_takes(cat, s, &cat->slices[i]);
    return n;
}

static void layers_there_are(void **state)
{
    (void)state;
    const char **names = NULL;
    int n = 0;
    assert_int_equal(selection_layers(cat, FIX_DEMO_1_10, &arena, &names, &n), ERR_OK);
    static const char *const want[] = {"emissions-ch4", "emissions-co2", "emissions-co2e",
                                       "net-co2",       "net-co2e",      "removals-co2",
                                       "removals-co2e"};
    assert_int_equal(n, 7);
    for (int i = 0; i < n; i++) {
        enum flow flow;
        int gas;
        assert_string_equal(names[i], want[i]);
        assert_int_equal(selection_layer(cat, FIX_DEMO_1_10, names[i], &flow, &gas, NULL), ERR_OK);
        assert_string_equal(selection_layer_name(cat, flow, gas, &arena), names[i]);
    }
}

static void layers_there_are_not(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "emissions",
                                        "emission-co2",
                                        "net-ch4",
                                        "net-",
                                        "emissions-CO2",
                                        "emissions-all",
                                        "net-sf6",
                                        "emissions-co2e ",
                                        "emissions-co2-e"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        enum flow flow = FLOW_NET;
        int gas = 99;
        struct why why = {0};
        assert_int_equal(selection_layer(cat, FIX_DEMO_1_10, wrong[i], &flow, &gas, &why),
                         ERR_NOT_FOUND);
        assert_int_equal(gas, 99);
        assert_string_equal(why.allowed, "emissions-ch4, emissions-co2, emissions-co2e, net-co2, "
                                         "net-co2e, removals-co2, removals-co2e");
    }
}

static void sectors_fold_to_the_least_set(void **state)
{
    (void)state;
    int *s = NULL, n = -1;
    assert_int_equal(
        selection_sectors(cat, "3.A.1,IPCC2006:1.A.1,1.A,1.A.1,1.A", &arena, &s, &n, NULL), ERR_OK);
    assert_int_equal(n, 2);
    assert_int_equal(s[0], FIX_1A);
    assert_int_equal(s[1], FIX_3A1);
    assert_int_equal(selection_sectors(cat, "", &arena, &s, &n, NULL), ERR_OK);
    assert_int_equal(n, 0);
    assert_int_equal(selection_sectors(cat, "1.A.3.b", &arena, &s, &n, NULL), ERR_OK);
    assert_int_equal(n, 1);
}

static void wrong_sectors_are_named(void **state)
{
    (void)state;
    static const char *const wrong[] = {",",   "1.A,",  ",1.A",      "1.A,,3",
                                        "9.Z", "1.A 3", "IPCC1996:1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int *s = NULL, n = -1;
        struct why why = {0};
        assert_int_equal(selection_sectors(cat, wrong[i], &arena, &s, &n, &why), ERR_INPUT);
        assert_string_equal(why.parameter, "sector");
        assert_int_equal(n, -1);
    }
    char many[SELECTION_MAX_SECTORS * 2 + 8] = "1";
    for (int i = 0; i < SELECTION_MAX_SECTORS; i++) {
        many[1 + 2 * i] = ',';
        many[2 + 2 * i] = '1';
    }
    int *s = NULL, n = -1;
    assert_int_equal(selection_sectors(cat, many, &arena, &s, &n, NULL), ERR_INPUT);
}

static void years_there_are(void **state)
{
    (void)state;
    int year = 0;
    struct why why = {0};
    assert_int_equal(selection_year(cat, FIX_DEMO_1_10, "2021", &year, NULL), ERR_OK);
    assert_int_equal(year, 2021);
    assert_int_equal(selection_year(cat, FIX_DEMO_1_10, "2020", &year, &why), ERR_NOT_FOUND);
    assert_string_equal(why.allowed, "2021..2022");
    static const char *const wrong[] = {"",      "22",  "02022", "+2022",
                                        "2022 ", "2e3", "0000",  "20222"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(selection_year(cat, FIX_DEMO_1_10, wrong[i], &year, NULL), ERR_INPUT);
    assert_int_equal(selection_latest_year(cat, FIX_DEMO_1_10), 2022);
    assert_int_equal(selection_latest_year(cat, FIX_OTHER), 2020);
}

static void years_with_a_gap_are_listed_as_runs(void **state)
{
    (void)state;
    static const int years[] = {1990, 1990, 2000, 2001, 2002, 2010};
    struct slice slices[6];
    struct release release = {.first_slice = 0, .slice_count = 6};
    struct catalog *c = catalog_new();
    for (int i = 0; i < 6; i++)
        slices[i] = (struct slice){.year = years[i]};
    c->slices = slices;
    c->slice_count = 6;
    c->releases = &release;
    c->release_count = 1;
    struct why why = {0};
    int year = 0;
    assert_int_equal(selection_year(c, 0, "1991", &year, &why), ERR_NOT_FOUND);
    assert_string_equal(why.allowed, "1990, 2000..2002, 2010");
    catalog_unref(c);
}

static void totals_leave_memo_items_out(void **state)
{
    (void)state;
    struct selection s = everything();
    int memo[] = {FIX_1A3AI}, energy[] = {FIX_1}, both[] = {FIX_1A3AI, FIX_3};
    assert_int_equal(count_taken(&s), 5);
    s.sector_count = 1;
    s.sectors = energy;
    assert_int_equal(count_taken(&s), 4);
    s.sectors = memo;
    assert_int_equal(count_taken(&s), 1);
    s.sectors = both;
    s.sector_count = 2;
    assert_int_equal(count_taken(&s), 2);
}

static void flow_gas_and_lulucf_select(void **state)
{
    (void)state;
    struct selection s = everything();
    s.flow = FLOW_NET;
    assert_int_equal(count_taken(&s), 6);
    s.lulucf = LULUCF_EXCLUDE;
    assert_int_equal(count_taken(&s), 5);
    s = everything();
    s.flow = FLOW_REMOVAL;
    assert_int_equal(count_taken(&s), 1);
    s = everything();
    s.gas = FIX_CH4;
    assert_int_equal(count_taken(&s), 2);
    s.gas = SELECTION_ALL_GASES;
    assert_int_equal(count_taken(&s), 5);
    s.month = 3;
    assert_int_equal(count_taken(&s), 0);
    s = everything();
    s.release = FIX_DEMO_1_2;
    assert_int_equal(count_taken(&s), 1);
}

static void text_is_canonical(void **state)
{
    (void)state;
    struct selection s = everything();
    int sectors[] = {FIX_1A1, FIX_3};
    assert_string_equal(selection_text(cat, &s, &arena),
                        "demo@1.10.0/emissions-co2e?gwp=AR5-100&year=2022");
    s.gas = FIX_CO2;
    s.flow = FLOW_NET;
    s.sectors = sectors;
    s.sector_count = 2;
    s.lulucf = LULUCF_EXCLUDE;
    s.month = 7;
    assert_string_equal(selection_text(cat, &s, &arena),
                        "demo@1.10.0/net-co2?lulucf=exclude&month=7&"
                        "sector=IPCC2006:1.A.1,IPCC2006:3&year=2022");
    struct arena tiny;
    arena_init(&tiny, 16);
    assert_null(selection_text(cat, &s, &tiny));
    arena_fini(&tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_there_are),
        cmocka_unit_test(layers_there_are_not),
        cmocka_unit_test(sectors_fold_to_the_least_set),
        cmocka_unit_test(wrong_sectors_are_named),
        cmocka_unit_test(years_there_are),
        cmocka_unit_test(years_with_a_gap_are_listed_as_runs),
        cmocka_unit_test(totals_leave_memo_items_out),
        cmocka_unit_test(flow_gas_and_lulucf_select),
        cmocka_unit_test(text_is_canonical),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
