/* SHA-256 against the examples of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/digest.h"

static const char EMPTY[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char ABC[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char MILLION[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void known_texts(void **state)
{
    (void)state;
    char hex[DIGEST_HEX_SIZE];
    digest_hex_of("", 0, hex);
    assert_string_equal(hex, EMPTY);
    digest_hex_of("abc", 3, hex);
    assert_string_equal(hex, ABC);
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    struct digest *d = digest_new();
    char piece[1000];
    memset(piece, 'a', sizeof piece);
    for (int left = 1000000, n = 0; left > 0; left -= n) {
        n = left < 997 ? left : left % 997 + 1;
        digest_add(d, piece, (size_t)n);
    }
    char hex[DIGEST_HEX_SIZE];
    digest_hex(d, hex);
    assert_string_equal(hex, MILLION);
    digest_free(d);
    digest_free(NULL);
}

static void a_file_is_its_bytes(void **state)
{
    (void)state;
    int fd = memfd_create("digest", MFD_CLOEXEC);
    assert_true(fd >= 0);
    for (int i = 0; i < 1000; i++) {
        char piece[1000];
        memset(piece, 'a', sizeof piece);
        assert_int_equal(write(fd, piece, sizeof piece), sizeof piece);
    }
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    char hex[DIGEST_HEX_SIZE];
    assert_int_equal(digest_file(path, hex, NULL), ERR_OK);
    assert_string_equal(hex, MILLION);
    close(fd);
}

static void a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    char hex[DIGEST_HEX_SIZE] = "untouched";
    struct why why = {0};
    assert_int_equal(digest_file("no/such/file", hex, &why), ERR_IO);
    assert_string_equal(why.reason, "cannot read no/such/file: No such file or directory");
    assert_int_equal(digest_file("/", hex, NULL), ERR_IO);
    assert_string_equal(hex, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(a_file_is_its_bytes),
        cmocka_unit_test(a_file_that_cannot_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
