/* Settings: the order of the sources, the table's bounds, and errors that name their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/settings_table.h"

/* A file in memory with this content; its path lives until the next call. */
static const char *file_of(const char *content, size_t len)
{
    static char path[64];
    static int fd = -1;
    if (fd >= 0) {
        close(fd);
    }
    fd = memfd_create("settings", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, len), len);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static enum err load(struct settings *s, const char *content, int argc, const char *const *argv,
                     struct why *why)
{
    char *words[8];
    for (int i = 0; i < argc; i++) {
        words[i] = (char *)(uintptr_t)argv[i];
    }
    return settings_load(s, file_of(content, strlen(content)), argc, words, why);
}

static int clean_environment(void **state)
{
    (void)state;
    unsetenv("DATABASE_URL");
    unsetenv("FLUXGRID_DATABASE_URL");
    unsetenv("FLUXGRID_PORT");
    unsetenv("FLUXGRID_WORKERS");
    return 0;
}

static void defaults_are_the_tables(void **state)
{
    (void)state;
    struct settings s;
    assert_int_equal(load(&s, "", 0, NULL, NULL), ERR_OK);
    assert_string_equal(s.listen_address, "127.0.0.1");
    assert_int_equal(s.port, 8080);
    assert_int_equal(s.queue_length, 256);
    assert_string_equal(s.default_gwp, "AR5-100");
    assert_string_equal(s.public_url, "");
    assert_string_equal(s.log_level, "info");
}

static void later_sources_win(void **state)
{
    (void)state;
    const char *const flags[] = {"--workers", "7", "--log_level=debug", "--queue-length=9"};
    struct settings s;
    setenv("FLUXGRID_PORT", "8002", 1);
    setenv("FLUXGRID_WORKERS", "6", 1);
    const char *file =
        "# a comment\n\n  port = 8001 \r\nworkers=5\nqueue_length = 3\nmax_body_bytes=1";
    assert_int_equal(load(&s, file, 4, flags, NULL), ERR_OK);
    assert_int_equal(s.port, 8002);
    assert_int_equal(s.workers, 7);
    assert_int_equal(s.queue_length, 9);
    assert_int_equal(s.max_body_bytes, 1);
    assert_string_equal(s.log_level, "debug");
}

static void addresses_of_the_public_are_taken(void **state)
{
    (void)state;
    struct settings s;
    const char *file = "public_url = https://map.example.org/carbon\nlisten_address = ::1\n";
    assert_int_equal(load(&s, file, 0, NULL, NULL), ERR_OK);
    assert_string_equal(s.public_url, "https://map.example.org/carbon");
    assert_string_equal(s.listen_address, "::1");
    assert_int_equal(load(&s, "public_url =\n", 0, NULL, NULL), ERR_OK);
    assert_string_equal(s.public_url, "");
}

static void the_database_has_two_variables(void **state)
{
    (void)state;
    struct settings s;
    setenv("DATABASE_URL", "postgresql:///a", 1);
    assert_int_equal(load(&s, "database_url = host=/run user=x # no comment", 0, NULL, NULL),
                     ERR_OK);
    assert_string_equal(s.database_url, "postgresql:///a");
    setenv("FLUXGRID_DATABASE_URL", "postgresql:///b", 1);
    assert_int_equal(load(&s, "", 0, NULL, NULL), ERR_OK);
    assert_string_equal(s.database_url, "postgresql:///b");
    clean_environment(state);
    assert_int_equal(load(&s, "database_url = host=/run # no comment", 0, NULL, NULL), ERR_OK);
    assert_string_equal(s.database_url, "host=/run # no comment");
}

/* Loads a bad file and checks where, why and what is allowed (prefixes). */
static void refuse_file(const char *content, int line, const char *reason, const char *allowed)
{
    struct settings s;
    struct why why = {0};
    memset(&s, 0x5A, sizeof s);
    assert_int_equal(load(&s, content, 0, NULL, &why), ERR_INPUT);
    const char *colon = strrchr(why.parameter, ':');
    assert_non_null(colon);
    assert_int_equal(strtol(colon + 1, NULL, 10), line);
    assert_memory_equal(why.reason, reason, strlen(reason));
    assert_memory_equal(why.allowed, allowed, strlen(allowed));
    assert_int_equal(s.listen_address[0], 0x5A); /* written on success only */
}

