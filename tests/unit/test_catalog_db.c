/* test_catalog_db.c - what is read from a real database: catalog, districts, sources, audit,
 * watcher. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "fixture_database.h"
#include "inventory/combination.h"
#include "store/store.h"
#include "store/watcher.h"

static const char *database;
static struct conn *db;
static struct catalog *cat;
static struct arena arena;

#define PATIENT_MS 60000 /* for what comes at once: only ends a hang */
#define TOLD_MS    4500  /* what is told shows before the watcher looks by itself, after 5 s */

static int64_t in(int64_t ms)
{
    return clock_ms() + ms;
}

static int set_up(void **state)
{
    (void)state;
    struct why why = {0};
    arena_init(&arena, 1 << 22);
    db = conn_new(database, "fluxgrid_server", 5000);
    if (store_catalog(db, in(PATIENT_MS), &cat, &why) == ERR_OK)
        return 0;
    fprintf(stderr, "no catalog: %s\n", why.reason);
    return -1;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_unref(cat);
    cat = NULL;
    conn_free(db);
    arena_fini(&arena);
    return 0;
}

static void reads_what_is_published(void **state)
{
    (void)state;
    assert_int_equal(cat->release_count, 1);
    assert_string_equal(cat->releases[0].pinned, "unit@1.0.0");
    assert_true(cat->releases[0].is_latest);
    assert_string_equal(cat->releases[0].warning[LANG_EN], "a warning");
    assert_string_equal(cat->releases[0].warning[LANG_KO], "");
    assert_int_equal(strlen(cat->releases[0].published), strlen("2024-01-01T00:00:00Z"));
    assert_int_equal(cat->withdrawn_count, 1);
    assert_string_equal(cat->withdrawn[0].pinned, "unit@0.9.0");
    assert_int_equal(cat->field_count, 2); /* not the unused one */
    assert_int_equal(cat->grid_count, 1);
    assert_int_equal(cat->provenance_count, 1);
    assert_int_equal(cat->grids[0].nx, 100);
    assert_true(cat->revision > 0);
}

static void reads_reference_tables_in_order(void **state)
{
    (void)state;
    assert_true(cat->gas_count > 3 && cat->sector_count > 10 && cat->gwp_count > 10);
    for (int i = 0; i < cat->gas_count; i++)
        assert_int_equal(catalog_gas(cat, cat->gases[i].code), i);
    for (int i = 0; i < cat->sector_count; i++)
        assert_int_equal(catalog_sector(cat, cat->sectors[i].code), i);
    int set = catalog_gwp_set(cat, "AR6-100"), ch4 = catalog_gas(cat, "CH4");
    assert_true(catalog_gwp_value(cat, set, ch4, ORIGIN_FOSSIL) == 29.8);
    assert_true(catalog_gwp_value(cat, set, ch4, ORIGIN_NONFOSSIL) == 27);
    for (int i = 0; i < cat->gwp_count; i++) /* each found again: the order is that of the search */
        assert_true(catalog_gwp_value(cat, catalog_gwp_set(cat, cat->gwps[i].set), cat->gwps[i].gas,
                                      cat->gwps[i].origin) == cat->gwps[i].value);
}

static void reads_districts_and_statistics(void **state)
{
    (void)state;
    int x = catalog_district(cat, "X"), x1a = catalog_district(cat, "X1A");
    assert_int_equal(cat->district_count, 4);
    assert_true(catalog_district_within(cat, x1a, x));
    assert_int_equal(cat->districts[x].parent, -1);
    assert_true(cat->districts[x1a].east == 62 && cat->districts[x1a].south == 40);
    assert_true(catalog_stat(cat, x, 2022)->population == 5000);
    assert_false(catalog_stat(cat, x, 2022)->is_estimated);
    assert_true(catalog_stat(cat, catalog_district(cat, "X1"), 2022)->is_estimated);
    assert_true(isnan(catalog_stat(cat, catalog_district(cat, "X1"), 2021)->population));
}

