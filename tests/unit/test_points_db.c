/* Point masses in a box, page by page, from a real database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "fixture_database.h"
#include "store/store.h"

struct world {
    struct conn *conn;
    struct catalog *catalog;
    struct arena arena;
    int plants; /* the field */
};

static int set_up(void **state)
{
    static struct world w;
    struct why why = {0};
    memset(&w, 0, sizeof w);
    const char *url = fixture_database_open();
    *state = &w;
    if (url == NULL)
        return 0;
    arena_init(&w.arena, 1 << 20);
    w.conn = conn_new(url, "fluxgrid_server", 5000);
    if (w.conn == NULL || store_catalog(w.conn, clock_ms() + 60000, &w.catalog, &why) != ERR_OK)
        return 1;
    for (int i = 0; i < w.catalog->field_count; i++)
        w.plants = w.catalog->fields[i].is_points ? i : w.plants;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    catalog_unref(w->catalog);
    conn_free(w->conn);
    arena_fini(&w->arena);
    fixture_database_close();
    return 0;
}

static int ask(struct world *w, const double box[4], struct point_page *page,
               struct point_mass **out)
{
    struct why why = {0};
    int count = -1;
    enum err e = store_points(w->conn, w->catalog, &w->plants, 1, box, page, clock_ms() + 60000,
                              &w->arena, out, &count, &why);
    if (e != ERR_OK)
        fail_msg("%s", why.reason);
    return count;
}

static const double everywhere[] = {-180, -90, 180, 90};

static void points_stand_where_they_stand(void **state)
{
    struct world *w = *state;
    struct point_mass *points;
    struct point_page page = {.limit = 10};
    if (w->conn == NULL)
        skip();
    assert_int_equal(ask(w, everywhere, &page, &points), 2);
    double sum = points[0].mass + points[1].mass;
    assert_true(fabs(sum - w->catalog->fields[w->plants].total) < 1e-12);
    const struct point_mass *large = points[0].mass > points[1].mass ? &points[0] : &points[1];
    assert_true(large->lon == 60.55 && large->lat == 41.45 && large->field == w->plants);
    page = (struct point_page){.limit = 10};
    assert_int_equal(ask(w, (double[]){60.5, 41.4, 60.6, 41.5}, &page, &points), 1);
    page = (struct point_page){.limit = 10};
    assert_int_equal(ask(w, (double[]){10, 10, 11, 11}, &page, &points), 0);
}

static void pages_follow_one_another(void **state)
{
    struct world *w = *state;
    struct point_mass *points;
    struct point_page page = {.limit = 1};
    if (w->conn == NULL)
        skip();
    assert_int_equal(ask(w, everywhere, &page, &points), 1);
    int64_t first = points[0].source;
    assert_int_equal(ask(w, everywhere, &page, &points), 1);
    assert_true(points[0].source > first);
    assert_int_equal(ask(w, everywhere, &page, &points), 0);
}

static void a_database_that_is_behind_is_not_believed(void **state)
{
    struct world *w = *state;
    struct point_mass *points;
    struct point_page page = {.limit = 1};
    struct why why = {0};
    int count;
    if (w->conn == NULL)
        skip();
    fixture_database_run("UPDATE fluxgrid.revision SET catalog = catalog - 1");
    assert_int_equal(store_points(w->conn, w->catalog, &w->plants, 1, everywhere, &page,
                                  clock_ms() + 60000, &w->arena, &points, &count, &why),
                     ERR_STALE);
    fixture_database_run("UPDATE fluxgrid.revision SET catalog = catalog + 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_stand_where_they_stand),
        cmocka_unit_test(pages_follow_one_another),
        cmocka_unit_test(a_database_that_is_behind_is_not_believed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
