/* manifest_json.h - strict readers of JSON members; a fault becomes an issue with the member's
 * path. */
#ifndef IMPORT_MANIFEST_JSON_H
#define IMPORT_MANIFEST_JSON_H

#include <jansson.h>

#include "base/arena.h"
#include "cli/import/issues.h"

struct json_reader {
    const char *file;
    const char *folder;
    struct arena *arena;
    struct issues *issues;
};

/** An object of the document and its path ("proxies[2]"; "" = the root). */
struct json_node {
    const json_t *json;
    const char *path;
};

enum json_need { JSON_OPTIONAL, JSON_NEEDED };

void json_issue(struct json_reader *r, struct json_node of, const char *key, const char *rule, ...)
    PRINTF_LIKE(4, 5);
/** Keys outside the NULL-terminated list are issues; so is a node that is no object (false). */
bool json_only(struct json_reader *r, struct json_node of, const char *const *keys);
/** The member as an object node; json NULL when it is not there (an issue when needed). */
struct json_node json_object_at(struct json_reader *r, struct json_node of, const char *key,
                                enum json_need need);
/** The member as an array; NULL when it is not there. *count is its length. */
const json_t *json_array_at(struct json_reader *r, struct json_node of, const char *key,
                            enum json_need need, int *count);
struct json_node json_item(struct json_reader *r, struct json_node of, const char *key,
                           const json_t *array, int i);
/** Non-empty text; "" when missing or wrong. Arena memory. */
const char *json_text_at(struct json_reader *r, struct json_node of, const char *key,
                         enum json_need need);
double json_number_at(struct json_reader *r, struct json_node of, const char *key, double low,
                      double high, enum json_need need);
/** Index of the text among words (NULL-terminated), -1 when missing or wrong. */
int json_word_at(struct json_reader *r, struct json_node of, const char *key,
                 const char *const *words, enum json_need need);

#endif
