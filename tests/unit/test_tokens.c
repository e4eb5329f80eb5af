/* Operators' tokens: what is made is found again, and a file that is not as it should be is refused
 * with its line. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/tokens.h"

static void test_a_made_token_is_its_owners(void **state)
{
    char token[TOKEN_SIZE], other[TOKEN_SIZE], digest[DIGEST_HEX_SIZE], text[200];
    struct token_list list;
    struct why why = {0};
    (void)state;
    assert_int_equal(token_make(token, &why), ERR_OK);
    assert_int_equal(token_make(other, &why), ERR_OK);
    assert_string_not_equal(token, other);
    assert_int_equal(strspn(token, "0123456789abcdef"), 64);
    digest_hex_of(token, 64, digest);
    (void)snprintf(text, sizeof text, "# who may act\n\nold %064d\nanna.k %s\r\n", 0, digest);
    assert_int_equal(tokens_parse(text, "file", &list, &why), ERR_OK);
    assert_int_equal(list.count, 2);
    assert_string_equal(tokens_owner(&list, token), "anna.k");
    assert_null(tokens_owner(&list, other));
    assert_null(tokens_owner(&list, ""));
    token[63] = '\0'; /* a prefix */
    assert_null(tokens_owner(&list, token));
}

static void test_two_tokens_of_one_name_are_both_valid(void **state)
{
    char one[DIGEST_HEX_SIZE], two[DIGEST_HEX_SIZE], text[200];
    struct token_list list;
    struct why why = {0};
    (void)state;
    digest_hex_of("a", 1, one);
    digest_hex_of("b", 1, two);
    (void)snprintf(text, sizeof text, "anna %s\nanna %s", one, two);
    assert_int_equal(tokens_parse(text, "file", &list, &why), ERR_OK);
    assert_string_equal(tokens_owner(&list, "a"), "anna");
    assert_string_equal(tokens_owner(&list, "b"), "anna");
}

static void test_what_is_no_line_is_refused_with_its_number(void **state)
{
    static const char *const wrong[] = {
        "anna",
        "anna 0123",
        "an/na 0000000000000000000000000000000000000000000000000000000000000000",
        "anna 000000000000000000000000000000000000000000000000000000000000000G",
        "anna 0000000000000000000000000000000000000000000000000000000000000000 x",
        ("a234567890123456789012345678901234 "
         "0000000000000000000000000000000000000000000000000000000000000000"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[400];
        struct token_list list;
        struct why why = {0};
        (void)snprintf(text, sizeof text, "# first\n%s\n", wrong[i]);
        assert_int_equal(tokens_parse(text, "file", &list, &why), ERR_INPUT);
        assert_non_null(strstr(why.reason, "file:2: "));
    }
}

static void test_no_more_than_there_is_room_for(void **state)
{
    char text[8000] = "";
    struct token_list list;
    struct why why = {0};
    (void)state;
    for (int i = 0; i <= TOKENS_MAX; i++) {
        size_t at = strlen(text);
        (void)snprintf(text + at, sizeof text - at, "n%d %064d\n", i, i);
    }
    assert_int_equal(tokens_parse(text, "file", &list, &why), ERR_INPUT);
    assert_non_null(strstr(why.reason, "file:17: "));
}

static void test_a_file_that_others_may_read_is_refused(void **state)
{
    char path[] = "/tmp/fluxgrid-tokens-XXXXXX";
    struct token_list list;
    struct why why = {0};
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(dprintf(fd, "anna %064d\n", 1), 70);
    assert_int_equal(fchmod(fd, 0644), 0);
    assert_int_equal(tokens_read(path, &list, &why), ERR_IO);
    assert_non_null(strstr(why.reason, "chmod o="));
    assert_int_equal(fchmod(fd, 0640), 0);
    assert_int_equal(tokens_read(path, &list, &(struct why){0}), ERR_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(tokens_read(path, &list, &(struct why){0}), ERR_IO);
    assert_int_equal(tokens_read("/tmp", &list, &(struct why){0}), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_made_token_is_its_owners),
        cmocka_unit_test(test_two_tokens_of_one_name_are_both_valid),
        cmocka_unit_test(test_what_is_no_line_is_refused_with_its_number),
        cmocka_unit_test(test_no_more_than_there_is_room_for),
        cmocka_unit_test(test_a_file_that_others_may_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
