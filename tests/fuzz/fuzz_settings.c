/* fuzz_settings.c - a settings file, and the same bytes as flags, one a line: refused with a
 * reason, or every value within what the table says; and written out it is read as the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "base/settings_table.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "fuzz_said.h"
#include "fuzz_file.h"

#define FLAGS_MAX 64

static const char *text_at(const struct settings *s, int i)
{
    return (const char *)s + settings_table[i].offset;
}

static int64_t number_at(const struct settings *s, int i)
{
    int64_t value;
    memcpy(&value, (const char *)s + settings_table[i].offset, sizeof value);
    return value;
}

static bool is_choice(const struct setting *of, const char *text)
{
    int i = 0;
    while (of->choices[i] != NULL && strcmp(of->choices[i], text) != 0)
        i++;
    return of->choices[i] != NULL;
}

static void check_value(const struct setting *of, const char *text)
{
    const char *rule = "";
    check(strnlen(text, of->size) < of->size);
    check_printable(text);
    check(of->choices == NULL || is_choice(of, text));
    check(of->check == NULL || of->check(text, &rule) == ERR_OK);
}

static void check_settings(const struct settings *s)
{
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *of = &settings_table[i];
        if (of->kind == SETTING_TEXT)
            check_value(of, text_at(s, i));
        else
            check(number_at(s, i) >= of->min && number_at(s, i) <= of->max);
    }
}

/* A file that says all of it. Only the ends of a value from a flag may be blank, which a file has
 * no form for. @return its length; 0 when there is such a value. */
static size_t write_settings(const struct settings *s, char *to, size_t size)
{
    size_t len = 0;
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *of = &settings_table[i];
        const char *text = text_at(s, i);
        if (of->kind == SETTING_INTEGER)
            len += (size_t)snprintf(to + len, size - len, "%s = %lld\n", of->name,
                                    (long long)number_at(s, i));
        else if (text[0] == ' ' || (text[0] != '\0' && text[strlen(text) - 1] == ' '))
            return 0;
        else
            len += (size_t)snprintf(to + len, size - len, "%s = %s\n", of->name, text);
    }
    check(len < size);
    return len;
}

static void check_again(const struct settings *first)
{
    static char text[32768];
    static struct settings again;
    struct why why = {.code = ERR_OK};
    size_t len = write_settings(first, text, sizeof text);
    if (len == 0)
        return;
    check(settings_load(&again, fuzz_file(text, len), 0, NULL, &why) == ERR_OK);
    for (int i = 0; i < settings_table_count; i++) {
        if (settings_table[i].kind == SETTING_TEXT)
            check(strcmp(text_at(first, i), text_at(&again, i)) == 0);
        else
            check(number_at(first, i) == number_at(&again, i));
    }
}

static void load(const char *file, int argc, char *const argv[])
{
    static struct settings loaded;
    struct why why = {.code = ERR_OK};
    enum err e = settings_load(&loaded, file, argc, argv, &why);
    if (e != ERR_OK) {
        check(e == ERR_INPUT);
        check_why(&why, e);
        return;
    }
    check_settings(&loaded);
    check_again(&loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *flags[FLAGS_MAX];
    int count = 0;
    load(fuzz_file(data, size), 0, NULL);
    char *text = fuzz_text(data, size), *rest = text;
    if (text == NULL)
        return 0;
    for (char *line; count < FLAGS_MAX && (line = strsep(&rest, "\n")) != NULL;)
        flags[count++] = line;
    load("/dev/null", count, flags);
    free(text);
    return 0;
}
