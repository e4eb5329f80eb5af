/* style.h - how density becomes colour: versioned files in config/styles/, read at start.
 *
 * A style names its palette, breaks, unit and how no-data, zero and small values look. Immutable
 * after loading; a set is counted so that SIGHUP can swap it. Thread-safe to read.
 */
#ifndef RENDER_STYLE_H
#define RENDER_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

#define STYLE_MAX_CLASSES 32

enum style_kind { STYLE_SEQUENTIAL, STYLE_DIVERGING };

struct rgba { uint8_t r, g, b, a; };

struct style {
    char id[32];          /* "density-inferno" */
    int version;
    char title[4][96];    /* by enum lang */
    enum style_kind kind;
    char quantity[32];    /* "density", "net", "difference" */
    char unit[32];        /* "t/km2/yr" */
    int class_count;      /* = break_count + 1 for both kinds; class i is breaks[i-1] <= v < breaks[i] */
    int break_count;
    double breaks[STYLE_MAX_CLASSES - 1]; /* strictly ascending */
    struct rgba colours[STYLE_MAX_CLASSES];
    struct rgba nodata;   /* usually alpha 0 */
    struct rgba zero;     /* exactly 0 */
    struct rgba below;    /* sequential: 0 < v < breaks[0] replaces class 0 */
    char digest[DIGEST_HEX_SIZE];
};

struct style_set;
/** Reads every *.json in a folder. @return ERR_INPUT with file and rule, ERR_IO. */
enum err style_set_load(const char *dir, struct style_set **out, struct why *why) MUST_CHECK;
struct style_set *style_set_ref(struct style_set *s);
void style_set_unref(struct style_set *s);
int style_count(const struct style_set *s);
const struct style *style_at(const struct style_set *s, int i); /* sorted by id */
const struct style *style_find(const struct style_set *s, const char *id); /* NULL = none */
/** The default for a quantity: "density", "net" or "difference". Never NULL. */
const struct style *style_default(const struct style_set *s, const char *quantity);

#define STYLE_CLASS_NODATA (-1)
#define STYLE_CLASS_ZERO (-2)
/** Class of a value: 0..class_count-1, STYLE_CLASS_NODATA for NaN, STYLE_CLASS_ZERO for exact 0. */
int style_class(const struct style *s, double value);

#endif
