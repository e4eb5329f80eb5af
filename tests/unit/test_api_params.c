/* The parameters of a query: strict, defaulted, canonical. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "api/params.h"
#include "base/settings.h"
#include "fixture_catalog.h"

struct world {
    struct catalog *catalog;
    struct settings settings;
    struct arena arena;
};

static const struct param_rules rules = {
    .accepted = PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_YEAR) | PARAM_BIT(PARAM_GAS) |
                PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_GROUPBY) | PARAM_BIT(PARAM_SECTOR) |
                PARAM_BIT(PARAM_DISTRICT) | PARAM_BIT(PARAM_UNIT) | PARAM_BIT(PARAM_PER) |
                PARAM_BIT(PARAM_FORMAT) | PARAM_BIT(PARAM_LANG) | PARAM_BIT(PARAM_Q),
    .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV,
    .has_year_range = true,
};

static int set_up(void **state)
{
    static struct world w;
    memset(&w, 0, sizeof w);
    w.catalog = fixture_catalog_new();
    snprintf(w.settings.default_gwp, sizeof w.settings.default_gwp, "AR5-100");
    snprintf(w.settings.default_release, sizeof w.settings.default_release, "demo");
    arena_init(&w.arena, 1 << 20);
    *state = &w;
    return w.catalog == NULL;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    catalog_unref(w->catalog);
    arena_fini(&w->arena);
    return 0;
}

/* Parses up to four name=value pairs, NULL-ended. */
static enum err ask(struct world *w, const char *const *pairs, struct params *p, struct why *why)
{
    static const char *names[8], *values[8];
    static char copy[8][256];
    struct http_request r = {.accept = "",
                             .accept_language = "",
                             .base_url = "",
                             .query_names = names,
                             .query_values = values,
                             .arena = &w->arena};
    for (; *pairs != NULL; pairs++) {
        char *text = copy[r.query_count];
        size_t len = strlen(*pairs);
        assert_true(len < sizeof copy[0]);
        memcpy(text, *pairs, len + 1);
        char *equals = strchr(text, '=');
        assert_non_null(equals);
        *equals = '\0';
        names[r.query_count] = text;
        values[r.query_count++] = equals + 1;
    }
    struct http_state s = {.settings = &w->settings, .catalog = w->catalog};
    memset(why, 0, sizeof *why);
    return params_read(p, &r, &s, &rules, NULL, &w->arena, why);
}

#define ASK(w, p, why, ...) ask(w, (const char *const[]){__VA_ARGS__, NULL}, p, why)

static void defaults_are_written_out(void **state)
{
    struct world *w = *state;
    struct params p;
    struct why why;
    assert_int_equal(ask(w, (const char *const[]){NULL}, &p, &why), ERR_OK);
    assert_false(p.is_pinned);
    assert_int_equal(p.release, FIX_DEMO_1_10);
    assert_int_equal(p.gwp_set, FIX_AR5_100);
    const char *query = params_query(&p);
    assert_non_null(strstr(query, "format=json&gas=CO2E&groupby=year&gwp=AR5-100&lang=en"));
    assert_non_null(strstr(query, "release=demo@1.10.0"));
    assert_non_null(strstr(query, "unit=kt&year="));
}

static void order_and_case_make_one_query(void **state)
{
    struct world *w = *state;
    struct params a, b;
    struct why why;
    assert_int_equal(ASK(w, &a, &why, "groupby=gas,year", "gas=ch4", "unit=t"), ERR_OK);
    assert_int_equal(ASK(w, &b, &why, "unit=t", "gas=CH4", "groupby=year,gas"), ERR_OK);
    assert_string_equal(params_query(&a), params_query(&b));
}

static void a_canonical_query_is_its_own(void **state)
{
    struct world *w = *state;
    struct params a, b;
    struct why why;
    assert_int_equal(ASK(w, &a, &why, "groupby=gas", "q=O‘z & co"), ERR_OK);
    assert_int_equal(a.gas, SELECTION_ALL_GASES);
    assert_int_equal(a.gwp_set, -1);
    assert_non_null(strstr(params_query(&a), "q=O%E2%80%98z%20%26%20co"));
    assert_null(strstr(params_query(&a), "gwp="));
    char year[32];
    snprintf(year, sizeof year, "year=%s", params_value(&a, PARAM_YEAR));
    assert_int_equal(ASK(w, &b, &why, "groupby=gas", "q=O‘z & co", "release=demo@1.10.0", year),
                     ERR_OK);
    assert_true(b.is_pinned);
    assert_string_equal(params_query(&a), params_query(&b));
}

static void a_gwp_set_plays_no_part_in_one_gas(void **state)
{
    struct world *w = *state;
    struct params p;
    struct why why;
    assert_int_equal(ASK(w, &p, &why, "gas=CH4", "gwp=AR6-100"), ERR_OK);
    assert_int_equal(p.gwp_set, -1);
    assert_null(params_value(&p, PARAM_GWP));
    assert_int_equal(ASK(w, &p, &why, "groupby=gas", "gwp=AR6-100"), ERR_OK);
    assert_int_equal(p.gas, SELECTION_GAS_CO2E);
    assert_int_equal(p.gwp_set, FIX_AR6_100);
}

static void children_fold_into_listed_parents(void **state)
{
    struct world *w = *state;
    struct params p;
    struct why why;
    assert_int_equal(ASK(w, &p, &why, "sector=1.A.1,IPCC2006:1,1.A"), ERR_OK);
    assert_string_equal(params_value(&p, PARAM_SECTOR), "IPCC2006:1");
}

static void ratios_default_to_tonnes(void **state)
{
    struct world *w = *state;
    struct params p;
    struct why why;
    assert_int_equal(ASK(w, &p, &why, "per=capita"), ERR_OK);
    assert_int_equal(p.unit, UNIT_T);
    assert_int_equal(ASK(w, &p, &why, "per=capita", "unit=Mt"), ERR_OK);
    assert_int_equal(p.unit, UNIT_MT);
}

static void every_refusal_names_its_parameter(void **state)
{
    struct world *w = *state;
    static const char *const bad[] = {
        "release=nowhere", "year=22",        "year=1066",    "gas=XE",      "gwp=AR7",
        "groupby=",        "sector=",        "sector=77",    "district=ZZ", "unit=kg",
        "per=head",        "format=geojson", "lang=EN",      "q=",          "year=..",
        "groupby=gas,gas", "limit=5",        "groupby=year,"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct params p;
        struct why why;
        enum err e = ASK(w, &p, &why, bad[i]);
        assert_true(e == ERR_INPUT || e == ERR_NOT_FOUND);
        assert_int_equal(why.code, e);
        assert_int_equal(strncmp(why.parameter, bad[i], strlen(why.parameter)), 0);
        assert_true(why.parameter[0] != '\0' && why.reason[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults_are_written_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(order_and_case_make_one_query, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_canonical_query_is_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gwp_set_plays_no_part_in_one_gas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(children_fold_into_listed_parents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ratios_default_to_tonnes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_refusal_names_its_parameter, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
