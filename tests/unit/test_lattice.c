/* One grid for several: the coarsest, carried on, and what it gets of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "geo/ellipsoid.h"
#include "geo/lattice.h"
#include "geo/remap.h"

static void close_to(double a, double b, double within)
{
    if (!(fabs(a - b) <= within))
        fail_msg("%.17g is not %.17g", a, b);
}

static void a_grid_alone_is_its_own(void **state)
{
    (void)state;
    const struct grid one = {55.9, 45.7, 0.01, 0.01, 1730, 860};
    int coarsest;
    int32_t col, row;
    struct grid l = lattice_of(&one, 1, &coarsest);
    assert_int_equal(coarsest, 0);
    assert_true(grid_equal(l, one));
    assert_true(lattice_holds(l, one, &col, &row));
    assert_true(col == 0 && row == 0);
}

static void the_coarsest_goes_on_as_far_as_all(void **state)
{
    (void)state;
    const struct grid grids[] = {{67, 40.5, 0.1, 0.1, 10, 4}, {67.2, 40.3, 0.2, 0.2, 2, 1}};
    int coarsest;
    int32_t col, row;
    struct grid l = lattice_of(grids, 2, &coarsest);
    assert_int_equal(coarsest, 1);
    close_to(l.x0_deg, 67, 1e-12);
    close_to(l.y0_deg, 40.5, 1e-12);
    assert_int_equal(l.nx, 5);
    assert_int_equal(l.ny, 2);
    assert_true(lattice_holds(l, grids[1], &col, &row));
    assert_true(col == 1 && row == 1);
    assert_false(lattice_holds(l, grids[0], &col, &row));
}

static void equal_steps_lie_on_one_lattice_if_they_meet(void **state)
{
    (void)state;
    const struct grid grids[] = {
        {67, 40.5, 0.1, 0.1, 10, 4}, {67.3, 41.5, 0.1, 0.1, 30, 5}, {67.05, 40.5, 0.1, 0.1, 3, 3}};
    int coarsest;
    int32_t col, row;
    struct grid l = lattice_of(grids, 2, &coarsest);
    assert_int_equal(coarsest, 0); /* the first of equals */
    assert_int_equal(l.nx, 33);
    assert_int_equal(l.ny, 14);
    assert_true(lattice_holds(l, grids[1], &col, &row));
    assert_true(col == 3 && row == 0);
    assert_true(lattice_holds(l, grids[0], &col, &row));
    assert_true(col == 0 && row == 10);
    assert_false(lattice_holds(l, grids[2], &col, &row)); /* half a cell aside */
}

/* Each cell of the grid is given away whole, and each cell of the lattice has what lies on it. */
static void windows_share_cells_out_whole(void **state)
{
    (void)state;
    const struct grid grids[] = {{67.03, 40.47, 0.07, 0.03, 13, 11}, {67, 40.5, 0.15, 0.1, 5, 3}};
    double south[12], given_x[13] = {0}, given_y[11] = {0};
    int coarsest;
    struct arena arena;
    struct grid l = lattice_of(grids, 2, &coarsest);
    remap_grid_south(grids[0], south);
    arena_init(&arena, 1 << 20);
    for (int32_t col = 0; col < l.nx; col += 2) {
        for (int32_t row = 0; row < l.ny; row += 2) {
            struct lattice_plan p;
            int32_t cols = l.nx - col < 2 ? l.nx - col : 2, rows = l.ny - row < 2 ? l.ny - row : 2;
            assert_int_equal(lattice_window(&p, l, col, row, cols, rows, grids[0], south, &arena),
                             ERR_OK);
            for (int i = 0; i < p.x.n_out && row == 0; i++) {
                for (int k = 0; k < p.x.len[i]; k++)
                    given_x[p.x.src0 + p.x.start[i] + k] += p.x.w[i * p.x.stride + k];
            }
            for (int i = 0; i < p.y.n_out && col == 0; i++) {
                for (int k = 0; k < p.y.len[i]; k++)
                    given_y[p.y.src0 + p.y.start[i] + k] += p.y.w[i * p.y.stride + k];
            }
        }
    }
    for (int i = 0; i < 13; i++)
        close_to(given_x[i], 1, 1e-12);
    for (int i = 0; i < 11; i++)
        close_to(given_y[i], 1, 1e-12);
    arena_fini(&arena);
}

static void a_cell_over_the_pole_ends_there(void **state)
{
    (void)state;
    const struct grid grids[] = {{-180, 90, 0.5, 0.5, 720, 360},
                                 {-180, 89.5, 0.75, 0.75, 480, 238}};
    double south[361];
    int coarsest;
    struct arena arena;
    struct lattice_plan p;
    struct grid l = lattice_of(grids, 2, &coarsest);
    assert_true(l.y0_deg > 90);
    remap_grid_south(grids[0], south);
    arena_init(&arena, 1 << 20);
    assert_int_equal(lattice_window(&p, l, 0, 0, 64, 64, grids[0], south, &arena), ERR_OK);
    double first = 0; /* of the row at the pole: the cell from 89.5 to 90 */
    for (int k = 0; k < p.y.len[0]; k++)
        first += p.y.w[k];
    close_to(first, 1, 1e-9);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_alone_is_its_own),
        cmocka_unit_test(the_coarsest_goes_on_as_far_as_all),
        cmocka_unit_test(equal_steps_lie_on_one_lattice_if_they_meet),
        cmocka_unit_test(windows_share_cells_out_whole),
        cmocka_unit_test(a_cell_over_the_pole_ends_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
