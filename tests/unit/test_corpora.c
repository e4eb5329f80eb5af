/* test_corpora.c - what fuzzing found worth keeping, given to its target again: tests/fuzz/corpus.
 *
 * A promise that is broken aborts, and so does a sanitizer; the file at hand is then the last line
 * on stderr. Run from the checkout's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A corpus is for reading, and for a test of a second: the rest is found again by the fuzzer. */
#define FILES_MAX      32
#define FILE_MAX_BYTES 4096

typedef int target(const uint8_t *data, size_t size);

/* TARGETS comes from the Makefile: TARGET(area) TARGET(block) ... */
#define TARGET(name) target fuzz_##name;
TARGETS
#undef TARGET

struct corpus {
    const char *name;
    target *run;
};

/* Bytes in memory of their own size, so that reading behind them is seen. */
static void run_file(const struct corpus *c, const char *path)
{
    static uint8_t bytes[FILE_MAX_BYTES + 1];
    FILE *from = fopen(path, "rbe");
    assert_non_null(from);
    size_t size = fread(bytes, 1, sizeof bytes, from);
    assert_true(size < sizeof bytes && fclose(from) == 0);
    uint8_t *own = malloc(size > 0 ? size : 1);
    assert_non_null(own);
    memcpy(own, bytes, size);
    fprintf(stderr, "%s\n", path);
    (void)c->run(own, size);
    free(own);
}

static void keeps_its_promises(void **state)
{
    const struct corpus *c = *state;
    char folder[128], path[512];
    int count = 0;
    snprintf(folder, sizeof folder, "tests/fuzz/corpus/fuzz_%s", c->name);
    DIR *files = opendir(folder);
    if (files == NULL)
        fail_msg("there is no %s: every target has a corpus", folder);
    for (struct dirent *entry; (entry = readdir(files)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        run_file(c, path);
        count++;
    }
    closedir(files);
    assert_in_range(count, 1, FILES_MAX);
}

int main(void)
{
#define TARGET(target) {#target, fuzz_##target},
    static struct corpus corpora[] = {TARGETS};
#undef TARGET
    struct CMUnitTest tests[sizeof corpora / sizeof *corpora];
    for (size_t i = 0; i < sizeof corpora / sizeof *corpora; i++)
        tests[i] =
            (struct CMUnitTest){corpora[i].name, keeps_its_promises, NULL, NULL, &corpora[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
