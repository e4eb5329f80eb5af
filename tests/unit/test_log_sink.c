/* test_log_sink.c - lines into a pipe: whole, in order, and counted where they are let go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log_sink.h"

#define PIPE_BYTES 8192
#define TEXT_BYTES (4 * PIPE_BYTES)
#define LONG_BYTES 6000 /* more than a pipe takes whole */

struct place {
    int real_stderr, ours;
    uint64_t lost; /* before */
    char text[TEXT_BYTES];
};

/* Standard error becomes a small pipe. */
static int to_pipe(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    int ends[2];
    assert_non_null(p);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES), PIPE_BYTES);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    p->real_stderr = dup(STDERR_FILENO);
    p->ours = ends[0];
    p->lost = log_sink_lost();
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    close(ends[1]);
    log_sink_never_wait();
    *state = p;
    return 0;
}

static int back(void **state)
{
    struct place *p = *state;
    dup2(p->real_stderr, STDERR_FILENO);
    log_sink_never_wait();
    close(p->real_stderr);
    close(p->ours);
    free(p);
    return 0;
}

/* What is in the pipe now. */
static const char *take(struct place *p)
{
    size_t len = 0;
    ssize_t n;
    while ((n = read(p->ours, p->text + len, sizeof p->text - 1 - len)) > 0) {
        len += (size_t)n;
    }
    p->text[len] = '\0';
    return p->text;
}

static void put(const char *line)
{
    log_sink_write(line, strlen(line));
}

/* The next line of *text as JSON; *text moves on. */
static json_t *next_line(const char **text)
{
    const char *end = strchr(*text, '\n');
    assert_non_null(end);
    json_t *line = json_loadb(*text, (size_t)(end - *text), 0, NULL);
    assert_non_null(line);
    *text = end + 1;
    return line;
}

static long long lines_of(const json_t *line)
{
    return json_integer_value(json_object_get(line, "lines"));
}

static void lines_arrive_as_they_are(void **state)
{
    struct place *p = *state;
    errno = ENOENT;
    put("{\"a\":1}\n{\"a\":2}\n");
    assert_int_equal(errno, ENOENT);
    assert_string_equal(take(p), "{\"a\":1}\n{\"a\":2}\n");
    assert_int_equal(log_sink_lost(), p->lost);
}

static void a_full_pipe_costs_lines_and_tells(void **state)
{
    struct place *p = *state;
    int written = 0;
    while (log_sink_lost() == p->lost) {
        put("{\"a\":1}\n{\"a\":2}\n");
        written += 2;
        assert_in_range(written, 1, PIPE_BYTES);
    }
    put("{\"a\":3}\n");
    assert_int_equal(log_sink_lost(), p->lost + 3);
    const char *text = take(p);
    for (int i = 0; i < written - 2; i++) {
        json_decref(next_line(&text));
    }
    assert_string_equal(text, "");
    put("{\"a\":4}\n");
    text = take(p);
    json_t *told = next_line(&text);
    assert_int_equal(lines_of(told), 3);
    assert_string_equal(json_string_value(json_object_get(told, "level")), "warn");
    json_decref(told);
    assert_string_equal(text, "{\"a\":4}\n");
    put("{\"a\":5}\n");
    assert_string_equal(take(p), "{\"a\":5}\n"); /* told once */
}

/* Its beginning is out: what comes next must not stand behind it. */
static void half_a_line_ends_where_it_broke(void **state)
{
    struct place *p = *state;
    char *line = malloc(2 * LONG_BYTES + 1);
    assert_non_null(line);
    memset(line, 'x', 2 * LONG_BYTES);
    line[2 * LONG_BYTES - 1] = '\n';
    log_sink_write(line, 2 * LONG_BYTES);
    assert_int_equal(log_sink_lost(), p->lost + 1);
    assert_int_equal(strspn(take(p), "x"), PIPE_BYTES);
    put("{\"a\":1}\n");
    const char *text = take(p);
    assert_int_equal(text[0], '\n');
    text++;
    json_t *told = next_line(&text);
    assert_int_equal(lines_of(told), 1);
    json_decref(told);
    assert_string_equal(text, "{\"a\":1}\n");
    free(line);
}

static void a_long_line_goes_out_in_pieces(void **state)
{
    struct place *p = *state;
    char *line = malloc(LONG_BYTES + 1);
    assert_non_null(line);
    memset(line, 'x', LONG_BYTES);
    memcpy(line + LONG_BYTES - 1, "\n", 2);
    log_sink_write(line, LONG_BYTES);
    assert_string_equal(take(p), line);
    assert_int_equal(log_sink_lost(), p->lost);
    free(line);
}

