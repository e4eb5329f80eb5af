/* The log: one line, valid JSON, whatever the text; lines of threads never mix. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <fcntl.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"

static int real_stderr;
static int log_fd;

/* Standard error goes to a file in memory until captured() gives it back. */
static void capture(void)
{
    log_fd = memfd_create("log", MFD_CLOEXEC);
    assert_true(log_fd >= 0);
    assert_int_equal(fcntl(log_fd, F_SETFL, O_APPEND), 0);
    real_stderr = dup(STDERR_FILENO);
    assert_true(dup2(log_fd, STDERR_FILENO) >= 0);
}

/* What was written since capture(); caller frees. */
static char *captured(void)
{
    assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
    close(real_stderr);
    off_t len = lseek(log_fd, 0, SEEK_END);
    char *text = calloc(1, (size_t)len + 1);
    assert_int_equal(pread(log_fd, text, (size_t)len, 0), len);
    close(log_fd);
    return text;
}

/* Parses the one line there is. */
static json_t *only_line(const char *text)
{
    const char *end = strchr(text, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_true(strlen(text) <= 4096);
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(line);
    return line;
}

static const char *member(const json_t *line, const char *name)
{
    return json_string_value(json_object_get(line, name));
}

static void an_event_has_its_members(void **state)
{
    (void)state;
    capture();
    log_event(LOG_WARN, "store", "lost %d of %s", 3, "eight");
    char *text = captured();
    json_t *line = only_line(text);
    assert_string_equal(member(line, "level"), "warn");
    assert_string_equal(member(line, "area"), "store");
    assert_string_equal(member(line, "message"), "lost 3 of eight");
    assert_int_equal(strlen(member(line, "time")), strlen("2025-01-01T00:00:00.000Z"));
    json_decref(line);
    free(text);
}

static void fields_are_texts_and_numbers(void **state)
{
    (void)state;
    const struct log_field fields[] = {
        {"path", "/tiles/\"\n", 0}, {"ms", NULL, 1.25}, {"nan", NULL, 0.0 / 0.0}};
    capture();
    log_fields(LOG_ERROR, "http", "slow", fields, 3);
    char *text = captured();
    json_t *line = only_line(text);
    assert_string_equal(member(line, "path"), "/tiles/\"\n");
    assert_true(json_number_value(json_object_get(line, "ms")) == 1.25);
    assert_true(json_is_null(json_object_get(line, "nan")));
    json_decref(line);
    free(text);
}

static void no_input_forges_a_line(void **state)
{
    (void)state;
    char evil[256];
    for (int i = 0; i < 255; i++) {
        evil[i] = (char)(i + 1);
    }
    evil[255] = '\0';
    capture();
    log_event(LOG_INFO, "http", "%s", evil);
    char *text = captured();
    for (const char *c = text; c[1] != '\0'; c++) {
        assert_false((unsigned char)*c < 0x20 || *c == 0x7F);
    }
    json_decref(only_line(text));
    free(text);
}

/* Line ends beyond ASCII and signs that turn the writing round: escaped, and the same once read. */
static void no_character_forges_a_line(void **state)
{
    (void)state;
    static const char evil[] =
        "a\xC2\x80\xC2\x85\xC2\x9B\xC2\x9F\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAE"
        "\xE2\x81\xA6\xE2\x81\xA9\x7F\x1B"
        "b \xC2\xA0\xC3\xA9\xE2\x80\x94\xF0\x9F\x98\x80";
    capture();
    log_event(LOG_INFO, "http", "%s", evil);
    char *text = captured();
    assert_non_null(strstr(
        text, "\"a\\u0080\\u0085\\u009b\\u009f\\u2028\\u2029\\u202e\\u2066\\u2069\\u007f\\u001bb "
              "\xC2\xA0\xC3\xA9\xE2\x80\x94\xF0\x9F\x98\x80\""));
    json_t *line = only_line(text);
    assert_string_equal(member(line, "message"), evil);
    json_decref(line);
    free(text);
}

static void long_texts_are_cut_and_stay_json(void **state)
{
    (void)state;
    static char longs[3][6001];
    memset(longs[0], 'a', 6000);
    memset(longs[1], '\n', 6000);
    memset(longs[2], '\xFF', 6000);
    for (int i = 0; i < 3; i++) {
        const struct log_field fields[] = {{"one", longs[i], 0},   {"two", longs[i], 0},
                                           {"three", longs[i], 0}, {"four", longs[i], 0},
                                           {"number", NULL, 1},    {"five", longs[i], 0}};
        capture();
        log_fields(LOG_INFO, "http", longs[i], fields, 6);
        char *text = captured();
        json_t *line = only_line(text);
        const char *message = member(line, "message");
        assert_string_equal(message + strlen(message) - 3, "...");
        json_decref(line);
        free(text);
    }
}

static void levels_filter(void **state)
{
    (void)state;
    enum log_level level = LOG_INFO;
    assert_int_equal(log_level_parse("error", &level), ERR_OK);
    assert_int_equal(level, LOG_ERROR);
    assert_int_equal(log_level_parse("Error", &level), ERR_INPUT);
    assert_int_equal(log_level_parse("", &level), ERR_INPUT);
    assert_int_equal(level, LOG_ERROR);
    log_set_level(LOG_ERROR);
    capture();
    log_event(LOG_WARN, "x", "dropped");
    log_fields(LOG_DEBUG, "x", "dropped", NULL, 0);
    char *text = captured();
    assert_string_equal(text, "");
    free(text);
    log_set_level(LOG_INFO);
}

enum { THREADS = 8, LINES = 200 };

static void *chatter(void *who)
{
    for (int i = 0; i < LINES; i++) {
        log_event(LOG_INFO, "thread", "%d says %d and %0*d", *(int *)who, i, i * 7 % 1000, 0);
    }
    return NULL;
}

static void threads_do_not_mix(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int names[THREADS];
    capture();
    for (int i = 0; i < THREADS; i++) {
        names[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, chatter, &names[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    char *text = captured();
    int lines = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest != NULL; line = strsep(&rest, "\n")) {
        json_t *parsed = json_loads(line, 0, NULL);
        assert_non_null(parsed);
        json_decref(parsed);
        lines++;
    }
    assert_int_equal(lines, THREADS * LINES);
    free(text);
}

static void time_goes_on(void **state)
{
    (void)state;
    int64_t us = clock_us();
    int64_t ms = clock_ms();
    assert_true(ms >= us / 1000 && ms - us / 1000 < 10000);
    assert_true(clock_us() >= us);
    char text[32];
    clock_rfc3339(text);
    assert_int_equal(text[10], 'T');
    assert_int_equal(text[19], '.');
    assert_int_equal(text[23], 'Z');
    assert_int_equal(text[24], '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_has_its_members),
        cmocka_unit_test(fields_are_texts_and_numbers),
        cmocka_unit_test(no_input_forges_a_line),
        cmocka_unit_test(no_character_forges_a_line),
        cmocka_unit_test(long_texts_are_cut_and_stay_json),
        cmocka_unit_test(levels_filter),
        cmocka_unit_test(threads_do_not_mix),
        cmocka_unit_test(time_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
