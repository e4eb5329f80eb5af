#include "api/doc.h"

#include <math.h>

#define JSON_DIGITS 12

void doc_init(struct doc *d)
{
    d->root = json_object();
    d->failed = d->root == NULL;
}

void doc_fini(struct doc *d)
{
    json_decref(d->root);
    d->root = NULL;
}

void doc_put(struct doc *d, json_t *parent, const char *key, json_t *value)
{
    int failed = key != NULL ? json_object_set_new_nocheck(parent, key, value)
                             : json_array_append_new(parent, value);
    d->failed |= failed != 0;
}

json_t *doc_object(struct doc *d, json_t *parent, const char *key)
{
    json_t *o = json_object();
    doc_put(d, parent, key, o);
    return d->failed ? NULL : o;
}

json_t *doc_array(struct doc *d, json_t *parent, const char *key)
{
    json_t *a = json_array();
    doc_put(d, parent, key, a);
    return d->failed ? NULL : a;
}

void doc_text(struct doc *d, json_t *parent, const char *key, const char *text)
{
    doc_put(d, parent, key, json_string(text));
}

void doc_number(struct doc *d, json_t *parent, const char *key, double value)
{
    doc_put(d, parent, key, isfinite(value) ? json_real(value + 0.0) : json_null());
}

void doc_int(struct doc *d, json_t *parent, const char *key, long long value)
{
    doc_put(d, parent, key, json_integer(value));
}

void doc_bool(struct doc *d, json_t *parent, const char *key, bool value)
{
    doc_put(d, parent, key, json_boolean(value));
}

void doc_null(struct doc *d, json_t *parent, const char *key)
{
    doc_put(d, parent, key, json_null());
}

void doc_bbox(struct doc *d, json_t *parent, const char *key, double west, double south,
              double east, double north)
{
    json_t *box = doc_array(d, parent, key);
    doc_number(d, box, NULL, west);
    doc_number(d, box, NULL, south);
    doc_number(d, box, NULL, east);
    doc_number(d, box, NULL, north);
}

static int add_to_buf(const char *text, size_t len, void *to)
{
    struct buf *b = to;
    buf_add(b, text, len);
    return b->failed ? -1 : 0;
}

enum err doc_write_value(const struct doc *d, const json_t *value, struct buf *out)
{
    if (d->failed)
        return ERR_NO_MEMORY;
    size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(JSON_DIGITS);
    if (json_dump_callback(value, add_to_buf, out, flags) == 0)
        return ERR_OK;
    return out->failed ? out->failed : ERR_NO_MEMORY;
}

enum err doc_write(const struct doc *d, struct buf *out)
{
    return doc_write_value(d, d->root, out);
}

const char *doc_name(const char *const names[LANG_COUNT], enum lang lang)
{
    const char *name = names[lang];
    return name != NULL && name[0] != '\0' ? name : names[LANG_EN];
}
