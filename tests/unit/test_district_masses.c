/* Masses of districts: hand-made fractions whose sums can be told at a glance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "cli/import/field/district_masses.h"

/* A grid of 4 x 2. Country C has regions A and B; A has districts A1 and A2, B stands for itself.
 */
enum { COUNTRY, REGION_A, REGION_B, A1, A2 };

static struct shares *country(bool country_is_union)
{
    struct shares *s = shares_new(4, 2);
    assert_non_null(s);
    assert_int_equal(shares_add_district(s, 10, 0, country_is_union, -1), COUNTRY);
    assert_int_equal(shares_add_district(s, 20, 1, true, COUNTRY), REGION_A);
    assert_int_equal(shares_add_district(s, 21, 1, false, COUNTRY), REGION_B);
    assert_int_equal(shares_add_district(s, 30, 2, false, REGION_A), A1);
    assert_int_equal(shares_add_district(s, 31, 2, false, REGION_A), A2);
    return s;
}

static void share(struct shares *s, int district, int32_t cell, double fraction)
{
    assert_int_equal(shares_add(s, district, cell, fraction), ERR_OK);
}

/* Cells 0 1 2 3 / 4 5 6 7: A1 has 0 and a quarter of 1; A2 half of 1 and all of 2; B a tenth of 3.
 */
static struct shares *quarters(bool country_is_union)
{
    struct shares *s = country(country_is_union);
    share(s, REGION_B, 3, 0.1);
    share(s, A1, 0, 1);
    share(s, A1, 1, 0.25);
    share(s, A2, 1, 0.5);
    share(s, A2, 2, 1);
    if (!country_is_union) {
        share(s, COUNTRY, 0, 1);
        share(s, COUNTRY, 4, 0.5);
    }
    assert_int_equal(shares_finish(s), ERR_OK);
    return s;
}

static const float north[4] = {1, 2, 4, 8};
static const float south[4] = {16, NAN, 32, 64};

static void sum_all(struct district_masses *m, const struct shares *s, bool is_cut)
{
    assert_int_equal(district_masses_init(m, s, is_cut), ERR_OK);
    district_masses_row(m, 0, north);
    district_masses_row(m, 1, south);
    district_masses_end(m);
}

static void assert_sum(struct sum got, double wanted)
{
    assert_true(fabs(sum_value(got) - wanted) <= 1e-14 * fabs(wanted));
}

static void parents_put_their_cells_together(void **state)
{
    (void)state;
    struct shares *s = quarters(true);
    struct district_masses m;
    sum_all(&m, s, false);
    assert_sum(m.districts[A1].mass, 1 + 0.5);
    assert_sum(m.districts[A1].sum_sq, 1 + 0.25);
    assert_sum(m.districts[A2].mass, 1 + 4);
    assert_sum(m.districts[REGION_A].mass, 1 + 1.5 + 4);
    assert_sum(m.districts[REGION_A].sum_sq, 1 + 1.5 * 1.5 + 16); /* the shared cell is one */
    assert_sum(m.districts[REGION_B].mass, 0.8);
    assert_sum(m.districts[COUNTRY].mass, 1 + 1.5 + 4 + 0.8);
    assert_sum(m.outside[0], 0.25 * 2 + 0.9 * 8 + 16 + 32 + 64);
    assert_sum(m.outside[1], 0.25 * 2 + 0.9 * 8 + 16 + 32 + 64);
    assert_sum(m.outside[2], 0.25 * 2 + 8 + 16 + 32 + 64); /* B has no districts */
    district_masses_fini(&m);
    shares_free(s);
}

static void levels_of_their_own_leave_their_own_outside(void **state)
{
    (void)state;
    struct shares *s = quarters(false);
    struct district_masses m;
    sum_all(&m, s, false);
    assert_sum(m.districts[COUNTRY].mass, 1 + 8);
    assert_sum(m.districts[COUNTRY].sum_sq, 1 + 64);
    assert_sum(m.outside[0], 2 + 4 + 8 + 8 + 32 + 64);
    assert_sum(m.districts[REGION_A].mass, 1 + 1.5 + 4);
    district_masses_fini(&m);
    shares_free(s);
}

