/* phrases.h - whole phrases in the four languages, and how their gaps are filled.
 *
 * One table per language (phrases_en.c ...), so that a translator reads one file from top to
 * bottom. A phrase is a sentence or a constituent of its own ("in July 2022"); sentences are never
 * glued from halves in code. Gaps are written {name}; {name+은는} adds the Korean particle that the
 * final sound of the value asks for. A test compares the gaps of the languages. Pure, thread-safe.
 */
#ifndef API_PHRASES_H
#define API_PHRASES_H

#include "base/arena.h"
#include "inventory/numerals.h"

/* Each has one phrase per plural category, in the order of enum plural. */
#define PHRASE_FAMILY(name) name##_ONE, name##_FEW, name##_MANY, name##_OTHER
/* Each has one phrase per month, January first. */
#define PHRASE_MONTHS(name) name, name##_LAST = name + 11

enum phrase {
    /* the place, and what of it is meant */
    PHRASE_PLACE_AREA,
    PHRASE_PLACE_WHOLE,
    PHRASE_PLACE_SCOPED, /* {place} {scope} */
    PHRASE_SCOPE_NO_LAND,
    PHRASE_FAMILY(PHRASE_MORE_SECTORS), /* {list} {count} */

    /* when */
    PHRASE_MONTHS(PHRASE_MONTH),      /* "July" */
    PHRASE_MONTHS(PHRASE_MONTH_IN),   /* as in PHRASE_IN_MONTH */
    PHRASE_MONTHS(PHRASE_MONTH_WITH), /* as in PHRASE_SINCE_MONTH */
    PHRASE_PERIOD_YEAR,               /* {year} */
    PHRASE_PERIOD_MONTH,              /* {month} {year} */
    PHRASE_IN_YEAR,                   /* {year} */
    PHRASE_IN_MONTH,                  /* {month} {year} */
    PHRASE_SINCE_YEAR,                /* {year}; begins a sentence */
    PHRASE_SINCE_MONTH,               /* {month} {year}; begins a sentence */
    PHRASE_FAMILY(PHRASE_YEARS),      /* {count} */

    /* how much */
    PHRASE_GAS_CO2E,
    PHRASE_UNIT_T, /* {gas} */
    PHRASE_UNIT_KT,
    PHRASE_UNIT_MT,
    PHRASE_AMOUNT,           /* {number} {unit} */
    PHRASE_AMOUNT_INTERVAL,  /* {amount} {lo} {hi} */
    PHRASE_AMOUNT_UNCERTAIN, /* {amount} */

    /* the first sentence: {place} {amount} {when} [{share}] */
    PHRASE_EMISSION,
    PHRASE_EMISSION_SHARE,
    PHRASE_REMOVAL,
    PHRASE_REMOVAL_SHARE,
    PHRASE_NET_EMISSION,
    PHRASE_NET_REMOVAL,
    PHRASE_ZERO_EMISSION, /* {place} {when} */
    PHRASE_ZERO_REMOVAL,
    PHRASE_ZERO_NET,
    PHRASE_NO_DATA, /* {place} {when} */

    /* the second: since then, or among its peers */
    PHRASE_STILL_ZERO,    /* {since} */
    PHRASE_EMISSION_MORE, /* {since} {years} {percent} {before} */
    PHRASE_EMISSION_LESS,
    PHRASE_EMISSION_SAME, /* {since} {years} */
    PHRASE_EMISSION_NEW,  /* {since} */
    PHRASE_REMOVAL_MORE,
    PHRASE_REMOVAL_LESS,
    PHRASE_REMOVAL_SAME,
    PHRASE_REMOVAL_NEW,
    PHRASE_NET_MORE, /* {since} {years} {by} {before} */
    PHRASE_NET_LESS,
    PHRASE_NET_SAME,            /* {since} {years} */
    PHRASE_FAMILY(PHRASE_RANK), /* {rank} {count} */
    PHRASE_NO_EARLIER,

    /* the third: sectors */
    PHRASE_TOP_ITEM,  /* {sector} {value} */
    PHRASE_TOP_ONE,   /* {sector} */
    PHRASE_TOP_TWO,   /* {first} {second} */
    PHRASE_TOP_THREE, /* {first} {second} {third} */

    /* what must be minded */
    PHRASE_MIND_NO_DATA,
    PHRASE_MIND_ESTIMATED,
    PHRASE_MIND_UNALLOCATED,        /* {share} */
    PHRASE_MIND_UNALLOCATED_BESIDE, /* {amount} */
    PHRASE_MIND_YEARLY_ONLY,        /* {amount} */

    /* the table */
    PHRASE_CAPTION_EMISSION, /* {place} {period} */
    PHRASE_CAPTION_REMOVAL,
    PHRASE_CAPTION_NET,
    PHRASE_COLUMN_SECTOR,
    PHRASE_COLUMN_VALUE,
    PHRASE_COLUMN_SHARE,
    PHRASE_COLUMN_LO,
    PHRASE_COLUMN_HI,
    PHRASE_ROW_TOTAL,
    PHRASE_PINNED, /* {url} */

    /* citations */
    PHRASE_CITE,             /* {publisher} {year} {title} {version} {url} */
    PHRASE_CITE_LICENCE,     /* {licence} */
    PHRASE_CITE_ATTRIBUTION, /* {attribution} */
    PHRASE_CITE_OWN,         /* {citation} */
    PHRASE_CITE_BODY,        /* {body} */
    PHRASE_COUNT
};

struct phrase_gap {
    const char *name;
    const char *value; /* NULL = there was no memory for it */
};

/** The phrase as the table has it. */
const char *phrase_text(enum lang lang, enum phrase phrase);
/** The phrase of a family for a count. @param first  its _ONE. */
enum phrase phrase_of_count(enum lang lang, enum phrase first, int count);
/** Fills the gaps. A full stop after a value that ends with one is not doubled.
 *  @param gaps  ended by a NULL name; every gap of the phrase must be among them.
 *  @return arena memory; NULL when there is none, or a value is NULL. */
const char *phrase_fill(struct arena *arena, enum lang lang, enum phrase phrase,
                        const struct phrase_gap *gaps) MUST_CHECK;
#define PHRASE_FILL(arena, lang, phrase, ...)                                                      \
    phrase_fill(arena, lang, phrase, (const struct phrase_gap[]){__VA_ARGS__, {NULL, NULL}})

#endif