static void slices_are_sorted_and_resolved(void **state)
{
    (void)state;
    assert_int_equal(cat->slice_count, 6);
    assert_int_equal(cat->slices[0].year, 2021);
    assert_string_equal(cat->slices[1].fuel, "coal");
    assert_int_equal(cat->slices[1].provenance, 0);
    assert_string_equal(cat->slices[2].fuel, "gas");
    assert_int_equal(cat->slices[2].provenance, -1);
    int unallocated = 0;
    for (int i = 0; i < cat->slice_count; i++) {
        const struct slice *s = &cat->slices[i];
        if (s->field < 0) {
            unallocated++;
            assert_true(isnan(s->uncertainty_pct));
        } else {
            assert_true(fabs(s->factor * cat->fields[s->field].total - s->mass_t) <
                        1e-12 * s->mass_t);
        }
    }
    assert_int_equal(unallocated, 1);
    assert_int_equal(cat->releases[0].slice_count, 6);
}

static void the_snapshot_leaves_no_transaction(void **state)
{
    (void)state;
    assert_int_equal(fixture_database_ask("SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                          "current_database() AND state LIKE "
                                          "'idle in transaction%'"),
                     0);
}

/* Two statements tear; one snapshot does not: each catalog is wholly old or wholly new. */
static void a_publication_does_not_tear(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        fixture_database_run(i % 2 ? "SELECT fluxgrid.release_withdraw(id) FROM fluxgrid.release "
                                     "WHERE version = '1.1.0'"
                                   : "SELECT fluxgrid.release_publish(id) FROM fluxgrid.release "
                                     "WHERE version = '1.1.0'");
        struct catalog *c = NULL;
        assert_int_equal(store_catalog(db, in(PATIENT_MS), &c, NULL), ERR_OK);
        assert_int_equal(c->release_count, i % 2 ? 1 : 2);
        assert_int_equal(c->slice_count, i % 2 ? 6 : 12);
        assert_int_equal(c->releases[c->release_count - 1].is_latest, 1);
        if (c->release_count == 2)
            assert_int_equal(c->releases[0].is_latest, 0);
        catalog_unref(c);
    }
}

/* Foreign keys forbid it, a restored or edited database may have it: refused, never an index
 * astray. */
static void contradictions_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *harm, *mend;
    } cases[] = {
        {"UPDATE fluxgrid.grid SET nx = nx * 1000000", "UPDATE fluxgrid.grid SET nx = 100"},
        {"UPDATE fluxgrid.grid SET x0 = 'NaN'", "UPDATE fluxgrid.grid SET x0 = 60"},
        {"UPDATE fluxgrid.sector SET parent = 'IPCC2006:9.9.9' WHERE code = 'IPCC2006:1.A.1'",
         "UPDATE fluxgrid.sector SET parent = 'IPCC2006:1.A' WHERE code = 'IPCC2006:1.A.1'"},
        {"UPDATE fluxgrid.district SET parent = 'nowhere' WHERE code = 'X1A'",
         "UPDATE fluxgrid.district SET parent = 'X1' WHERE code = 'X1A'"},
        {"UPDATE fluxgrid.district_stat SET district = 'nowhere' WHERE year = 2021",
         "UPDATE fluxgrid.district_stat SET district = 'X1' WHERE year = 2021"},
        {"UPDATE fluxgrid.gwp SET gas = 'NONE' WHERE gas = 'SF6'",
         "UPDATE fluxgrid.gwp SET gas = 'SF6' WHERE gas = 'NONE'"},
        {"UPDATE fluxgrid.slice SET sector = 'IPCC2006:9.9.9' WHERE fuel = 'gas'",
         "UPDATE fluxgrid.slice SET sector = 'IPCC2006:1.A.1' WHERE fuel = 'gas'"},
        {"UPDATE fluxgrid.slice SET gas = 'NONE' WHERE fuel = 'gas'",
         "UPDATE fluxgrid.slice SET gas = 'CO2' WHERE fuel = 'gas'"},
        {"UPDATE fluxgrid.slice SET field = -field WHERE fuel = 'gas'",
         "UPDATE fluxgrid.slice SET field = -field WHERE fuel = 'gas'"},
        {"UPDATE fluxgrid.field SET grid = -grid WHERE name = 'area'",
         "UPDATE fluxgrid.field SET grid = -grid WHERE name = 'area'"},
        {"DELETE FROM fluxgrid.revision",
         "INSERT INTO fluxgrid.revision (catalog, boundary) VALUES (1000, 1000)"},
    };
    fixture_database_run(
        "SET session_replication_role = replica"); /* no foreign keys, no triggers */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct catalog *c = NULL;
        struct why why = {0};
        fixture_database_run(cases[i].harm);
        enum err e = store_catalog(db, in(PATIENT_MS), &c, &why);
        fixture_database_run(cases[i].mend);
        if (e != ERR_INTERNAL)
            fail_msg("%s: %s", cases[i].harm, err_words(e));
        assert_true(why.reason[0] != '\0');
        assert_int_equal(store_catalog(db, in(PATIENT_MS), &c, NULL), ERR_OK);
        catalog_unref(c);
    }
    fixture_database_run("SET session_replication_role = DEFAULT");
}