static void a_bad_file_names_its_line(void **state)
{
    (void)state;
    refuse_file("port=1\nprot = 2\n", 2, "no setting is called \"prot\"", "listen_address, port,");
    refuse_file("queue-length = 2", 1, "no setting is called \"queue-length\"", "listen_address");
    refuse_file("\n\nport\n", 3, "the line has no \"=\"", "name = value");
    refuse_file("= 4", 1, "no setting is called \"\"", "listen_address");
    refuse_file("port = 1\nport = 2", 2, "port was already set on line 1", "");
    refuse_file("port = 65536", 1, "port is \"65536\", which is no whole number in range",
                "0 to 65535");
    refuse_file("port = -1", 1, "port is \"-1\"", "0 to 65535");
    refuse_file("port = 1e3", 1, "port is \"1e3\", which is no whole number", "0 to 65535");
    refuse_file("port = 0x50", 1, "port is \"0x50\"", "0 to 65535");
    refuse_file("port = +80", 1, "port is \"+80\"", "0 to 65535");
    refuse_file("port =", 1, "port is \"\"", "0 to 65535");
    refuse_file("port = 99999999999999999999999", 1, "port is", "0 to 65535");
    refuse_file("idle_timeout_ms = 5", 1, "idle_timeout_ms is \"5\"", "100 to 3600000 ms");
    refuse_file("log_level = loud", 1, "log_level is \"loud\"", "debug, info, warn, error");
    refuse_file("listen_address = localhost", 1, "listen_address is not right", "a numeric IPv4");
    refuse_file("public_url = example.org", 1, "public_url is not right", "empty, or http");
    refuse_file("public_url = https://", 1, "public_url is not right", "empty, or http");
    refuse_file("public_url = https://a.b/", 1, "public_url is not right", "empty, or http");
    refuse_file("static_dir =", 1, "static_dir is not right", "not empty");
    refuse_file("default_gwp = AR5\x01", 1, "default_gwp holds bytes that are no text", "");
    refuse_file("default_gwp = AR5\xFF", 1, "default_gwp holds bytes that are no text", "");
    refuse_file("default_gwp = AR5AR5AR5AR5AR5AR5", 1, "default_gwp is too long",
                "at most 15 bytes");
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    struct settings s;
    struct why why = {0};
    assert_int_equal(settings_load(&s, file_of("port=1\0", 7), 0, NULL, &why), ERR_INPUT);
    assert_string_equal(why.reason, "the line holds a NUL byte");
}

static void refuse_flags(int argc, const char *const *argv, const char *where, const char *reason)
{
    struct settings s;
    struct why why = {0};
    assert_int_equal(load(&s, "", argc, argv, &why), ERR_INPUT);
    assert_string_equal(why.parameter, where);
    assert_memory_equal(why.reason, reason, strlen(reason));
}

static void a_bad_flag_is_named(void **state)
{
    (void)state;
    refuse_flags(1, (const char *const[]){"--port"}, "--port", "--port lacks its value");
    refuse_flags(1, (const char *const[]){"--prot=1"}, "--prot=1", "no setting is called \"prot\"");
    refuse_flags(2, (const char *const[]){"port", "1"}, "port", "\"port\" is no flag");
    refuse_flags(1, (const char *const[]){"--"}, "--", "\"--\" is no flag");
    refuse_flags(1, (const char *const[]){"--port=x"}, "--port", "port is \"x\"");
    refuse_flags(2, (const char *const[]){"--port", "8080 "}, "--port", "port is \"8080 \"");
}

