/* particle.h - the Korean particle that a word's final sound asks for. Pure, safe from any thread.
 *
 * 은/는, 이/가, 을/를, 과/와: the first after a final consonant, the second after a vowel; 으로/로
 * takes the second after ㄹ too. Figures are read as Sino-Korean numbers, "%" as 퍼센트; brackets
 * and quotes are not read. What is in other letters can be read in more than one way: both forms
 * are written, as in 은(는), as Korean forms do.
 */
#ifndef API_PARTICLE_H
#define API_PARTICLE_H

#include <stddef.h>

#include "base/buf.h"

enum final_sound { FINAL_VOWEL, FINAL_CONSONANT, FINAL_RIEUL, FINAL_UNKNOWN };

/** How a text ends when it is read. @param text  well-formed UTF-8. */
enum final_sound particle_final(const char *text);
/** Appends the form of a pair after a text.
 *  @param pair  both forms, the consonant's first: "은는", "으로로"; its first len bytes. */
void particle_add(struct buf *b, const char *text, const char *pair, size_t len);

#endif