static void cut_cells_are_shared_out_whole(void **state)
{
    (void)state;
    struct shares *s = quarters(true);
    struct district_masses m;
    sum_all(&m, s, true);
    assert_sum(m.districts[A1].mass, 1 + 2 / 3.0);
    assert_sum(m.districts[A2].mass, 4 / 3.0 + 4);
    assert_sum(m.districts[REGION_A].mass, 1 + 2 + 4);
    assert_sum(m.districts[REGION_B].mass, 8);
    assert_sum(m.districts[COUNTRY].mass, 15);
    assert_sum(m.outside[0], 16 + 32 + 64);
    assert_sum(m.outside[2], 8 + 16 + 32 + 64);
    district_masses_fini(&m);
    shares_free(s);
}

static void overlaps_count_twice_inside_and_never_outside(void **state)
{
    (void)state;
    struct shares *s = country(true);
    share(s, REGION_B, 2, 0.5);
    share(s, A1, 0, 1);
    share(s, A1, 2, 1);
    share(s, A2, 0, 1);
    assert_int_equal(shares_finish(s), ERR_OK);
    struct district_masses m;
    sum_all(&m, s, false);
    assert_sum(m.districts[A1].mass, 5);
    assert_sum(m.districts[A2].mass, 1);
    assert_sum(m.districts[COUNTRY].mass, 1 + 4 + 1 + 2);
    assert_sum(m.outside[1], 2 + 8 + 16 + 32 + 64);
    district_masses_fini(&m);
    sum_all(&m, s, true);
    assert_sum(m.districts[COUNTRY].mass, 1 + 4);
    district_masses_fini(&m);
    shares_free(s);
}

static void a_mass_of_zero_is_an_answer_and_no_data_is_none(void **state)
{
    (void)state;
    struct shares *s = country(true);
    share(s, A1, 0, 1);
    share(s, A2, 1, 0.5);
    assert_int_equal(shares_finish(s), ERR_OK);
    const float cells[4] = {0, NAN, NAN, NAN};
    struct district_masses m;
    assert_int_equal(district_masses_init(&m, s, false), ERR_OK);
    district_masses_row(&m, 0, cells);
    district_masses_end(&m);
    assert_true(m.districts[A1].is_touched && m.districts[REGION_A].is_touched);
    assert_false(m.districts[A2].is_touched || m.districts[REGION_B].is_touched);
    district_masses_fini(&m);
    shares_free(s);
}

static void without_districts_there_is_no_outside(void **state)
{
    (void)state;
    struct shares *s = shares_new(4, 2);
    assert_non_null(s);
    assert_int_equal(shares_finish(s), ERR_OK);
    struct district_masses m;
    sum_all(&m, s, false);
    for (int level = 0; level < SHARES_LEVELS; level++) {
        assert_int_equal(s->group[level], -1);
    }
    district_masses_fini(&m);
    shares_free(s);
}

static void whole_cells_become_runs(void **state)
{
    (void)state;
    struct shares *s = country(true);
    for (int32_t cell = 1; cell < 7; cell++) {
        share(s, A1, cell, 1);
    }
    share(s, A2, 0, 1);
    assert_int_equal(shares_finish(s), ERR_OK);
    assert_int_equal(s->run_count, 3); /* A2's, and A1's in each row */
    assert_int_equal(s->runs[0].leaf, A2);
    assert_int_equal(s->runs[1].len, 3);
    assert_int_equal(s->first_run[1], 2);
    assert_int_equal(s->first_run[2], 3);
    shares_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parents_put_their_cells_together),
        cmocka_unit_test(levels_of_their_own_leave_their_own_outside),
        cmocka_unit_test(cut_cells_are_shared_out_whole),
        cmocka_unit_test(overlaps_count_twice_inside_and_never_outside),
        cmocka_unit_test(a_mass_of_zero_is_an_answer_and_no_data_is_none),
        cmocka_unit_test(without_districts_there_is_no_outside),
        cmocka_unit_test(whole_cells_become_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
