#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "fixture_catalog.h"
#include "inventory/combination.h"

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

static struct selection select_2022(enum flow flow, int gas, int gwp_set)
{
    return (struct selection){
        .release = FIX_DEMO_1_10, .flow = flow, .gas = gas, .gwp_set = gwp_set, .year = 2022};
}

static struct combination build(struct selection s, const struct selection *minus)
{
    struct combination out = {0};
    struct why why = {0};
    if (combination_build(cat, &s, minus, &arena, &out, &why))
        fail_msg("%s", why.reason);
    return out;
}

static void close_to(double a, double b)
{
    if (!(fabs(a - b) <= 1e-12 * (1 + fabs(b))))
        fail_msg("%.17g is not %.17g", a, b);
}

/* What the terms hold, by the fields' totals. */
static double placed(struct combination m)
{
    double total = 0;
    for (int i = 0; i < m.term_count; i++)
        total += m.terms[i].coefficient * cat->fields[m.terms[i].field].total;
    return total;
}

static void shared_fields_fold(void **state)
{
    (void)state;
    struct combination m = build(select_2022(FLOW_EMISSION, FIX_CO2, -1), NULL);
    assert_int_equal(m.term_count, 2); /* coal and gas on one field; aviation is memo */
    assert_int_equal(m.terms[0].field, FIX_FIELD_ROAD);
    close_to(m.terms[0].coefficient, 10);
    assert_int_equal(m.terms[1].field, FIX_FIELD_POINTS);
    close_to(m.terms[1].coefficient, 100);
    close_to(m.total_t, 120);
    close_to(m.unallocated_t, 0);
    close_to(placed(m), m.total_t);
}

static void co2e_weighs_by_set_and_origin(void **state)
{
    (void)state;
    struct combination ar5 =
        build(select_2022(FLOW_EMISSION, SELECTION_GAS_CO2E, FIX_AR5_100), NULL);
    close_to(ar5.total_t, 120 + 28 * 5.0);
    close_to(ar5.unallocated_t, 28 * 3.0);
    close_to(placed(ar5) + ar5.unallocated_t, ar5.total_t);
    struct combination ar6 =
        build(select_2022(FLOW_EMISSION, SELECTION_GAS_CO2E, FIX_AR6_100), NULL);
    close_to(ar6.total_t, 120 + 29.8 * 2 + 27 * 3.0);
}

static void net_takes_removals_away(void **state)
{
    (void)state;
    struct combination removal = build(select_2022(FLOW_REMOVAL, FIX_CO2, -1), NULL);
    close_to(removal.total_t, 30);
    close_to(removal.terms[0].coefficient, 0.03);
    struct combination net = build(select_2022(FLOW_NET, FIX_CO2, -1), NULL);
    close_to(net.total_t, 90);
    assert_int_equal(net.term_count, 3);
    close_to(net.terms[2].coefficient, -0.03);
    close_to(placed(net), 90);
}

static void a_difference_negates_what_is_taken(void **state)
{
    (void)state;
    struct selection before = select_2022(FLOW_EMISSION, FIX_CO2, -1);
    before.year = 2021;
    struct combination m = build(select_2022(FLOW_EMISSION, FIX_CO2, -1), &before);
    close_to(m.total_t, 80);
    close_to(m.terms[1].coefficient, 60);
    close_to(placed(m), 80);
}

static void a_difference_with_itself_keeps_its_terms(void **state)
{
    (void)state;
    struct selection s = select_2022(FLOW_NET, SELECTION_GAS_CO2E, FIX_AR6_100);
    struct combination m = build(s, &s);
    assert_int_equal(m.term_count, 3);
    for (int i = 0; i < 3; i++)
        assert_true(m.terms[i].coefficient == 0);
    assert_true(m.total_t == 0 && m.unallocated_t == 0);
}

static void linear_in_its_sectors(void **state)
{
    (void)state;
    struct selection whole = select_2022(FLOW_NET, SELECTION_GAS_CO2E, FIX_AR5_100);
    double coefficient[3] = {0}, total = 0;
    for (int sector = 0; sector < cat->sector_count; sector++) {
        struct selection part = whole;
        struct combination m = {0};
        if (cat->sectors[sector].is_memo || sector == FIX_1 || sector == FIX_1A ||
            sector == FIX_3 || sector == FIX_3B)
            continue;
        part.sectors = &sector;
        part.sector_count = 1;
        if (combination_build(cat, &part, NULL, &arena, &m, NULL))
            continue;
        total += m.total_t;
        for (int i = 0; i < m.term_count; i++)
            coefficient[m.terms[i].field] += m.terms[i].coefficient;
    }
    struct combination m = build(whole, NULL);
    close_to(total, m.total_t);
    for (int i = 0; i < m.term_count; i++)
        close_to(coefficient[m.terms[i].field], m.terms[i].coefficient);
}

static void nothing_selected_is_not_zero(void **state)
{
    (void)state;
    struct combination out = {.term_count = 77};
    struct why why = {0};
    struct selection s = select_2022(FLOW_REMOVAL, FIX_CH4, -1);
    assert_int_equal(combination_build(cat, &s, NULL, &arena, &out, &why), ERR_NOT_FOUND);
    assert_int_equal(out.term_count, 77);
    assert_true(why.reason[0]);
    s.year = 1999;
    assert_int_equal(combination_build(cat, &s, &s, &arena, &out, NULL), ERR_NOT_FOUND);
}

static void a_gas_without_gwp_is_refused(void **state)
{
    (void)state;
    struct selection s = select_2022(FLOW_EMISSION, SELECTION_GAS_CO2E, FIX_AR6_100);
    struct combination out = {0};
    struct why why = {0};
    s.release = FIX_OTHER;
    s.year = 2020;
    assert_int_equal(combination_build(cat, &s, NULL, &arena, &out, &why), ERR_INPUT);
    assert_string_equal(why.parameter, "gwp");
    assert_string_equal(why.allowed, "AR5-100");
    assert_non_null(strstr(why.reason, "SF6"));
    s.gwp_set = FIX_AR5_100;
    close_to(build(s, NULL).total_t, 23500);
}

static void no_memory_is_said(void **state)
{
    (void)state;
    struct arena tiny;
    struct combination out;
    struct selection s = select_2022(FLOW_EMISSION, FIX_CO2, -1);
    arena_init(&tiny, 32);
    assert_int_equal(combination_build(cat, &s, NULL, &tiny, &out, NULL), ERR_NO_MEMORY);
    arena_fini(&tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_fields_fold),
        cmocka_unit_test(co2e_weighs_by_set_and_origin),
        cmocka_unit_test(net_takes_removals_away),
        cmocka_unit_test(a_difference_negates_what_is_taken),
        cmocka_unit_test(a_difference_with_itself_keeps_its_terms),
        cmocka_unit_test(linear_in_its_sectors),
        cmocka_unit_test(nothing_selected_is_not_zero),
        cmocka_unit_test(a_gas_without_gwp_is_refused),
        cmocka_unit_test(no_memory_is_said),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
