/* style.h - how density becomes colour: versioned files in config/styles/, read at start.
 *
 * A style names its palette, breaks, unit and how no-data and zero look. Breaks are fixed: the
 * same colour means the same density at every zoom, in every year and for every district, so a
 * style belongs to a quantity and to the gases whose range it spans. Immutable after loading; a
 * set is counted so that SIGHUP can swap it. Thread-safe to read.
 */
#ifndef RENDER_STYLE_H
#define RENDER_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"

#define STYLE_MAX_CLASSES 32
#define STYLE_BREAK_SIZE  20 /* bytes of a number of 12 digits, with what parts it from the next */
#define STYLE_MAX_GASES   8
#define STYLE_LANGS       4 /* by enum lang */

enum style_kind { STYLE_SEQUENTIAL, STYLE_DIVERGING };

struct rgba {
    uint8_t r, g, b, a;
};

struct style {
    char id[32]; /* "density-inferno"; also the file's name without .json */
    int version;
    char title[STYLE_LANGS][96];
    enum style_kind kind;
    char quantity[32]; /* "density", "net", "difference" */
    char unit[32];     /* "t/km2/yr" */
    bool is_default;   /* for its quantity and gases */
    int gas_count;
    char gases[STYLE_MAX_GASES]
              [16];  /* upper-case codes, "CO2E" among them; the first is the legend's */
    int class_count; /* break_count + 1; class i is breaks[i-1] <= v < breaks[i] */
    int break_count;
    double breaks[STYLE_MAX_CLASSES - 1]; /* strictly ascending; diverging: symmetric about 0 */
    char breaks_text[STYLE_MAX_CLASSES * STYLE_BREAK_SIZE]; /* "0.1 1 10": travels with pictures */
    struct rgba
        colours[STYLE_MAX_CLASSES]; /* class 0 of a sequential style is "below the first break" */
    struct rgba nodata;             /* usually alpha 0 */
    struct rgba zero;               /* exactly 0 */
    char digest[DIGEST_HEX_SIZE];   /* SHA-256 of the file */
};

struct style_set;

/** Reads every *.json in a folder, one style each.
 *  @return ERR_INPUT with file and rule, ERR_IO, ERR_NO_MEMORY. */
enum err style_set_load(const char *dir, struct style_set **out, struct why *why) MUST_CHECK;
struct style_set *style_set_ref(struct style_set *s); /* new reference */
void style_set_unref(struct style_set *s);            /* accepts NULL */
int style_count(const struct style_set *s);
const struct style *style_at(const struct style_set *s, int i);            /* sorted by id */
const struct style *style_find(const struct style_set *s, const char *id); /* NULL = none */

/** The default of a quantity ("density", "net" or "difference") for a gas code in any letter
 *  case, "CO2E" included; a gas no style names gets the one of CO2E. Never NULL: loading
 *  refuses a set without these. */
const struct style *style_default(const struct style_set *s, const char *quantity, const char *gas);

/** Reads one style from the text of a file.
 *  @param file  its name, for `why` and to compare with the id; borrowed.
 *  @return ERR_INPUT with file and rule. */
enum err style_parse(const char *file, const char *text, size_t len, struct style *out,
                     struct why *why) MUST_CHECK;

#define STYLE_CLASS_NODATA (-1)
#define STYLE_CLASS_ZERO   (-2)
/** Class of a value: 0..class_count-1, STYLE_CLASS_NODATA for NaN, STYLE_CLASS_ZERO for exact 0. */
int style_class(const struct style *s, double value);
/** Colour of a class, the two special ones included. */
struct rgba style_colour(const struct style *s, int class_index);

#endif
