/* doc.h - JSON documents built member by member (jansson), checked once at the end.
 *
 * A failed step marks the document and is otherwise harmless, so that builders read straight.
 * Every json_t given out is borrowed from the document. One document, one thread.
 */
#ifndef API_DOC_H
#define API_DOC_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buf.h"
#include "inventory/catalog.h"

struct doc {
    json_t *root; /* an object */
    bool failed;  /* out of memory, or text that is no UTF-8 */
};

void doc_init(struct doc *d);
void doc_fini(struct doc *d);

/* `key` NULL appends to an array instead of setting a member of an object. */
json_t *doc_object(struct doc *d, json_t *parent, const char *key);
json_t *doc_array(struct doc *d, json_t *parent, const char *key);
void doc_text(struct doc *d, json_t *parent, const char *key, const char *text);
/** 12 significant digits; null for what is no finite number. */
void doc_number(struct doc *d, json_t *parent, const char *key, double value);
void doc_int(struct doc *d, json_t *parent, const char *key, long long value);
void doc_bool(struct doc *d, json_t *parent, const char *key, bool value);
void doc_null(struct doc *d, json_t *parent, const char *key);
/** Any value; takes it. */
void doc_put(struct doc *d, json_t *parent, const char *key, json_t *value);
void doc_bbox(struct doc *d, json_t *parent, const char *key, double west, double south,
              double east, double north);

/** Appends any value as compact JSON. @return ERR_NO_MEMORY, also when the document failed. */
enum err doc_write_value(const struct doc *d, const json_t *value, struct buf *out) MUST_CHECK;
enum err doc_write(const struct doc *d, struct buf *out) MUST_CHECK;

/** A name in the asked language, else in English. */
const char *doc_name(const char *const names[LANG_COUNT], enum lang lang);

#endif
