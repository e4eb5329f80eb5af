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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

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
    *state = p;
    return 0;
}

static int back(void **state)
{
    struct place *p = *state;
    dup2(p->real_stderr, STDERR_FILENO);
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
    log_sink_never_wait();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_arrive_as_they_are, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_full_pipe_costs_lines_and_tells, to_pipe, back),
        cmocka_unit_test_setup_teardown(half_a_line_ends_where_it_broke, to_pipe, back),
        cmocka_unit_test_setup_teardown(a_long_line_goes_out_in_pieces, to_pipe, back),
        cmocka_unit_test_setup_teardown(lines_of_threads_are_whole, to_pipe, back),
        cmocka_unit_test_setup_teardown(nobody_at_the_other_end_costs_lines, to_pipe, back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
