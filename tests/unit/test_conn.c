/* test_conn.c - the connection without a database: lists of hosts, servers that say nothing or
 * nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/conn.h"
#include "store/conn_hosts.h"

/* ---- hosts ------------------------------------------------------------------------------ */

static void hosts_keep_their_ports(void **state)
{
    (void)state;
    bool is_first[3] = {false};
    for (unsigned i = 0; i < 200; i++) {
        struct conn_hosts h;
        assert_true(conn_hosts_shuffle("host=a,b,c port=1,2,3 dbname=x", i * 2654435761u, &h));
        assert_int_equal(strlen(h.host), 5);
        for (int at = 0; at < 5; at += 2)
            assert_int_equal(h.host[at] - 'a', h.port[at] - '1');
        assert_string_equal(h.hostaddr, "");
        is_first[h.host[0] - 'a'] = true;
    }
    assert_true(is_first[0] && is_first[1] && is_first[2]);
}

static void a_common_port_stays_common(void **state)
{
    (void)state;
    struct conn_hosts h;
    assert_true(conn_hosts_shuffle("postgresql://a,b/x?port=5433", 7, &h) ||
                conn_hosts_shuffle("host=a,b port=5433", 7, &h));
    assert_string_equal(h.port, "5433");
    assert_true(conn_hosts_shuffle("hostaddr=10.0.0.1,10.0.0.2", 3, &h));
    assert_string_equal(h.host, "");
    assert_int_equal(strlen(h.hostaddr), strlen("10.0.0.1,10.0.0.2"));
}

static void what_cannot_be_shuffled_is_left_alone(void **state)
{
    (void)state;
    struct conn_hosts h;
    char many[4096] = "host=a";
    assert_false(conn_hosts_shuffle("host=a", 1, &h));
    assert_false(conn_hosts_shuffle("dbname=x", 1, &h));
    assert_false(conn_hosts_shuffle("host=a,b,c port=1,2", 1, &h));
    assert_false(conn_hosts_shuffle("host=a hostaddr=1.1.1.1,2.2.2.2", 1, &h));
    assert_false(conn_hosts_shuffle("no conninfo", 1, &h));
    size_t n = strlen(many);
    for (int i = 0; i < 40; i++)
        n += (size_t)snprintf(many + n, sizeof many - n, ",h%d", i);
    assert_false(conn_hosts_shuffle(many, 1, &h));
}

/* ---- servers that are none -------------------------------------------------------------- */

struct fake {
    char folder[64];
    char url[160];
    int listener;
    const char *says; /* NULL = nothing, for ever */
    size_t len;
    int attempts; /* to connect */
    pthread_t thread;
};

static void *answer(void *arg)
{
    struct fake *f = arg;
    for (;;) {
        int s = accept(f->listener, NULL, NULL);
        if (s < 0)
            return NULL;
        __atomic_add_fetch(&f->attempts, 1, __ATOMIC_RELAXED);
        char request[512];
        if (f->says && read(s, request, sizeof request) > 0 && write(s, f->says, f->len) > 0)
            shutdown(s, SHUT_WR);
        if (f->says)
            close(s); /* otherwise it stays open, silent, until the process ends */
    }
}

static void fake_start(struct fake *f, const char *says, size_t len)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *f = (struct fake){.says = says, .len = len};
    snprintf(f->folder, sizeof f->folder, "/tmp/fluxgrid-conn-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(address.sun_path, sizeof address.sun_path, "%.60s/.s.PGSQL.5432", f->folder);
    snprintf(f->url, sizeof f->url, "host=%s user=u dbname=d sslmode=disable gssencmode=disable",
             f->folder);
    f->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(f->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(f->listener, 8), 0);
    assert_int_equal(pthread_create(&f->thread, NULL, answer, f), 0);
}

static void fake_stop(struct fake *f)
{
    char path[96];
    shutdown(f->listener, SHUT_RDWR);
    pthread_join(f->thread, NULL);
    close(f->listener);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", f->folder);
    unlink(path);
    rmdir(f->folder);
}

static void a_silent_server_costs_the_deadline(void **state)
{
    (void)state;
    struct fake fake;
    struct why why = {0};
    fake_start(&fake, NULL, 0);
    struct conn *c = conn_new(fake.url, NULL, 0);
    int64_t start = clock_ms();
    assert_int_equal(conn_ensure(c, start + 300, &why), ERR_UNAVAILABLE);
    assert_true(clock_ms() - start >= 290);
    conn_free(c);
    c = conn_new(fake.url, NULL, 0); /* and never more than the time-out of connecting */
    start = clock_ms();
    assert_int_equal(conn_ensure(c, CONN_NO_DEADLINE, NULL), ERR_UNAVAILABLE);
    assert_true(clock_ms() - start >= 1900);
    conn_free(c);
    fake_stop(&fake);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } lines[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", 28},
        {"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", 15}, /* welcome, and gone */
        {"R\xff\xff\xff\xff\0\0\0\0", 9},
        {"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05ID\x7f\xff\xff\xff\xff\xff", 22},
        {"E\0\0\0\x05\0", 6},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct fake fake;
        struct why why = {0};
        fake_start(&fake, lines[i].bytes, lines[i].len);
        struct conn *c = conn_new(fake.url, NULL, 0);
        assert_int_equal(conn_ensure(c, clock_ms() + 60000, &why), ERR_UNAVAILABLE);
        assert_true(why.reason[0] != '\0');
        conn_free(c);
        fake_stop(&fake);
    }
}

/* While the server is away everyone is refused at once, but for one attempt a step. */
static void back_off_grows_to_a_second(void **state)
{
    (void)state;
    struct fake fake;
    fake_start(&fake, "E\0\0\0\x05\0", 6);
    struct conn *c = conn_new(fake.url, NULL, 0);
    int64_t start = clock_ms();
    for (int refused = 0; refused <= 10000 || clock_ms() - start < 1000; refused++)
        assert_int_equal(conn_ensure(c, clock_ms() + 60000, NULL), ERR_UNAVAILABLE);
    int attempts = __atomic_load_n(&fake.attempts, __ATOMIC_RELAXED);
    assert_in_range(attempts, 2, 2 + (clock_ms() - start) / 20);
    conn_free(c);
    fake_stop(&fake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_keep_their_ports),
        cmocka_unit_test(a_common_port_stays_common),
        cmocka_unit_test(what_cannot_be_shuffled_is_left_alone),
        cmocka_unit_test(a_silent_server_costs_the_deadline),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(back_off_grows_to_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