/* Standard error becomes another for the lines that follow. */
static void go_on_in(int fd)
{
    assert_true(fd >= 0);
    assert_true(dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
    log_sink_never_wait();
}

/* Then not even the loss can be told: what was lost is told in full once there is room. */
static void a_full_disk_costs_lines_and_tells_them_all(void **state)
{
    struct place *p = *state;
    int pipe_end = dup(STDERR_FILENO);
    go_on_in(open("/dev/full", O_WRONLY));
    for (int i = 0; i < 3; i++) {
        put("{\"a\":1}\n");
    }
    assert_int_equal(log_sink_lost(), p->lost + 3);
    go_on_in(pipe_end);
    put("{\"a\":2}\n");
    const char *text = take(p);
    json_t *told = next_line(&text);
    assert_int_equal(lines_of(told), 3);
    json_decref(told);
    assert_string_equal(text, "{\"a\":2}\n");
}

/* poll() says that it can be written while less than a line fits. */
static void a_terminal_that_nobody_reads_costs_lines(void **state)
{
    struct place *p = *state;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    assert_int_equal(grantpt(terminal), 0);
    assert_int_equal(unlockpt(terminal), 0);
    go_on_in(open(ptsname(terminal), O_WRONLY | O_NOCTTY));
    char line[1001] = "";
    memset(line, 'x', sizeof line - 2);
    line[sizeof line - 2] = '\n';
    (void)alarm(60); /* or it would wait for ever */
    for (int written = 0; log_sink_lost() == p->lost; written++) {
        assert_in_range(written, 0, 100000);
        put(line);
    }
    (void)alarm(0);
    close(terminal);
}

static atomic_bool is_over;

/* A page of a pipe after the other, each sooner than patience ends. */
static void *read_slowly(void *own)
{
    const struct timespec pause = {.tv_nsec = 8000000};
    char page[4096];
    while (!atomic_load(&is_over)) {
        (void)!read(*(int *)own, page, sizeof page);
        (void)nanosleep(&pause, NULL);
    }
    return NULL;
}

#define SLOWLY_FOR_US 2000000

static void a_slow_reader_costs_lines_not_time(void **state)
{
    struct place *p = *state;
    const struct timespec pause = {.tv_nsec = 1000000};
    char line[4001] = "";
    memset(line, 'x', sizeof line - 2);
    line[sizeof line - 2] = '\n';
    pthread_t reader;
    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&reader, NULL, read_slowly, &p->ours), 0);
    int64_t from_us = clock_us(), now_us = from_us, waited_us = 0;
    while (now_us - from_us < SLOWLY_FOR_US) {
        put(line);
        waited_us += clock_us() - now_us;
        (void)nanosleep(&pause, NULL);
        now_us = clock_us();
    }
    atomic_store(&is_over, true);
    pthread_join(reader, NULL);
    assert_in_range(waited_us, 0, SLOWLY_FOR_US / 3);
    assert_true(log_sink_lost() > p->lost);
}

static void nobody_at_the_other_end_costs_lines(void **state)
{
    struct place *p = *state;
    close(p->ours);
    put("{\"a\":1}\n");
    put("{\"a\":2}\n");
    assert_int_equal(log_sink_lost(), p->lost + 2);
    p->ours = -1;
}

#define THREADS 4
#define EACH    500

static void *write_many(void *own)
{
    char line[64];
    (void)snprintf(line, sizeof line, "{\"thread\":%d}\n", *(int *)own);
    for (int i = 0; i < EACH; i++) {
        put(line);
    }
    return NULL;
}

/* Slowly read: whatever is lost, the lines that come are whole, and all are accounted for. */
static void lines_of_threads_are_whole(void **state)
{
    struct place *p = *state;
    pthread_t threads[THREADS];
    int numbers[THREADS];
    long long came = 0, told = 0;
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, &numbers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int turn = 0; turn < 2; turn++) {
        const char *text = take(p);
        while (*text != '\0') {
            json_t *line = next_line(&text);
            told += lines_of(line);
            came += json_object_get(line, "thread") != NULL;
            json_decref(line);
        }
        put("{\"thread\":9}\n");
    }
    assert_true(told > 0);
    assert_int_equal(told, log_sink_lost() - p->lost);
    assert_int_equal(came + told, THREADS * EACH + 1);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_arrive_as_they_are, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_full_pipe_costs_lines_and_tells, to_pipe, back),
        cmocka_unit_test_setup_teardown(half_a_line_ends_where_it_broke, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_long_line_goes_out_in_pieces, to_pipe, back),
        cmocka_unit_test_setup_teardown(lines_of_threads_are_whole, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_full_disk_costs_lines_and_tells_them_all, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_terminal_that_nobody_reads_costs_lines, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_slow_reader_costs_lines_not_time, to_pipe, back),
        cmocka_unit_test_setup_teardown(nobody_at_the_other_end_costs_lines, to_pipe, back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
