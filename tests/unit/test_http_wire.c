/* test_http_wire.c - the strict reader of a connection's bytes, cut everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/intake.h"

#define HEAD(text) "GET / HTTP/1.1\r\nHost: a\r\n" text

struct text {
    const char *at;
    size_t len;
};
#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

/* As wire_read(), of bytes that nobody may write to. */
static size_t read_const(struct wire *w, const char *bytes, size_t len)
{
    static char copy[32768];
    assert_true(len <= sizeof copy);
    memcpy(copy, bytes, len);
    return wire_read(w, copy, len);
}

static void passes_what_is_right_wherever_it_is_cut(void **state)
{
    (void)state;
    static const struct {
        struct text sent;
        unsigned heads;
    } cases[] = {
        {TEXT("GET / HTTP/1.1\r\n\r\n"), 1},
        {TEXT("GET / HTTP/1.0\r\nX:\r\n\r\n"), 1},
        {TEXT("\r\nGET /?\x80 HTTP/1.1\r\nX: \t y\xff\t \r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n"), 2},
        {TEXT("POST / HTTP/1.1\r\ncontent-LENGTH: \t 7\r\nX: y\r\n\r\n\0\n: \r\n\rGET / "
              "HTTP/1.1\r\n\r\n"),
         2},
        {TEXT("POST / HTTP/1.1\r\nContent-Length:0\r\n\r\nGET / HTTP/1.1\r\n\r\n"), 2},
        {TEXT("POST / HTTP/1.1\r\nContent-Lengthy: 3\r\nContent-Lengt: 3\r\nTransfer-Encodings: "
              "1\r\n"
              "Transfer: 1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
         2},
        {TEXT("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nxPOST / HTTP/1.1\r\nContent-Length: "
              "2\r\n\r\nxx"),
         2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t cut = 0; cut <= cases[i].sent.len; cut++) {
            struct wire w = {0};
            size_t rest = cases[i].sent.len - cut;
            assert_int_equal(read_const(&w, cases[i].sent.at, cut), cut);
            assert_int_equal(read_const(&w, cases[i].sent.at + cut, rest), rest);
            assert_null(w.fault);
            assert_int_equal(w.heads, cases[i].heads);
            assert_int_equal(w.state, WIRE_START);
        }
    }
}

/* What the library is given of a malformed head: a head that is right, of one request. */
static void ends_what_is_wrong(struct text sent, size_t good, int status)
{
    for (size_t cut = 0; cut <= sent.len; cut++) {
        struct wire w = {0}, again = {0};
        char given[256];
        size_t len = read_const(&w, sent.at, cut);
        if (w.fault == NULL) {
            len += read_const(&w, sent.at + cut, sent.len - cut);
        }
        assert_non_null(w.fault);
        assert_int_equal(w.status, status);
        assert_int_equal(len, good);
        uint64_t heads = w.heads;
        memcpy(given, sent.at, len);
        for (size_t n; (n = wire_take_rest(&w, given + len, 3)) > 0;) {
            len += n;
        }
        size_t read = read_const(&again, given, len);
        if (again.fault != NULL) { /* refused for a name that is right: given, it still is there */
            assert_int_equal(again.status, status);
            assert_int_equal(read, good);
            continue;
        }
        assert_int_equal(read, len);
        assert_int_equal(again.heads, heads + 1);
    }
}

static void ends_heads_at_their_first_wrong_byte(void **state)
{
    (void)state;
    static const struct {
        struct text sent;
        size_t good;
        int status;
    } cases[] = {
        {TEXT("\0GET / HTTP/1.1\r\n\r\n"), 0, 400},
        {TEXT("\nGET / HTTP/1.1\r\n\r\n"), 0, 400},
        {TEXT("\r\n\r\nGET / HTTP/1.1\r\n\r\n"), 2, 400},
        {TEXT("\r\rGET / HTTP/1.1\r\n\r\n"), 1, 400},
        {TEXT("G\0T / HTTP/1.1\r\n\r\n"), 1, 400},
        {TEXT("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n\r\n"), 32, 400},
        {TEXT("GET  / HTTP/1.1\r\n\r\n"), 4, 400},
        {TEXT("GET /\tHTTP/1.1\r\n\r\n"), 5, 400},
        {TEXT("GET /\r\n\r\n"), 5, 400},
        {TEXT("GET /  HTTP/1.1\r\n\r\n"), 6, 400},
        {TEXT("GET / http/1.1\r\n\r\n"), 6, 400},
        {TEXT("GET / HTTP/2.0\r\n\r\n"), 11, 505},
        {TEXT("GET / HTTP/1.2\r\n\r\n"), 13, 505},
        {TEXT("GET / HTTP/1.11\r\n\r\n"), 14, 400},
        {TEXT("GET / HTTP/1.1 \r\n\r\n"), 14, 400},
        {TEXT("GET / HTTP/1.1\n\r\n"), 14, 400},
        {TEXT("GET / HTTP/1.1\r\r\n\r\n"), 15, 400},
        {TEXT(HEAD(":X: y\r\n\r\n")), 25, 400},
        {TEXT(HEAD("\0X: y\r\n\r\n")), 25, 400},
        {TEXT(HEAD("\0\nGET / HTTP/1.1\r\n\r\n")), 25, 400},
        {TEXT(HEAD(" X: y\r\n\r\n")), 25, 400},
        {TEXT(HEAD("\nGET / HTTP/1.1\r\n\r\n")), 25, 400},
        {TEXT(HEAD("\rX: y\r\n\r\n")), 26, 400},
        {TEXT(HEAD("X : y\r\n\r\n")), 26, 400},
        {TEXT(HEAD("X\r\n\r\n")), 26, 400},
        {TEXT(HEAD("X: y\n\r\n")), 29, 400},
        {TEXT(HEAD("X: y\0\n\r\n")), 29, 400},
        {TEXT(HEAD("X: \x7f\r\n\r\n")), 28, 400},
        {TEXT(HEAD("X: y\rz\r\n\r\n")), 30, 400},
        {TEXT(HEAD("Content-Length: 5\r\nContent-Length: 5\r\n\r\n")), 58, 400},
        {TEXT(HEAD("Content-Length: 5, 5\r\n\r\n")), 42, 400},
        {TEXT(HEAD("Content-Length: -5\r\n\r\n")), 41, 400},
        {TEXT(HEAD("Content-Length:\r\n\r\n")), 40, 400},
        {TEXT(HEAD("Content-Length: 1234567890123456789\r\n\r\n")), 59, 413},
        {TEXT(HEAD("Transfer-Encoding: chunked\r\n\r\n")), 42, 501},
        {TEXT(HEAD("\r\n") "\0"), 27, 400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ends_what_is_wrong(cases[i].sent, cases[i].good, cases[i].status);
    }
}

static struct wire after(const char *text)
{
    struct wire w = {0};
    assert_int_equal(read_const(&w, text, strlen(text)), strlen(text));
    return w;
}

static void bounds_what_it_reads(void **state)
{
    (void)state;
    static char much[20000];
    memset(much, 'a', sizeof much);
    struct wire w = after("GET /");
    assert_int_equal(read_const(&w, much, sizeof much), 2047);
    assert_int_equal(w.status, 414);
    w = after("GET / HTTP/1.1\r\nX:  \t ");
    assert_int_equal(read_const(&w, much, sizeof much), 8192);
    assert_int_equal(w.status, 431);
    w = after("GET / HTTP/1.1\r\n");
    size_t passed = read_const(&w, much, sizeof much); /* a name */
    assert_true(passed > 11000 && passed < 12288);
    assert_int_equal(w.status, 431);
    w = after("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 64; i++) {
        assert_int_equal(read_const(&w, "X:\r\n", 4), 4);
    }
    assert_int_equal(read_const(&w, "X:\r\n", 4), 0);
    assert_int_equal(w.status, 431);
}

static void blanks_cookies(void **state)
{
    (void)state;
    static const char sent[] = "GET /cookie:a HTTP/1.1\r\nCookies: a=b\r\ncOOKIE:\ta=b; c\r\n"
                               "X: cookie: a\r\nCookie:\r\nCookie:z\r\n\r\n";
    static const char given[] = "GET /cookie:a HTTP/1.1\r\nCookies: a=b\r\ncOOKIE:\t      \r\n"
                                "X: cookie: a\r\nCookie:\r\nCookie: \r\n\r\n";
    for (size_t cut = 0; cut < sizeof sent; cut++) {
        struct wire w = {0};
        char bytes[sizeof sent];
        memcpy(bytes, sent, sizeof sent);
        assert_int_equal(wire_read(&w, bytes, cut), cut);
        assert_int_equal(wire_read(&w, bytes + cut, sizeof sent - 1 - cut), sizeof sent - 1 - cut);
        assert_int_equal(w.heads, 1);
        assert_string_equal(bytes, given);
    }
}

/* ---- whole lines are read by other code than single bytes: it must say the same ---- */

static uint64_t random_state = 43;

static unsigned below(unsigned n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % n;
}

struct draft {
    size_t len;
    char text[1 << 21];
};

static void add(struct draft *d, const char *text)
{
    size_t len = strlen(text);
    assert_true(d->len + len < sizeof d->text);
    memcpy(d->text + d->len, text, len);
    d->len += len;
}

/* Up to a limit or just past it. */
static void add_about(struct draft *d, char c, size_t limit)
{
    size_t len = limit - 2 + below(5);
    assert_true(d->len + len < sizeof d->text);
    memset(d->text + d->len, c, len);
    d->len += len;
}

static void add_line(struct draft *d)
{
    enum { PLAIN_NAMES = 7, NAMES = 9 };
    static const char *const names[NAMES] = {"Host",
                                             "X",
                                             "cOOKIE",
                                             "Accept-Encoding",
                                             "Cookie",
                                             "Cookies",
                                             "Content-Lengths",
                                             "Content-Length",
                                             "Transfer-Encoding"};
    static const char *const values[] = {"a",        "",   "5",    "gzip, br", "a\tb",
                                         "\xc3\xa9", "3 ", "\t a", "W/\"",     "0123456789abcdef"};
    add(d, names[below(below(20) == 0 ? NAMES : PLAIN_NAMES)]);
    add(d, below(3) > 0 ? ": " : ":");
    if (below(20) == 0) {
        add_about(d, 'v', below(2) == 0 ? 8192 : 3000);
    } else {
        add(d, values[below(10)]);
    }
    add(d, "\r\n");
}

static void add_head(struct draft *d)
{
    static const char *const methods[] = {"GET", "POST", "A"};
    add(d, below(8) == 0 ? "\r\n" : "");
    if (below(20) == 0) {
        add_about(d, 'M', 32);
    } else {
        add(d, methods[below(3)]);
    }
    add(d, below(2) == 0 ? " /?a=\x80#" : " /");
    if (below(20) == 0) {
        add_about(d, 't', 2047);
    }
    add(d, below(8) > 0 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
    for (unsigned lines = below(20) == 0 ? 62 + below(5) : below(6); lines > 0; lines--) {
        add_line(d);
    }
    add(d, "\r\n");
}

/* Two heads and, in half of them, a byte that is another or is not there. */
static void write_draft(struct draft *d)
{
    static const char odd[] = "\0\n\r :\t\x7f\x80\x1f,=HT1/G";
    d->len = 0;
    add_head(d);
    add_head(d);
    if (below(2) == 0) {
        size_t at = below((unsigned)d->len);
        if (below(2) == 0) {
            d->text[at] = odd[below(sizeof odd - 1)];
        } else {
            d->len--;
            memmove(d->text + at, d->text + at + 1, d->len - at);
        }
    }
}

static size_t read_singly(struct wire *w, char *bytes, size_t len)
{
    size_t n = 0;
    while (n < len && wire_read(w, bytes + n, 1) == 1) {
        n++;
    }
    return n;
}

/* @return whether it was refused */
static bool is_read_alike(const struct draft *d)
{
    static struct draft whole, single;
    struct wire w = {0}, s = {0};
    memcpy(&whole, d, sizeof d->len + d->len);
    memcpy(&single, d, sizeof d->len + d->len);
    size_t passed = wire_read(&w, whole.text, whole.len);
    assert_int_equal(read_singly(&s, single.text, single.len), passed);
    assert_memory_equal(whole.text, single.text, passed);
    assert_ptr_equal(w.fault, s.fault);
    assert_ptr_equal(w.rest, s.rest);
    assert_int_equal(w.status, s.status);
    assert_int_equal(w.state, s.state);
    assert_int_equal(w.heads, s.heads);
    assert_int_equal(w.head_bytes, s.head_bytes);
    assert_int_equal(w.field_count, s.field_count);
    assert_int_equal(w.body_left, s.body_left);
    return w.fault != NULL;
}

static void reads_whole_lines_as_single_bytes(void **state)
{
    (void)state;
    static struct draft d;
    unsigned faults = 0;
    for (int i = 0; i < 20000; i++) {
        write_draft(&d);
        faults += is_read_alike(&d);
    }
    assert_true(faults > 5000 && faults < 15000); /* there were enough of both */
}

static void fills_a_head_alike(void **state)
{
    (void)state;
    static struct draft d;
    bool was_refused = false;
    for (size_t len = 3000; len < 4000; len++) {
        d.len = 0;
        add(&d, "GET / HTTP/1.1\r\nX: ");
        memset(d.text + d.len, 'v', 8000);
        d.len += 8000;
        add(&d, "\r\nY:");
        memset(d.text + d.len, 'v', len);
        d.len += len;
        add(&d, "\r\n\r\n");
        bool is_refused = is_read_alike(&d);
        assert_true(is_refused || !was_refused);
        was_refused = is_refused;
    }
    assert_true(was_refused);
}

/* As the library does: by recv(), which in this program is the intake's. */
static void stands_between_a_socket_and_its_reader(void **state)
{
    (void)state;
    static const char sent[] = "GET / HTTP/1.1\r\nX: y\n\r\nGET /hidden HTTP/1.1\r\n\r\n";
    struct wire w = {0};
    char got[64];
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    assert_int_equal(intake_watch(fds[0], &w), ERR_OK);
    assert_int_equal(send(fds[1], sent, sizeof sent - 1, 0), sizeof sent - 1);
    assert_int_equal(recv(fds[0], got, 5, MSG_PEEK), 5); /* looking is not reading */
    assert_int_equal(w.state, WIRE_START);
    assert_int_equal(recv(fds[0], got, sizeof got, 0), 24);
    assert_memory_equal(got, "GET / HTTP/1.1\r\nX: y\r\n\r\n", 24);
    assert_int_equal(recv(fds[0], got, sizeof got, 0), -1);
    assert_int_equal(send(fds[1], sent, sizeof sent - 1, 0), sizeof sent - 1);
    assert_int_equal(recv(fds[0], got, sizeof got, 0), -1);
    assert_int_equal(intake_watch(fds[0], NULL), ERR_OK);
    assert_int_equal(send(fds[1], "a\n", 2, 0), 2);
    assert_int_equal(recv(fds[0], got, sizeof got, 0), 2);
    intake_fini();
    (void)close(fds[0]);
    (void)close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_what_is_right_wherever_it_is_cut),
        cmocka_unit_test(ends_heads_at_their_first_wrong_byte),
        cmocka_unit_test(bounds_what_it_reads),
        cmocka_unit_test(blanks_cookies),
        cmocka_unit_test(reads_whole_lines_as_single_bytes),
        cmocka_unit_test(fills_a_head_alike),
        cmocka_unit_test(stands_between_a_socket_and_its_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
