/* Keywords about a value itself: type, const, enum, bounds of numbers, length and form of texts. */
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "cli/import/manifest/schema_internal.h"
#include "inventory/allowed.h"

bool schema_type_is(const json_t *value, const char *type)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return strcmp(type, "object") == 0;
    case JSON_ARRAY:
        return strcmp(type, "array") == 0;
    case JSON_STRING:
        return strcmp(type, "string") == 0;
    case JSON_INTEGER:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case JSON_REAL:
        return strcmp(type, "number") == 0 ||
               (strcmp(type, "integer") == 0 &&
                floor(json_real_value(value)) == json_real_value(value));
    case JSON_TRUE:
    case JSON_FALSE:
        return strcmp(type, "boolean") == 0;
    case JSON_NULL:
        return strcmp(type, "null") == 0;
    }
    return false;
}

static const char *type_rule(const char *type)
{
    static const char *const rules[][2] = {
        {"object", "must be an object; write { \"key\": value, ... }"},
        {"array", "must be an array; write [ ... ]"},
        {"string", "must be a text; write it between quotes"},
        {"integer", "must be a whole number; write digits without quotes"},
        {"number", "must be a number; write it without quotes, with a decimal point"},
        {"boolean", "must be true or false; write one of them without quotes"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i][0], type) == 0) {
            return rules[i][1];
        }
    }
    return "must be null; write null";
}

static bool check_type(struct checker *c, struct spot at)
{
    const json_t *type = json_object_get(at.schema, "type");
    if (type == NULL) {
        return true;
    }
    if (json_is_string(type)) {
        if (schema_type_is(at.value, json_string_value(type))) {
            return true;
        }
        schema_fault(c, at, "%s", type_rule(json_string_value(type)));
        return false;
    }
    struct allowed list = {0};
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)type, i, one)
    {
        if (schema_type_is(at.value, json_string_value(one))) {
            return true;
        }
        allowed_add(&list, json_string_value(one));
    }
    schema_fault(c, at, "must be of a type among %s; write one of them", list.text);
    return false;
}

/* JSON Schema's equality: 1 and 1.0 are one number. */
static bool is_equal(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)) {
        return json_number_value(a) == json_number_value(b);
    }
    return json_equal(a, b) == 1;
}

static void add_value(struct allowed *list, const json_t *value)
{
    char text[32];
    if (json_is_string(value)) {
        allowed_add(list, json_string_value(value));
    } else if (json_is_number(value)) {
        snprintf(text, sizeof text, "%g", json_number_value(value));
        allowed_add(list, text);
    }
}

static bool check_enum(struct checker *c, struct spot at)
{
    const json_t *constant = json_object_get(at.schema, "const");
    const json_t *list = json_object_get(at.schema, "enum");
    struct allowed names = {0};
    if (constant != NULL && !is_equal(constant, at.value)) {
        add_value(&names, constant);
        schema_fault(c, at, "must be %s; write that", names.text);
        return false;
    }
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)list, i, one)
    {
        if (is_equal(one, at.value)) {
            return true;
        }
        add_value(&names, one);
    }
    if (list != NULL) {
        schema_fault(c, at, "must be one of %s; write one of these", names.text);
    }
    return list == NULL;
}

static bool keyword(struct spot at, const char *name, double *bound)
{
    const json_t *value = json_object_get(at.schema, name);
    *bound = json_number_value(value);
    return value != NULL;
}

static void check_number(struct checker *c, struct spot at)
{
    double value = json_number_value(at.value);
    double low, high, above, below;
    bool has_low = keyword(at, "minimum", &low);
    bool has_high = keyword(at, "maximum", &high);
    bool is_wrong = (has_low && !(value >= low)) || (has_high && !(value <= high));
    if (is_wrong && has_low && has_high) {
        schema_fault(c, at, "must be a number from %g to %g; check the value and its unit", low,
                     high);
    } else if (is_wrong) {
        schema_fault(c, at, "must be %s %g; check the value and its unit",
                     has_low ? "at least" : "at most", has_low ? low : high);
    }
    if (keyword(at, "exclusiveMinimum", &above) && !(value > above)) {
        schema_fault(c, at, "must be above %g; check the value and its unit", above);
    }
    if (keyword(at, "exclusiveMaximum", &below) && !(value < below)) {
        schema_fault(c, at, "must be below %g; check the value and its unit", below);
    }
}

static size_t characters(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        n += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return n;
}

static bool matches(const char *pattern, const char *text)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        return false;
    }
    bool is_match = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return is_match;
}

static void check_text(struct checker *c, struct spot at)
{
    const char *text = json_string_value(at.value);
    size_t len = characters(text, json_string_length(at.value));
    double low, high;
    const char *pattern = json_string_value(json_object_get(at.schema, "pattern"));
    if (keyword(at, "minLength", &low) && (double)len < low) {
        schema_fault(c, at, "must be a text that is not empty; write at least %g characters", low);
    } else if (keyword(at, "maxLength", &high) && (double)len > high) {
        schema_fault(c, at, "must not be longer than %g characters; shorten it", high);
    } else if (pattern != NULL && !matches(pattern, text)) {
        schema_fault(c, at, "must have the form %s; correct it", pattern);
    }
}

bool schema_check_value(struct checker *c, struct spot at)
{
    if (!check_type(c, at) || !check_enum(c, at)) {
        return false;
    }
    int before = c->faults;
    if (json_is_number(at.value)) {
        check_number(c, at);
    } else if (json_is_string(at.value)) {
        check_text(c, at);
    }
    return c->faults == before;
}
