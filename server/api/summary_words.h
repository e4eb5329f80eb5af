/* summary_words.h - the numbers of a summary as sentences, in the language of the answer.
 *
 * Chooses phrases and fills their gaps; the phrases are in phrases_*.c. Amounts have three
 * significant digits (numeral_read). Everything is arena memory of the answer; NULL = there is none
 * left.
 */
#ifndef API_SUMMARY_WORDS_H
#define API_SUMMARY_WORDS_H

#include "api/phrases.h"
#include "api/summary_facts.h"

#define SUMMARY_SENTENCES_MAX 8

struct summary_words {
    const struct answer *answer;
    const struct summary_facts *facts;
    enum lang lang;
    struct arena *arena;
    const char *place; /* "Jizzakh region (Energy industries)" */
    int sentence_count;
    const char *sentences[SUMMARY_SENTENCES_MAX];
};

/** Says it all. @return ERR_NO_MEMORY. */
enum err summary_words(struct summary_words *w, const struct answer *a,
                       const struct summary_facts *f) MUST_CHECK;
/** "emissions by sector" of the place and the period. */
const char *summary_caption(const struct summary_words *w);
/** "kt CO₂e", in the answer's unit and gas. */
const char *summary_unit(const struct summary_words *w);
/** A number of the answer's unit, without it. */
const char *summary_number(const struct summary_words *w, double tonnes);
const char *summary_percent(const struct summary_words *w, double share);

#endif
