#include "export/netcdf_header.h"

#include <assert.h>
#include <string.h>

enum { TAG_DIMENSION = 10, TAG_VARIABLE = 11, TAG_ATTRIBUTE = 12 };

#define SIZE_UNKNOWN                                                                               \
    UINT32_MAX /* vsize of what does not fit 32 bits: readers count for themselves */

static int type_bytes(enum nc_type type)
{
    return type == NC_CHAR ? 1 : type == NC_DOUBLE ? 8 : 4;
}

/* ---- what is said ------------------------------------------------------------------------- */

static void add_attribute(struct nc_attribute *all, int *count, struct nc_attribute one)
{
    assert(*count < NC_MAX_ATTRIBUTES);
    all[(*count)++] = one;
}

struct nc_variable *nc_add_variable(struct nc_file *f, const char *name, enum nc_type type,
                                    int rank, int first, int second)
{
    assert(f->variable_count < NC_MAX_VARIABLES);
    struct nc_variable *v = &f->variables[f->variable_count++];
    *v = (struct nc_variable){
        .name = name, .type = type, .rank = rank, .dimensions = {first, second}};
    return v;
}

void nc_variable_text(struct nc_variable *v, const char *name, const char *text)
{
    if (text[0] != '\0') {
        add_attribute(v->attributes, &v->attribute_count,
                      (struct nc_attribute){.name = name, .type = NC_CHAR, .text = text});
    }
}

void nc_variable_number(struct nc_variable *v, const char *name, enum nc_type type, double number)
{
    add_attribute(v->attributes, &v->attribute_count,
                  (struct nc_attribute){.name = name, .type = type, .number = number});
}

void nc_file_text(struct nc_file *f, const char *name, const char *text)
{
    if (text[0] != '\0') {
        add_attribute(f->attributes, &f->attribute_count,
                      (struct nc_attribute){.name = name, .type = NC_CHAR, .text = text});
    }
}

/* ---- bytes -------------------------------------------------------------------------------- */

static void add_big_endian(struct buf *out, uint64_t bits, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        buf_add_char(out, (char)(unsigned char)(bits >> (8 * i)));
    }
}

static void add_count(struct buf *out, int64_t n)
{
    add_big_endian(out, (uint64_t)n, 4);
}

static void pad(struct buf *out)
{
    while (out->failed == ERR_OK && out->len % 4 != 0) {
        buf_add_char(out, '\0');
    }
}

static void add_name(struct buf *out, const char *name)
{
    add_count(out, (int64_t)strlen(name));
    buf_add_str(out, name);
    pad(out);
}

void nc_add_number(struct buf *out, enum nc_type type, double number)
{
    if (type == NC_DOUBLE) {
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        add_big_endian(out, bits, 8);
    } else if (type == NC_FLOAT) {
        float narrow = (float)number;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        add_big_endian(out, bits, 4);
    } else {
        add_big_endian(out, (uint32_t)(int32_t)number, 4);
    }
}

static void add_list(struct buf *out, int tag, int count)
{
    add_count(out, count == 0 ? 0 : tag);
    add_count(out, count);
}

static void add_attributes(struct buf *out, const struct nc_attribute *all, int count)
{
    add_list(out, TAG_ATTRIBUTE, count);
    for (int i = 0; i < count; i++) {
        add_name(out, all[i].name);
        add_count(out, all[i].type);
        if (all[i].type == NC_CHAR) {
            add_name(out, all[i].text); /* a count, the bytes, and padding: the same form */
        } else {
            add_count(out, 1);
            nc_add_number(out, all[i].type, all[i].number);
        }
    }
}

int64_t nc_variable_bytes(const struct nc_file *f, const struct nc_variable *v)
{
    int64_t bytes = type_bytes(v->type);
    for (int i = 0; i < v->rank; i++) {
        bytes *= f->dimensions[v->dimensions[i]].length;
    }
    return (bytes + 3) / 4 * 4;
}

static void add_variable(struct buf *out, const struct nc_file *f, const struct nc_variable *v)
{
    int64_t bytes = nc_variable_bytes(f, v);
    add_name(out, v->name);
    add_count(out, v->rank);
    for (int i = 0; i < v->rank; i++) {
        add_count(out, v->dimensions[i]);
    }
    add_attributes(out, v->attributes, v->attribute_count);
    add_count(out, v->type);
    add_count(out, bytes > (int64_t)SIZE_UNKNOWN - 3 ? (int64_t)SIZE_UNKNOWN : bytes);
    add_big_endian(out, (uint64_t)v->begin, 8);
}

static void write_once(const struct nc_file *f, struct buf *out)
{
    buf_add(out, "CDF\2", 4);
    add_count(out, 0); /* records */
    add_list(out, TAG_DIMENSION, f->dimension_count);
    for (int i = 0; i < f->dimension_count; i++) {
        add_name(out, f->dimensions[i].name);
        add_count(out, f->dimensions[i].length);
    }
    add_attributes(out, f->attributes, f->attribute_count);
    add_list(out, TAG_VARIABLE, f->variable_count);
    for (int i = 0; i < f->variable_count; i++) {
        add_variable(out, f, &f->variables[i]);
    }
}

void netcdf_header_write(struct nc_file *f, struct buf *out)
{
    struct buf draft;
    buf_init(&draft, out->max);
    write_once(f, &draft);
    int64_t at = (int64_t)draft.len;
    out->failed = draft.failed; /* a shorter draft would be a wrong place for every variable */
    buf_fini(&draft);
    for (int i = 0; i < f->variable_count; i++) {
        f->variables[i].begin = at;
        at += nc_variable_bytes(f, &f->variables[i]);
    }
    write_once(f, out);
}
