/* xml.h: text of any length, and what of it is markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/ogc/xml.h"

static void a_leaf_holds_any_text(void **state)
{
    (void)state;
    enum { LONG = 20000 };
    static char text[LONG + 1];
    struct buf b;
    struct xml x;
    memset(text, 'a', LONG);
    buf_init(&b, (size_t)1 << 20);
    xml_begin(&x, &b);
    xml_open(&x, "r");
    xml_leaf_printf(&x, "leaf", "%s<%d>", text, 7);
    xml_close(&x);
    assert_int_equal(xml_end(&x, &b), ERR_OK);
    buf_add_char(&b, '\0');
    const char *end = strstr(b.data, "a&lt;7&gt;</leaf>");
    assert_non_null(end);
    assert_true(strspn(strstr(b.data, "<leaf>") + 6, "a") == LONG);
    buf_fini(&b);
}

/* One title with such a character would make the whole document unreadable. */
static void what_xml_has_no_place_for_is_left_out(void **state)
{
    (void)state;
    struct buf b;
    struct xml x;
    buf_init(&b, (size_t)1 << 20);
    xml_begin(&x, &b);
    xml_open(&x, "r");
    xml_attribute(&x, "a", "\xef\xbf\xbf|\x0b|\xef\xbf\xbd");
    xml_text(&x, "\xef\xbf\xbe|\x0b|\xef\xbf\xbd<");
    xml_close(&x);
    assert_int_equal(xml_end(&x, &b), ERR_OK);
    buf_add_char(&b, '\0');
    assert_non_null(strstr(b.data, "<r a=\"???|?|\xef\xbf\xbd\">???|?|\xef\xbf\xbd&lt;</r>"));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_leaf_holds_any_text),
                                       cmocka_unit_test(what_xml_has_no_place_for_is_left_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
