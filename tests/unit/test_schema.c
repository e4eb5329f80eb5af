/* The schema validator: each keyword says yes and no, and its sentence names place, rule, remedy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cli/import/manifest/schema.h"

static struct issues issues;

static int faults(const char *schema_text, const char *document_text)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    json_t *schema = json_loads(schema_text, 0, NULL);
    json_t *document = json_loads(document_text, JSON_DECODE_ANY, NULL);
    assert_non_null(schema);
    assert_non_null(document);
    memset(&issues, 0, sizeof issues);
    schema_check(schema, document, "m.json", &arena, &issues);
    json_decref(schema);
    json_decref(document);
    arena_fini(&arena);
    return issues.count;
}

struct yes_no {
    const char *schema, *yes, *no, *says;
};

static const struct yes_no cases[] = {
    {"{\"type\":\"object\"}", "{}", "[]", "must be an object; "},
    {"{\"type\":\"array\"}", "[]", "{}", "must be an array; "},
    {"{\"type\":\"string\"}", "\"x\"", "1", "= '1': must be a text; "},
    {"{\"type\":\"integer\"}", "2020.0", "2020.5", "= '2020.5': must be a whole number; "},
    {"{\"type\":\"number\"}", "1.5", "\"1.5\"", "must be a number; "},
    {"{\"type\":\"boolean\"}", "true", "\"true\"", "must be true or false; "},
    {"{\"type\":[\"string\",\"integer\"]}", "1", "null", "string, integer"},
    {"{\"const\":1}", "1.0", "2", "must be 1; "},
    {"{\"enum\":[\"a\",\"b\"]}", "\"b\"", "\"c\"", "must be one of a, b; "},
    {"{\"minimum\":0,\"maximum\":10}", "10", "11", "from 0 to 10; "},
    {"{\"minimum\":0}", "0", "-1", "at least 0; "},
    {"{\"maximum\":0}", "0", "1", "at most 0; "},
    {"{\"exclusiveMinimum\":0}", "0.1", "0", "above 0; "},
    {"{\"exclusiveMaximum\":1}", "0.9", "1", "below 1; "},
    {"{\"minLength\":2}", "\"\\u0451\\u0451\"", "\"\\u0451\"", "at least 2"},
    {"{\"maxLength\":2}", "\"\\u0451\\u0451\"", "\"xxx\"", "longer than 2"},
    {"{\"pattern\":\"^[a-z]+$\"}", "\"abc\"", "\"abc1\"", "^[a-z]+$; "},
    {"{\"required\":[\"a\"]}", "{\"a\":1}", "{}", "m.json: a: is missing; "},
    {"{\"required\":[\"a\"],\"properties\":{\"a\":{\"description\":\"the first letter\"}}}",
     "{\"a\":1}", "{}", "add it: the first letter"},
    {"{\"properties\":{\"band\":true},\"additionalProperties\":false}", "{\"band\":1}",
     "{\"bnad\":1}", "m.json: bnad = '1': is not a key that is known here; did you mean \"band\"?"},
    {"{\"properties\":{\"band\":true},\"additionalProperties\":false}", "{}", "{\"something\":{}}",
     "remove it, known are band"},
    {"{\"additionalProperties\":{\"type\":\"integer\"}}", "{\"x\":1}", "{\"x\":\"1\"}", "x = '1'"},
    {"{\"patternProperties\":{\"^m_\":{\"type\":\"integer\"}},\"additionalProperties\":false}",
     "{\"m_1\":1}", "{\"m_1\":\"x\"}", "m_1 = 'x'"},
    {"{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1,\"b\":2}", "{\"a\":1}",
     "b: is missing, and \"a\""},
    {"{\"items\":{\"type\":\"integer\"}}", "[1,2]", "[1,\"x\"]", "[1] = 'x'"},
    {"{\"minItems\":1}", "[1]", "[]", "at least 1; "},
    {"{\"maxItems\":1}", "[1]", "[1,2]", "at most 1; "},
    {"{\"uniqueItems\":true}", "[1,2]", "[1,2,1]", "[2] = '1': stands in the list twice; "},
    {"{\"$defs\":{\"n\":{\"minimum\":1}},\"properties\":{\"x\":{\"$ref\":\"#/$defs/n\"}}}",
     "{\"x\":1}", "{\"x\":0}", "x = '0': must be at least 1; "},
    {"{\"allOf\":[{\"minimum\":1},{\"maximum\":2}]}", "2", "3", "at most 2; "},
    {"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"object\",\"required\":[\"a\"]}]}", "\"x\"",
     "{}", "a: is missing; "},
    {"{\"oneOf\":[{\"minimum\":1},{\"minimum\":2}]}", "1", "2", "fits 2 of its forms at once; "},
    {"{\"oneOf\":[{\"properties\":{\"k\":{\"const\":\"p\"}},\"required\":[\"k\",\"x\"]},"
     "{\"properties\":{\"k\":{\"const\":\"q\"}},\"required\":[\"k\",\"y\",\"z\"]}]}",
     "{\"k\":\"p\",\"x\":1}", "{\"k\":\"q\"}", "y: is missing; "},
    {"{\"not\":{\"enum\":[\"points\"]},\"errorMessage\":\"is reserved; choose another\"}", "\"x\"",
     "\"points\"", "= 'points': is reserved; choose another"},
    {"{\"if\":{\"properties\":{\"a\":{\"const\":1}}},\"then\":{\"required\":[\"b\"]}}", "{\"a\":2}",
     "{\"a\":1}", "b: is missing; "},
    {"{\"if\":{\"minimum\":5},\"then\":true,\"else\":false}", "5", "4", "must not stand here; "},
};

static void every_keyword_says_yes_and_no(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct yes_no *c = &cases[i];
        if (faults(c->schema, c->yes) != 0) {
            fail_msg("%s refuses %s: %s", c->schema, c->yes, issues.lines[0]);
        }
        if (faults(c->schema, c->no) == 0) {
            fail_msg("%s accepts %s", c->schema, c->no);
        }
        if (strstr(issues.lines[0], c->says) == NULL) {
            fail_msg("%s of %s says: %s", c->schema, c->no, issues.lines[0]);
        }
    }
}

static void all_faults_are_told_with_their_paths(void **state)
{
    (void)state;
    assert_int_equal(
        faults("{\"properties\":{\"list\":{\"items\":{\"properties\":{\"n\":{\"minimum\":0}}}}}}",
               "{\"list\":[{\"n\":-1},{\"n\":0},{\"n\":-2}]}"),
        2);
    assert_non_null(strstr(issues.lines[0], "m.json: list[0].n = '-1'"));
    assert_non_null(strstr(issues.lines[1], "m.json: list[2].n = '-2'"));
}

static void no_input_byte_reaches_the_terminal_raw(void **state)
{
    (void)state;
    assert_int_equal(faults("{\"additionalProperties\":false}", "{\"a\\u001b[2J\":1}"), 1);
    assert_null(strchr(issues.lines[0], '\033'));
}

static void the_manifests_schema_is_whole(void **state)
{
    (void)state;
    json_t *schema = schema_manifest();
    assert_non_null(schema);
    assert_true(json_is_object(json_object_get(schema, "properties")));
    json_decref(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_keyword_says_yes_and_no),
        cmocka_unit_test(all_faults_are_told_with_their_paths),
        cmocka_unit_test(no_input_byte_reaches_the_terminal_raw),
        cmocka_unit_test(the_manifests_schema_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