static void a_bad_variable_is_named_and_a_secret_is_not_shown(void **state)
{
    (void)state;
    struct settings s;
    struct why why = {0};
    setenv("FLUXGRID_PORT", "many", 1);
    assert_int_equal(load(&s, "", 0, NULL, &why), ERR_INPUT);
    assert_string_equal(why.parameter, "FLUXGRID_PORT");
    clean_environment(state);
    why = (struct why){0};
    setenv("DATABASE_URL", "password=hidden\x02", 1);
    assert_int_equal(load(&s, "", 0, NULL, &why), ERR_INPUT);
    assert_string_equal(why.parameter, "DATABASE_URL");
    assert_null(strstr(why.reason, "hidden"));
}

static void a_missing_file_counts_only_when_named(void **state)
{
    (void)state;
    struct settings s;
    struct why why = {0};
    assert_int_equal(settings_load(&s, "no/such.conf", 0, NULL, &why), ERR_IO);
    assert_string_equal(why.parameter, "no/such.conf");
    assert_int_equal(settings_load(&s, "/", 0, NULL, NULL), ERR_IO);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(settings_load(&s, NULL, 0, NULL, NULL), ERR_OK);
}

/* Every byte of struct settings belongs to exactly one row: nobody forgot one. */
static void the_table_covers_the_struct(void **state)
{
    (void)state;
    static unsigned char owners[sizeof(struct settings)];
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *s = &settings_table[i];
        for (size_t k = 0; k < s->size; k++) {
            owners[s->offset + k]++;
        }
        assert_true(strlen(s->text) < s->size || s->kind == SETTING_INTEGER);
        assert_true(s->number >= s->min && s->number <= s->max);
        assert_int_equal(s->sentence[strlen(s->sentence) - 1], '.');
    }
    for (size_t k = 0; k < sizeof owners; k++) {
        assert_int_equal(owners[k], 1);
    }
}

static char *written_by(void (*write_it)(FILE *))
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    write_it(to);
    assert_int_equal(fclose(to), 0);
    return text;
}

/* The sample with every setting uncommented loads and gives the defaults. */
static void the_sample_is_the_defaults(void **state)
{
    (void)state;
    char *sample = written_by(settings_write_sample);
    int uncommented = 0;
    for (char *line = sample; line != NULL; line = strchr(line + 1, '\n')) {
        char *mark = line[0] == '\n' ? line + 1 : line;
        if (mark[0] == '#' && mark[1] >= 'a' && mark[1] <= 'z') {
            mark[0] = ' ';
            uncommented++;
        }
    }
    assert_int_equal(uncommented, settings_table_count);
    struct settings from_sample, preset;
    struct why why = {0};
    assert_int_equal(load(&from_sample, sample, 0, NULL, &why), ERR_OK);
    assert_int_equal(load(&preset, "", 0, NULL, NULL), ERR_OK);
    assert_memory_equal(&from_sample, &preset, sizeof preset);
    free(sample);
}

static void the_help_names_every_flag(void **state)
{
    (void)state;
    char *help = written_by(settings_write_help);
    for (int i = 0; i < settings_table_count; i++) {
        assert_non_null(strstr(help, settings_table[i].sentence));
    }
    assert_non_null(strstr(help, "  --statement-timeout-ms N\n"));
    free(help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults_are_the_tables, clean_environment),
        cmocka_unit_test_setup(later_sources_win, clean_environment),
        cmocka_unit_test_setup(addresses_of_the_public_are_taken, clean_environment),
        cmocka_unit_test_setup(the_database_has_two_variables, clean_environment),
        cmocka_unit_test_setup(a_bad_file_names_its_line, clean_environment),
        cmocka_unit_test_setup(a_nul_byte_is_refused, clean_environment),
        cmocka_unit_test_setup(a_bad_flag_is_named, clean_environment),
        cmocka_unit_test_setup(a_bad_variable_is_named_and_a_secret_is_not_shown,
                               clean_environment),
        cmocka_unit_test_setup(a_missing_file_counts_only_when_named, clean_environment),
        cmocka_unit_test_setup(the_table_covers_the_struct, clean_environment),
        cmocka_unit_test_setup(the_sample_is_the_defaults, clean_environment),
        cmocka_unit_test_setup(the_help_names_every_flag, clean_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
