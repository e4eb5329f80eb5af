/* numerals.h - numbers as people read them, and the plural they ask for, by language.
 *
 * en 1,234.5   ru 1 234,5   uz 1 234,5   ko 1,234.5; thousands are parted by a no-break space where
 * by a space; the minus is U+2212. Never for machines. Pure, safe from any thread.
 */
#ifndef INVENTORY_NUMERALS_H
#define INVENTORY_NUMERALS_H

#include <stddef.h>

#include "inventory/catalog.h"

#define NUMERAL_SIZE         96
#define NUMERAL_DECIMALS_MAX 9

enum plural { PLURAL_ONE, PLURAL_FEW, PLURAL_MANY, PLURAL_OTHER };

/** The value with at most so many decimals, without zeros at the end; "" for what is no finite
 *  number. A value that rounds to zero has no sign. @param value  |value| < 1e15. */
void numeral_fixed(double value, int decimals, enum lang lang, char out[NUMERAL_SIZE]);
/** For reading: three significant digits, and all digits before the point. */
void numeral_read(double value, enum lang lang, char out[NUMERAL_SIZE]);
/** "12.3%", "12,3 %": one decimal, below 1 % two significant digits. @param share  0.123 */
void numeral_percent(double share, enum lang lang, char out[NUMERAL_SIZE]);

/** CLDR's category of a count as it is shown: 1 сектор, 2 сектора, 5 секторов, 1,5 сектора. A
 *  fraction is OTHER in all four languages. @param count  |count| < 1e15. */
enum plural numeral_plural(enum lang lang, double count);

#endif
