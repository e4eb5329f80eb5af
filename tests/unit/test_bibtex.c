/* Text as BibTeX: nothing in it may be obeyed, and braces must balance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "api/bibtex.h"

#define CHECK(call, want)                                                                          \
    do {                                                                                           \
        struct buf b;                                                                              \
        buf_init(&b, 4096);                                                                        \
        call;                                                                                      \
        assert_int_equal(b.failed, ERR_OK);                                                        \
        assert_string_equal(b.data, want);                                                         \
        buf_fini(&b);                                                                              \
    } while (0)

static void plain_text_and_utf8_stay(void **state)
{
    (void)state;
    CHECK(bibtex_field(&b, "title", "O‘zbekiston: выбросы, 배출, 2010–2022 (a/b; c=d)"),
          "  title = {O‘zbekiston: выбросы, 배출, 2010–2022 (a/b; c=d)},\n");
    CHECK(bibtex_field_kept(&b, "author", "Ministry of Ecology"),
          "  author = {{Ministry of Ecology}},\n");
}

static void what_latex_obeys_is_spelt(void **state)
{
    (void)state;
    CHECK(bibtex_field(&b, "note", "50 % & $1 #2 a_b"), "  note = {50 \\% \\& \\$1 \\#2 a\\_b},\n");
    CHECK(bibtex_field(&b, "note", "~^<>|\""),
          "  note = {\\textasciitilde{}\\textasciicircum{}\\textless{}\\textgreater{}\\textbar{}"
          "\\textquotedbl{}},\n");
    CHECK(bibtex_field(&b, "note", "\\input{/etc/passwd}"),
          "  note = {\\textbackslash{}input\\textbraceleft{}/etc/passwd\\textbraceright{}},\n");
}

/* A text that tries to end its field and entry and to begin another. */
static void nobody_leaves_a_field(void **state)
{
    (void)state;
    struct buf b;
    int depth = 0;
    buf_init(&b, 4096);
    bibtex_field(&b, "title", "x}},\n}\n@misc{evil, title = {{{\\}");
    assert_ptr_equal(strchr(b.data, '\n'), b.data + b.len - 1); /* one line */
    for (size_t i = 0; i + 2 < b.len; i++) {
        depth += b.data[i] == '{';
        depth -= b.data[i] == '}';
        assert_true(i < strlen("  title = ") || depth > 0 || b.data[i + 1] == ',');
    }
    assert_int_equal(depth, 0);
    buf_fini(&b);
}

static void blanks_are_one_and_nothing_is_no_field(void **state)
{
    (void)state;
    CHECK(bibtex_field(&b, "note", " a \r\n\t b\x01"), "  note = { a b},\n");
    struct buf b;
    buf_init(&b, 64);
    bibtex_field(&b, "note", "");
    assert_int_equal(b.len, 0);
    buf_fini(&b);
}

static void a_url_is_verbatim(void **state)
{
    (void)state;
    CHECK(bibtex_field_url(&b, "url", "https://a.uz/v1/x?q=%D0%A2&a=1_2~#f"),
          "  url = {https://a.uz/v1/x?q=%D0%A2&a=1_2~#f},\n");
    CHECK(bibtex_field_url(&b, "url", "http://a/{}\\ \"ё"),
          "  url = {http://a/%7B%7D%5C%20%22%D1%91},\n");
}

static void a_key_has_no_marks(void **state)
{
    (void)state;
    CHECK(bibtex_key(&b, "uz-1.0.0+b,{}%ё"), "uz-1.0.0-b------");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_and_utf8_stay),
        cmocka_unit_test(what_latex_obeys_is_spelt),
        cmocka_unit_test(nobody_leaves_a_field),
        cmocka_unit_test(blanks_are_one_and_nothing_is_no_field),
        cmocka_unit_test(a_url_is_verbatim),
        cmocka_unit_test(a_key_has_no_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
