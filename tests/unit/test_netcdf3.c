/* The head of a classic netCDF file against its size. The files that libraries write are cut in
 * tests/import; here are heads that no library writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/import/raster/netcdf3.h"

struct file {
    unsigned char bytes[256];
    size_t len;
};

static void add_number(struct file *f, int bytes, uint64_t value)
{
    for (int i = bytes - 1; i >= 0; i--)
        f->bytes[f->len++] = (unsigned char)(value >> 8 * i);
}

static void add_name(struct file *f, char name)
{
    add_number(f, 8, 1);
    add_number(f, 4, (uint64_t)(unsigned char)name << 24);
}

/* CDF-5 with one variable of doubles along the record dimension, and room for two records. */
static struct file with_records(uint64_t count)
{
    struct file f = {.bytes = "CDF\5", .len = 4};
    add_number(&f, 8, count);
    add_number(&f, 4, 10); /* dimensions */
    add_number(&f, 8, 1);
    add_name(&f, 't');
    add_number(&f, 8, 0); /* the record dimension */
    add_number(&f, 4, 0); /* no attributes */
    add_number(&f, 8, 0);
    add_number(&f, 4, 11); /* variables */
    add_number(&f, 8, 1);
    add_name(&f, 'v');
    add_number(&f, 8, 1); /* of one dimension, */
    add_number(&f, 8, 0); /* that one */
    add_number(&f, 4, 0); /* no attributes */
    add_number(&f, 8, 0);
    add_number(&f, 4, 6); /* doubles */
    add_number(&f, 8, 8);
    add_number(&f, 8, f.len + 8); /* where they begin */
    f.len += 16;
    return f;
}

static enum err check_file(const struct file *f)
{
    char path[32];
    struct why why = {.code = ERR_OK};
    int fd = memfd_create("netcdf3", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, f->bytes, f->len), (ssize_t)f->len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum err e = netcdf3_check_whole(path, "t.nc", &why);
    close(fd);
    return e;
}

static void what_is_there_is_whole(void **state)
{
    (void)state;
    for (uint64_t count = 0; count <= 2; count++) {
        const struct file f = with_records(count);
        assert_int_equal(check_file(&f), ERR_OK);
    }
    const struct file f = with_records(UINT64_MAX); /* streamed: as many as there are */
    assert_int_equal(check_file(&f), ERR_OK);
}

static void what_is_not_there_is_missed(void **state)
{
    (void)state;
    struct file f = with_records(9);
    assert_int_equal(check_file(&f), ERR_INPUT);
    f = with_records(2);
    f.len -= 9;
    assert_int_equal(check_file(&f), ERR_INPUT);
}

/* 5 bytes each, the least that a record of 8 may be written in: 5 x 3689348814741910324 is 2^64
 * + 4. */
static void more_than_64_bits_count_is_missed(void **state)
{
    (void)state;
    const struct file f = with_records(UINT64_C(3689348814741910325));
    assert_int_equal(check_file(&f), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_is_whole),
        cmocka_unit_test(what_is_not_there_is_missed),
        cmocka_unit_test(more_than_64_bits_count_is_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
