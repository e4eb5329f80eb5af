/* rows.c - reading a binary result. Answers of the database are checked, not trusted. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/conn_internal.h"

/* Object identifiers of pg_type.dat: fixed for ever, but in no header that libpq installs. */
enum type_oid {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_BPCHAR = 1042,
    OID_VARCHAR = 1043,
};

int rows_count(const struct rows *r)
{
    return PQntuples(r->result);
}

int64_t rows_affected(const struct rows *r)
{
    const char *text = PQcmdTuples(r->result);
    return text ? strtoll(text, NULL, 10) : 0;
}

void rows_free(struct rows *r)
{
    if (!r)
        return;
    PQclear(r->result);
    free(r);
}

static char letter_of(Oid type)
{
    switch (type) {
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        return 'i';
    case OID_FLOAT4:
    case OID_FLOAT8:
        return 'f';
    case OID_BOOL:
        return 'b';
    case OID_BYTEA:
        return 'y';
    case OID_TEXT:
    case OID_NAME:
    case OID_VARCHAR:
    case OID_BPCHAR:
        return 't';
    default:
        return '?';
    }
}

static bool column_has_null(const struct rows *r, int col)
{
    for (int row = 0; row < rows_count(r); row++)
        if (rows_is_null(r, row, col))
            return true;
    return false;
}

enum err rows_expect(const struct rows *r, const char *types, struct why *why)
{
    int n = (int)strlen(types);
    if (PQnfields(r->result) != n)
        return why_set(why, ERR_INTERNAL, NULL, "The database answered %d columns instead of %d.",
                       PQnfields(r->result), n);
    for (int col = 0; col < n; col++) {
        bool may_be_null = types[col] >= 'A' && types[col] <= 'Z';
        char want = may_be_null ? (char)(types[col] - 'A' + 'a') : types[col];
        if (letter_of(PQftype(r->result, col)) != want)
            return why_set(why, ERR_INTERNAL, NULL, "Column %d of an answer has a wrong type.",
                           col + 1);
        if (!may_be_null && column_has_null(r, col))
            return why_set(why, ERR_INTERNAL, NULL, "Column %d of an answer is NULL.", col + 1);
    }
    return ERR_OK;
}

bool rows_is_null(const struct rows *r, int row, int col)
{
    return PQgetisnull(r->result, row, col) != 0;
}

/* The value's bytes when its column is of that kind; NULL for SQL NULL and for any other. */
static const unsigned char *value_of(const struct rows *r, int row, int col, char kind, int *len)
{
    if (rows_is_null(r, row, col) || letter_of(PQftype(r->result, col)) != kind)
        return NULL;
    *len = PQgetlength(r->result, row, col);
    return (const unsigned char *)PQgetvalue(r->result, row, col);
}

static uint64_t big_endian(const unsigned char *bytes, int len)
{
    uint64_t v = 0;
    for (int i = 0; i < len; i++)
        v = v << 8 | bytes[i];
    return v;
}

int64_t rows_int(const struct rows *r, int row, int col)
{
    int len = 0;
    const unsigned char *v = value_of(r, row, col, 'i', &len);
    if (!v)
        return 0;
    switch (len) {
    case 2:
        return (int16_t)big_endian(v, 2);
    case 4:
        return (int32_t)big_endian(v, 4);
    case 8:
        return (int64_t)big_endian(v, 8);
    default:
        return 0;
    }
}

double rows_double(const struct rows *r, int row, int col)
{
    int len = 0;
    const unsigned char *v = value_of(r, row, col, 'f', &len);
    if (v && len == 8) {
        uint64_t bits = big_endian(v, 8);
        double d;
        memcpy(&d, &bits, sizeof d);
        return d;
    }
    if (v && len == 4) {
        uint32_t bits = (uint32_t)big_endian(v, 4);
        float f;
        memcpy(&f, &bits, sizeof f);
        return (double)f;
    }
    return NAN;
}

bool rows_bool(const struct rows *r, int row, int col)
{
    int len = 0;
    const unsigned char *v = value_of(r, row, col, 'b', &len);
    return v && len == 1 && v[0] != 0;
}

const char *rows_text(const struct rows *r, int row, int col)
{
    int len = 0;
    const unsigned char *v = value_of(r, row, col, 't', &len);
    return v ? (const char *)v : ""; /* libpq ends every value with a NUL */
}

const void *rows_bytes(const struct rows *r, int row, int col, int *len)
{
    *len = 0;
    return value_of(r, row, col, 'y', len);
}
