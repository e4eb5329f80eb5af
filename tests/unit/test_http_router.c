/* test_http_router.c - which endpoint a path finds, and what a problem looks like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "http/problem.h"
#include "http/router.h"

static const struct http_route routes[] = {
    {.method = "GET", .pattern = "/"},
    {.method = "GET", .pattern = "/v1/emissions"},
    {.method = "POST", .pattern = "/v1/emissions"},
    {.method = "POST", .pattern = "/v1/only"},
    {.method = "GET", .pattern = "/tiles/districts/{z}/{x}/{file}"},
    {.method = "GET", .pattern = "/tiles/{release}/{layer}/{z}/{x}/{file}"},
    {.method = "GET", .pattern = "/tiles/{release}/{layer}"},
    {.pattern = NULL},
};

static struct arena arena;
static struct router *router;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    router = router_new(routes);
    return router == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    router_free(router);
    arena_fini(&arena);
    return 0;
}

static enum err find(const char *method, const char *path, struct router_match *m)
{
    struct uri u;
    struct why why = {0};
    assert_int_equal(uri_parse(path, &arena, &u, &why), ERR_OK);
    return router_find(router, method, &u, m);
}

static void finds_and_captures(void **state)
{
    (void)state;
    struct router_match m;
    assert_int_equal(find("GET", "/", &m), ERR_OK);
    assert_int_equal(m.index, 0);
    assert_int_equal(find("GET", "/tiles/uz@1.0.0/net-co2e/3/4/5@2x.png", &m), ERR_OK);
    assert_int_equal(m.index, 5);
    assert_int_equal(m.captured_count, 5);
    assert_string_equal(m.captured[0], "uz@1.0.0");
    assert_string_equal(m.captured[4], "5@2x.png");
    assert_int_equal(find("GET", "/tiles/districts/3/4/5.mvt", &m), ERR_OK);
    assert_int_equal(m.index, 4);
    assert_int_equal(m.captured_count, 3);
    assert_int_equal(find("HEAD", "/tiles/uz/net-co2e.json", &m), ERR_OK);
    assert_int_equal(m.index, 6);
    assert_int_equal(find("POST", "/v1/emissions", &m), ERR_OK);
    assert_int_equal(m.index, 2);
}

static void misses_what_is_not_there(void **state)
{
    (void)state;
    static const char *const none[] = {
        "/v1",      "/v1/emission", "/v1/emissionsx", "/v1/emissions/", "/tiles",
        "/tiles/a", "/tiles/a/b/c", "/V1/emissions",  "/v1/emissions/x"};
    struct router_match m;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_int_equal(find("GET", none[i], &m), ERR_NOT_FOUND);
        assert_int_equal(m.index, -1);
    }
}

static void says_which_methods_there_are(void **state)
{
    (void)state;
    struct router_match m;
    char allow[40];
    assert_int_equal(find("DELETE", "/v1/emissions", &m), ERR_METHOD);
    router_allow(&m, allow);
    assert_string_equal(allow, "GET, HEAD, POST, OPTIONS");
    assert_int_equal(find("GET", "/v1/only", &m), ERR_METHOD);
    router_allow(&m, allow);
    assert_string_equal(allow, "POST, OPTIONS");
    assert_int_equal(find("POST", "/tiles/a/b", &m), ERR_METHOD);
    router_allow(&m, allow);
    assert_string_equal(allow, "GET, HEAD, OPTIONS");
}

static void every_failure_has_a_status(void **state)
{
    (void)state;
    for (int e = ERR_OK + 1; e < ERR_COUNT; e++) {
        int status = problem_status((enum err)e);
        assert_true(status >= 400 && status < 600);
        assert_string_not_equal(problem_title(status), "Error");
        assert_int_equal(problem_retry_after_s(status) > 0, status == 503 || status == 429);
    }
}

static void problems_are_json(void **state)
{
    (void)state;
    struct buf b;
    struct why why = {0};
    (void)why_set(&why, ERR_INPUT, "year", "there is no \"such\" year");
    why_allow(&why, "2010 to 2022");
    buf_init(&b, 4096);
    problem_write(&b, 400, &why, "id-1");
    json_t *doc = json_loadb(b.data, b.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(doc);
    assert_string_equal(json_string_value(json_object_get(doc, "type")), "about:blank");
    assert_string_equal(json_string_value(json_object_get(doc, "title")), "Bad Request");
    assert_int_equal(json_integer_value(json_object_get(doc, "status")), 400);
    assert_string_equal(json_string_value(json_object_get(doc, "detail")),
                        "there is no \"such\" year");
    assert_string_equal(json_string_value(json_object_get(doc, "instance")), "id-1");
    json_t *first = json_array_get(json_object_get(doc, "errors"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "parameter")), "year");
    assert_string_equal(json_string_value(json_object_get(first, "allowed")), "2010 to 2022");
    json_decref(doc);
    buf_reset(&b);
    problem_write(&b, 404, NULL, "id-2");
    doc = json_loadb(b.data, b.len, 0, NULL);
    assert_non_null(doc);
    assert_null(json_object_get(doc, "errors"));
    json_decref(doc);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_and_captures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(misses_what_is_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_which_methods_there_are, set_up, tear_down),
        cmocka_unit_test(every_failure_has_a_status),
        cmocka_unit_test(problems_are_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
