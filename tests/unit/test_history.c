/* test_history.c - what supersedes what, and where a reader goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "inventory/history.h"

enum { A1, A10, A2, B1, A10_GONE, A1_GONE, A2_GONE, A10_AGAIN, COUNT };

static const struct release_event events[COUNT] = {
    [A1] = {.id = 0, .slug = "a", .version = "1.1.0"}, /* from before there was a history */
    [A10] = {.id = 3, .slug = "a", .version = "1.10.0"},
    [A2] = {.id = 4, .slug = "a", .version = "1.2.0"}, /* below the latest */
    [B1] = {.id = 7, .slug = "b", .version = "1.0.0"},
    [A10_GONE] = {.id = 8, .slug = "a", .version = "1.10.0", .is_withdrawal = true},
    [A1_GONE] = {.id = 9, .slug = "a", .version = "1.1.0", .is_withdrawal = true},
    [A2_GONE] = {.id = 10, .slug = "a", .version = "1.2.0", .is_withdrawal = true},
    [A10_AGAIN] = {.id = 12, .slug = "a", .version = "1.10.0"},
};
static const struct catalog catalog = {
    .boundary_revision = 5, .event_count = COUNT, .events = events};

static void what_supersedes_what_is_replayed(void **state)
{
    (void)state;
    static const struct history_step want[COUNT] = {
        [A1] = {-1, A1, false},       [A10] = {A1, A10, false},
        [A2] = {-1, A10, true},       [B1] = {-1, B1, false},
        [A10_GONE] = {-1, A2, false}, [A1_GONE] = {-1, A2, false},
        [A2_GONE] = {-1, -1, false},  [A10_AGAIN] = {-1, A10_AGAIN, false},
    };
    struct history_step steps[COUNT];
    int scratch[COUNT];
    history_replay(&catalog, steps, scratch);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(steps[i].superseded, want[i].superseded);
        assert_int_equal(steps[i].latest, want[i].latest);
        assert_int_equal(steps[i].is_superseded_itself, want[i].is_superseded_itself);
    }
}

static struct history_cursor read(const char *text)
{
    struct history_cursor at = {-1, -1, -1};
    assert_int_equal(history_cursor_read(&catalog, text, &at, NULL), ERR_OK);
    return at;
}

static void a_cursor_reads_back(void **state)
{
    (void)state;
    char text[HISTORY_CURSOR_SIZE];
    history_cursor_print(history_end(&catalog), text);
    assert_string_equal(text, "8.12.5");
    assert_int_equal(history_first(&catalog, read(text)), COUNT);
    history_cursor_print((struct history_cursor){INT64_MAX, INT64_MAX, INT64_MAX}, text);
    assert_int_equal(strlen(text), 3 * 19 + 2);
}

static void a_reader_goes_on_where_it_was(void **state)
{
    (void)state;
    assert_int_equal(history_first(&catalog, read("1.0.5")), A10);
    assert_int_equal(history_first(&catalog, read("3.4.0")), B1);
    assert_int_equal(history_first(&catalog, read("7.10.5")), A10_AGAIN);
}

/* Two of the four were not there when the cursor was made. */
static void what_came_late_makes_all_be_told_again(void **state)
{
    (void)state;
    assert_int_equal(history_first(&catalog, read("2.7.5")), 0);
    assert_int_equal(history_first(&catalog, read("0.0.0")), 0);
}

static void what_is_no_cursor_of_this_history(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "8",
                                        "8.12",
                                        "8.12.5.",
                                        "8.12.5.1",
                                        "x.12.5",
                                        "8.12.x",
                                        "08.12.5",
                                        "8.+2.5",
                                        "-1.0.5",
                                        "8.12.5\n",
                                        "8..5",
                                        "9.12.5",
                                        "8.11.5",
                                        "8.13.5",
                                        "8.12.6",
                                        "4.4.5",
                                        "1000000000000000000.12.5",
                                        "99999999999999999999.0.0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct why why = {0};
        struct history_cursor at = {-7, -7, -7};
        if (history_cursor_read(&catalog, wrong[i], &at, &why) != ERR_INPUT)
            fail_msg("%s is no cursor", wrong[i]);
        assert_int_equal(at.id, -7);
        assert_true(why.reason[0] != '\0' && why.allowed[0] != '\0');
    }
}

static void an_empty_history_has_an_end(void **state)
{
    (void)state;
    const struct catalog empty = {0};
    char text[HISTORY_CURSOR_SIZE];
    struct history_cursor at;
    history_cursor_print(history_end(&empty), text);
    assert_int_equal(history_cursor_read(&empty, text, &at, NULL), ERR_OK);
    assert_int_equal(history_first(&empty, at), 0);
    history_replay(&empty, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_supersedes_what_is_replayed),
        cmocka_unit_test(a_cursor_reads_back),
        cmocka_unit_test(a_reader_goes_on_where_it_was),
        cmocka_unit_test(what_came_late_makes_all_be_told_again),
        cmocka_unit_test(what_is_no_cursor_of_this_history),
        cmocka_unit_test(an_empty_history_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
