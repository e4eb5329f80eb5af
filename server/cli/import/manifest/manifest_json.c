#include "cli/import/manifest/manifest_json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/table/codes.h"

static const char *path_of(struct json_reader *r, struct json_node of, const char *key)
{
    if (key == NULL) {
        return of.path;
    }
    const char *path = of.path[0] == '\0' ? arena_printf(r->arena, "%s", key)
                                          : arena_printf(r->arena, "%s.%s", of.path, key);
    return path != NULL ? path : key;
}

void json_issue(struct json_reader *r, struct json_node of, const char *key, const char *rule, ...)
{
    char text[400];
    va_list arguments;
    va_start(arguments, rule);
    vsnprintf(text, sizeof text, rule, arguments);
    va_end(arguments);
    const json_t *value = key != NULL ? json_object_get(of.json, key) : NULL;
    issues_add(r->issues,
               (struct place){.file = r->file,
                              .column = path_of(r, of, key),
                              .value = json_is_string(value) ? json_string_value(value) : NULL},
               "%s", text);
}

bool json_only(struct json_reader *r, struct json_node of, const char *const *keys)
{
    if (!json_is_object(of.json)) {
        json_issue(r, of, NULL, "must be an object; write { \"key\": value, ... }");
        return false;
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)of.json, key, value)
    {
        int i = 0;
        while (keys[i] != NULL && strcmp(keys[i], key) != 0) {
            i++;
        }
        if (keys[i] == NULL) {
            json_issue(r, of, key, "is not a key that is known here; correct or remove it");
        }
    }
    return true;
}

static const json_t *member(struct json_reader *r, struct json_node of, const char *key,
                            enum json_need need)
{
    const json_t *value = json_object_get(of.json, key);
    if (value == NULL && need == JSON_NEEDED) {
        json_issue(r, of, key, "is missing; add it");
    }
    return value;
}

struct json_node json_object_at(struct json_reader *r, struct json_node of, const char *key,
                                enum json_need need)
{
    const json_t *value = member(r, of, key, need);
    struct json_node node = {value, path_of(r, of, key)};
    if (value != NULL && !json_is_object(value)) {
        json_issue(r, of, key, "must be an object; write { \"key\": value, ... }");
        node.json = NULL;
    }
    return node;
}

const json_t *json_array_at(struct json_reader *r, struct json_node of, const char *key,
                            enum json_need need, int *count)
{
    const json_t *value = member(r, of, key, need);
    *count = 0;
    if (value == NULL) {
        return NULL;
    }
    if (!json_is_array(value)) {
        json_issue(r, of, key, "must be an array; write [ ... ]");
        return NULL;
    }
    *count = (int)json_array_size(value);
    return value;
}

struct json_node json_item(struct json_reader *r, struct json_node of, const char *key,
                           const json_t *array, int i)
{
    const char *path = arena_printf(r->arena, "%s[%d]", path_of(r, of, key), i);
    return (struct json_node){json_array_get(array, (size_t)i), path != NULL ? path : key};
}

const char *json_text_at(struct json_reader *r, struct json_node of, const char *key,
                         enum json_need need)
{
    const json_t *value = member(r, of, key, need);
    if (value == NULL) {
        return "";
    }
    if (!json_is_string(value) || json_string_length(value) == 0) {
        json_issue(r, of, key, "must be a text that is not empty; write it between quotes");
        return "";
    }
    const char *copy = arena_strndup(r->arena, json_string_value(value), json_string_length(value));
    return copy != NULL ? copy : "";
}

double json_number_at(struct json_reader *r, struct json_node of, const char *key, double low,
                      double high, enum json_need need)
{
    const json_t *value = member(r, of, key, need);
    if (value == NULL) {
        return NAN;
    }
    double number = json_number_value(value);
    if (!json_is_number(value) || number < low || number > high) {
        json_issue(r, of, key, "must be a number from %g to %g; write it without quotes", low,
                   high);
        return NAN;
    }
    return number;
}

int json_word_at(struct json_reader *r, struct json_node of, const char *key,
                 const char *const *words, enum json_need need)
{
    const json_t *value = member(r, of, key, need);
    if (value == NULL) {
        return -1;
    }
    int found = json_is_string(value) ? codes_word(words, json_string_value(value)) : -1;
    if (found < 0) {
        struct allowed list = codes_list(words);
        json_issue(r, of, key, "must be one of %s; write one of these words", list.text);
    }
    return found;
}