static void no_server_means_unavailable(void **state)
{
    (void)state;
    struct conn *away = conn_new("host=/nonexistent", "fluxgrid_server", 5000);
    struct catalog *c = NULL;
    struct why why = {0};
    assert_int_equal(store_catalog(away, in(1000), &c, &why), ERR_UNAVAILABLE);
    assert_null(c);
    conn_free(away);
}

/* ---- districts -------------------------------------------------------------------------- */

static void masses_by_district_and_field(void **state)
{
    (void)state;
    int districts[] = {catalog_district(cat, "X2"), catalog_district(cat, "X1A")};
    int fields[] = {0, 1};
    struct district_mass *m = NULL;
    int n = 0;
    assert_int_equal(store_district_masses(db, cat, districts, 2, fields, 2, in(PATIENT_MS), &arena,
                                           &m, &n, NULL),
                     ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(cat->districts[m[0].district].code, "X1A");
    assert_true(m[0].mass == 400 && m[0].sum_sq == 7);
    assert_string_equal(cat->districts[m[1].district].code, "X2");
    assert_true(m[1].mass == 1000);
    assert_string_equal(cat->fields[m[1].field].name, "area");
    assert_int_equal(
        store_district_masses(db, cat, NULL, 0, fields, 2, in(PATIENT_MS), &arena, &m, &n, NULL),
        ERR_OK);
    assert_int_equal(n, 0);
}

static void districts_at_a_point(void **state)
{
    (void)state;
    int at[3] = {9, 9, 9};
    assert_int_equal(store_districts_at(db, cat, "", 61, 41, in(PATIENT_MS), at, NULL), ERR_OK);
    assert_string_equal(cat->districts[at[0]].code, "X");
    assert_string_equal(cat->districts[at[1]].code, "X1");
    assert_string_equal(cat->districts[at[2]].code, "X1A");
    assert_int_equal(store_districts_at(db, cat, "", 65, 40.5, in(PATIENT_MS), at, NULL), ERR_OK);
    assert_string_equal(cat->districts[at[1]].code, "X2"); /* half-open: the eastern one */
    assert_int_equal(at[2], -1);
    assert_int_equal(store_districts_at(db, cat, "", 0, 0, in(PATIENT_MS), at, NULL), ERR_OK);
    assert_true(at[0] == -1 && at[1] == -1 && at[2] == -1);
}

static void shapes_in_the_order_asked(void **state)
{
    (void)state;
    int districts[] = {catalog_district(cat, "X2"), catalog_district(cat, "X1A")};
    const char **shapes = NULL;
    struct why why = {0};
    assert_int_equal(
        store_district_geojson(db, cat, districts, 2, 0, in(PATIENT_MS), &arena, &shapes, NULL),
        ERR_OK);
    assert_non_null(strstr(shapes[0], "[70,42]"));
    assert_non_null(strstr(shapes[1], "[62,42]"));
    assert_int_equal(
        store_district_geojson(db, cat, districts, 2, -1, in(PATIENT_MS), &arena, &shapes, &why),
        ERR_INPUT);
    assert_int_equal(
        store_district_geojson(db, cat, districts, 2, NAN, in(PATIENT_MS), &arena, &shapes, NULL),
        ERR_INPUT);
    /* larger than the district: it stays as it is rather than vanish */
    assert_int_equal(
        store_district_geojson(db, cat, districts, 2, 10, in(PATIENT_MS), &arena, &shapes, NULL),
        ERR_OK);
    assert_non_null(strstr(shapes[1], "[62,42]"));
}

/* A catalog newer than the database (a standby behind), or of districts since replaced. */
static void another_revision_is_unavailable(void **state)
{
    (void)state;
    int x = catalog_district(cat, "X"), field = 0, n = 0, at[3];
    struct source_filter all = {.district = -1, .limit = 10};
    struct district_mass *m = NULL;
    struct source_row *s = NULL;
    const char **shapes = NULL;
    cat->revision++;
    assert_int_equal(
        store_district_masses(db, cat, &x, 1, &field, 1, in(PATIENT_MS), &arena, &m, &n, NULL),
        ERR_STALE);
    assert_int_equal(store_sources(db, cat, &all, in(PATIENT_MS), &arena, &s, &n, NULL), ERR_STALE);
    cat->revision -= 2; /* an older catalog is good: what is published never changes */
    assert_int_equal(
        store_district_masses(db, cat, &x, 1, &field, 1, in(PATIENT_MS), &arena, &m, &n, NULL),
        ERR_OK);
    for (int step = -1; step <= 1; step += 2) {
        cat->boundary_revision += step;
        assert_int_equal(
            store_district_masses(db, cat, &x, 1, &field, 1, in(PATIENT_MS), &arena, &m, &n, NULL),
            ERR_STALE);
        assert_int_equal(
            store_district_geojson(db, cat, &x, 1, 0, in(PATIENT_MS), &arena, &shapes, NULL),
            ERR_STALE);
        assert_int_equal(store_districts_at(db, cat, "", 61, 41, in(PATIENT_MS), at, NULL),
                         ERR_STALE);
        cat->boundary_revision -= step;
    }
}

/* ---- sources ---------------------------------------------------------------------------- */

static struct source_row *find_sources(struct source_filter f, int *n)
{
    struct source_row *s = NULL;
    struct why why = {0};
    if (store_sources(db, cat, &f, in(PATIENT_MS), &arena, &s, n, &why))
        fail_msg("%s", why.reason);
    return s;
}

static void sources_of_a_release(void **state)
{
    (void)state;
    int n = 0;
    struct source_row *s = find_sources((struct source_filter){.district = -1, .limit = 10}, &n);
    assert_int_equal(n, 2);
    assert_string_equal(s[0].code, "P1");
    assert_string_equal(s[0].district, "X1A");
    assert_true(s[0].share == 0.75 && s[0].capacity == 100 && isnan(s[1].capacity));
    assert_true(s[0].lon == 60.55 && s[0].lat == 41.45 && isnan(s[0].distance_m));
    assert_string_equal(s[0].properties, "{\"note\": \"a \\\"note\\\"\"}");
    assert_string_equal(s[1].properties, "{}");
    assert_int_equal(s[0].commissioned_year, 0);
    assert_string_equal(cat->fields[s[0].field].name, "plants");
}

static void sources_page_and_filter(void **state)
{
    (void)state;
    int n = 0;
    struct source_filter f = {.district = -1, .limit = 1};
    struct source_row *s = find_sources(f, &n);
    assert_int_equal(n, 1);
    f.after_id = s[0].id;
    s = find_sources(f, &n);
    assert_string_equal(s[0].code, "P2");
    f.after_id = s[0].id;
    find_sources(f, &n);
    assert_int_equal(n, 0);
    f = (struct source_filter){.district = catalog_district(cat, "X2"), .limit = 10};
    find_sources(f, &n);
    assert_int_equal(n, 0);
    f.district = catalog_district(cat, "X");
    find_sources(f, &n);
    assert_int_equal(n, 2);
    f = (struct source_filter){.district = -1, .limit = 10, .code = "P2'; DROP TABLE source; --"};
    find_sources(f, &n);
    assert_int_equal(n, 0);
    f.code = "P2";
    find_sources(f, &n);
    assert_int_equal(n, 1);
    f = (struct source_filter){.district = -1, .limit = 10, .year = 1999};
    find_sources(f, &n);
    assert_int_equal(n, 0);
    f = (struct source_filter){.district = -1,
                               .limit = 10,
                               .has_bbox = true,
                               .west = 60.5,
                               .south = 41,
                               .east = 61,
                               .north = 42};
    s = find_sources(f, &n);
    assert_int_equal(n, 1);
    assert_string_equal(s[0].code, "P1");
}

static int count_sources(struct source_filter f)
{
    int n = 0;
    f.district = -1;
    f.limit = 10;
    find_sources(f, &n);
    return n;
}

static void sources_by_what_they_are(void **state)
{
    (void)state;
    const char *both = "IPCC2006:9.Z\nIPCC2006:1.A.1";
    assert_int_equal(count_sources((struct source_filter){.sectors = both}), 2);
    assert_int_equal(count_sources((struct source_filter){.sectors = "IPCC2006:9.Z"}), 0);
    assert_int_equal(count_sources((struct source_filter){.gas = "CO2"}), 2);
    assert_int_equal(count_sources((struct source_filter){.gas = "SF6"}), 0);
    assert_int_equal(count_sources((struct source_filter){.q = "p1"}), 1);
    assert_int_equal(count_sources((struct source_filter){.q = "LANT O"}), 1);
    assert_int_equal(count_sources((struct source_filter){.operator_name = "no such"}), 0);
}

/* What a source has of a year is its share of the slices on its fields: three quarters, and one. */
static void sources_by_size(void **state)
{
    (void)state;
    int n = 0, year = 0;
    double mass = 0;
    struct source_row *s = find_sources((struct source_filter){.district = -1, .limit = 1}, &n);
    for (int i = 0; i < cat->slice_count; i++) { /* by year: the last one stays */
        const struct slice *slice = &cat->slices[i];
        if (slice->field != s->field || slice->release != 0)
            continue;
        mass = slice->year == year ? mass + slice->mass_t : slice->mass_t;
        year = slice->year;
    }
    assert_true(year > 0 && mass > 0);
    struct source_filter f = {.year = year, .has_min = true, .min_t = mass / 2};
    assert_int_equal(count_sources(f), 1);
    f.min_t = mass * 0.76;
    assert_int_equal(count_sources(f), 0);
    f = (struct source_filter){.year = year, .has_max = true, .max_t = mass / 2};
    assert_int_equal(count_sources(f), 1);
    f.has_min = true;
    f.min_t = mass * 0.2;
    assert_int_equal(count_sources(f), 1);
    f.min_t = mass * 0.3;
    assert_int_equal(count_sources(f), 0);
}

static void sources_near_a_point_come_nearest_first(void **state)
{
    (void)state;
    int n = 0;
    struct source_filter f = {.district = -1,
                              .limit = 10,
                              .has_point = true,
                              .lon = 60.06,
                              .lat = 41.95,
                              .radius_m = 100000};
    struct source_row *s = find_sources(f, &n);
    assert_int_equal(n, 2);
    assert_string_equal(s[0].code, "P2");
    assert_true(s[0].distance_m > 800 && s[0].distance_m < 860);
    f.limit = 1;
    s = find_sources(f, &n);
    assert_true(n == 1 && strcmp(s[0].code, "P2") == 0);
    f.radius_m = 10;
    find_sources(f, &n);
    assert_int_equal(n, 0);
}

static void audit_is_passed_through(void **state)
{
    (void)state;
    struct audit_row *a = NULL;
    int n = 0;
    bool is_slices_ok = false;
    struct why why = {0};
    if (store_audit(db, cat->releases[0].id, in(PATIENT_MS), &arena, &a, &n, &why))
        fail_msg("%s", why.reason);
    assert_true(n > 5);
    for (int i = 0; i < n; i++)
        if (strcmp(a[i].subject, "IPCC2006:3.A.1 CH4 emission 2022") == 0)
            is_slices_ok = a[i].is_ok && a[i].unallocated == 3 && a[i].expected == 3;
    assert_true(is_slices_ok);
}

/* ---- watcher ---------------------------------------------------------------------------- */

static struct watcher *start_watcher(const char *url)
{
    struct settings settings = {0};
    struct watcher *w = NULL;
    snprintf(settings.database_url, sizeof settings.database_url, "%s", url);
    assert_int_equal(watcher_start(&settings, &w, NULL), ERR_OK);
    return w;
}

static void nap(void)
{
    struct timespec t = {0, 5 * 1000 * 1000};
    nanosleep(&t, NULL);
}

static void wait_for_revision(struct watcher *w, int64_t revision)
{
    for (int64_t end = in(TOLD_MS); clock_ms() < end; nap()) {
        struct catalog *c = watcher_catalog(w);
        int64_t seen = c ? c->revision : -1;
        catalog_unref(c);
        if (seen >= revision)
            return;
    }
    fail_msg("revision %lld was not seen", (long long)revision);
}

static void wait_for_ready(struct watcher *w)
{
    for (int64_t end = in(PATIENT_MS); clock_ms() < end; nap()) {
        if (watcher_is_ready(w, NULL))
            return;
    }
    fail_msg("not ready");
}

static const char sql_revision[] = "SELECT catalog FROM fluxgrid.revision";

static void watcher_follows_publications(void **state)
{
    (void)state;
    struct watcher *w = start_watcher(database);
    wait_for_ready(w);
    for (int i = 0; i < 4; i++) {
        fixture_database_run(i % 2 ? "SELECT fluxgrid.release_withdraw(id) FROM fluxgrid.release "
                                     "WHERE version = '1.1.0'"
                                   : "SELECT fluxgrid.release_publish(id) FROM fluxgrid.release "
                                     "WHERE version = '1.1.0'");
        wait_for_revision(w, fixture_database_ask(sql_revision));
    }
    watcher_stop(w);
}

/* One that arrives while the watcher asks something else is read with that answer: its socket is
 * still afterwards, and only a look at what has been read finds it. */
static void watcher_hears_what_comes_between_its_questions(void **state)
{
    (void)state;
    struct watcher *w = start_watcher(database);
    wait_for_ready(w);
    for (int i = 0; i < 100; i++) {
        fixture_database_run(
            "NOTIFY fluxgrid"); /* the watcher is busy, a little longer each time */
        for (struct timespec t = {0, i * 50000}; i > 0 && nanosleep(&t, &t) != 0;)
            ;
        fixture_database_run("UPDATE fluxgrid.revision SET catalog = catalog + 1; NOTIFY fluxgrid");
        wait_for_revision(w, fixture_database_ask(sql_revision));
    }
    watcher_stop(w);
}

#define SQL_OURS " WHERE datname = current_database() AND application_name = 'fluxgrid'"

static void watcher_heals_after_its_backend_dies(void **state)
{
    (void)state;
    struct watcher *w = start_watcher(database);
    wait_for_ready(w);
    struct watcher_stats before, after;
    watcher_stats(w, &before);
    for (int i = 0; i < 3; i++) {
        fixture_database_run("UPDATE fluxgrid.revision SET catalog = catalog + 1"); /* no NOTIFY */
        while (fixture_database_ask("SELECT count(*) FROM pg_stat_activity" SQL_OURS) > 1)
            nap(); /* that of a test before, on its way out */
        assert_int_equal(fixture_database_ask("SELECT count(pg_terminate_backend(pid, 60000)) FROM "
                                              "pg_stat_activity" SQL_OURS),
                         1);
        wait_for_revision(w, fixture_database_ask(sql_revision));
        wait_for_ready(w);
    }
    watcher_stats(w, &after);
    assert_true(after.reloads > before.reloads);
    watcher_stop(w);
}

/* What no notification tells is found by looking. */
static void watcher_looks_by_itself(void **state)
{
    (void)state;
    struct watcher *w = start_watcher(database);
    wait_for_ready(w);
    fixture_database_run("UPDATE fluxgrid.revision SET boundary = boundary + 1");
    int64_t boundary = fixture_database_ask("SELECT boundary FROM fluxgrid.revision"), seen = -1;
    for (int64_t end = in(PATIENT_MS); seen != boundary && clock_ms() < end; nap()) {
        struct catalog *c = watcher_catalog(w);
        seen = c->boundary_revision;
        catalog_unref(c);
    }
    watcher_stop(w);
    assert_int_equal(seen, boundary);
}

static void watcher_starts_without_a_database(void **state)
{
    (void)state;
    struct watcher *w = start_watcher("host=/nonexistent password=sesame");
    struct why why = {0};
    for (int64_t end = in(PATIENT_MS); why.code != ERR_UNAVAILABLE && clock_ms() < end; nap()) {
        why = (struct why){0};
        assert_false(watcher_is_ready(w, &why));
    }
    assert_int_equal(why.code, ERR_UNAVAILABLE);
    assert_null(watcher_catalog(w));
    assert_null(strstr(why.reason, "sesame"));
    watcher_stop(w);
    watcher_stop(NULL);
}

struct reading {
    struct watcher *watcher;
    int wrong;
    int stop;
};

static void *read_catalogs(void *arg)
{
    struct reading *r = arg;
    while (!__atomic_load_n(&r->stop, __ATOMIC_ACQUIRE)) {
        struct catalog *c = watcher_catalog(r->watcher);
        if (c && c->slice_count != 6 * c->release_count)
            __atomic_add_fetch(&r->wrong, 1, __ATOMIC_RELAXED);
        catalog_unref(c);
    }
    return NULL;
}

static void readers_and_swaps_at_once(void **state)
{
    (void)state;
    struct reading r = {.watcher = start_watcher(database)};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_catalogs, &r), 0);
    wait_for_ready(r.watcher);
    for (int i = 0; i < 20; i++) {
        fixture_database_run(i % 2 ? "SELECT fluxgrid.release_withdraw(id) FROM fluxgrid.release "
                                     "WHERE version = '1.1.0'"
                                   : "SELECT fluxgrid.release_publish(id) FROM fluxgrid.release "
                                     "WHERE version = '1.1.0'");
        nap();
    }
    __atomic_store_n(&r.stop, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    watcher_stop(r.watcher);
    assert_int_equal(r.wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_what_is_published, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_reference_tables_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_districts_and_statistics, set_up, tear_down),
        cmocka_unit_test_setup_teardown(slices_are_sorted_and_resolved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_snapshot_leaves_no_transaction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_publication_does_not_tear, set_up, tear_down),
        cmocka_unit_test_setup_teardown(contradictions_are_refused, set_up, tear_down),
        cmocka_unit_test(no_server_means_unavailable),
        cmocka_unit_test_setup_teardown(masses_by_district_and_field, set_up, tear_down),
        cmocka_unit_test_setup_teardown(districts_at_a_point, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shapes_in_the_order_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_revision_is_unavailable, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_of_a_release, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_page_and_filter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_by_what_they_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_by_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sources_near_a_point_come_nearest_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(audit_is_passed_through, set_up, tear_down),
        cmocka_unit_test(watcher_follows_publications),
        cmocka_unit_test(watcher_hears_what_comes_between_its_questions),
        cmocka_unit_test(watcher_heals_after_its_backend_dies),
        cmocka_unit_test(watcher_looks_by_itself),
        cmocka_unit_test(watcher_starts_without_a_database),
        cmocka_unit_test(readers_and_swaps_at_once),
    };
    database = fixture_database_open();
    if (!database)
        return 0;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fixture_database_close();
    return failed;
}
