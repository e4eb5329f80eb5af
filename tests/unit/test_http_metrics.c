/* test_http_metrics.c - the forms of /metrics that a served release does not bring out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/metrics.h"

static void a_label_is_escaped(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    metrics_write_label(&b, "release", "a\"b\\c\nd} 1");
    assert_string_equal(b.data, "release=\"a\\\"b\\\\c\\nd} 1\"");
    buf_fini(&b);
}

static void a_histogram_is_cumulative(void **state)
{
    (void)state;
    static const int64_t upper_us[] = {500, 1000000};
    static const uint64_t by_bound[] = {2, 0, 3};
    struct buf b;
    buf_init(&b, 1000);
    metrics_write_histogram(&b, "x", "", upper_us, by_bound, 2, 1500000);
    metrics_write_histogram(&b, "x", "a=\"b\"", upper_us, by_bound, 2, 0);
    assert_string_equal(b.data, "x_bucket{le=\"0.0005\"} 2\nx_bucket{le=\"1\"} 2\n"
                                "x_bucket{le=\"+Inf\"} 5\nx_sum 1.500000\nx_count 5\n"
                                "x_bucket{a=\"b\",le=\"0.0005\"} 2\nx_bucket{a=\"b\",le=\"1\"} 2\n"
                                "x_bucket{a=\"b\",le=\"+Inf\"} 5\nx_sum{a=\"b\"} 0.000000\n"
                                "x_count{a=\"b\"} 5\n");
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_is_escaped),
        cmocka_unit_test(a_histogram_is_cumulative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
