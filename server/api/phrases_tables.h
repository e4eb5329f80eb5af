/* phrases_tables.h - between phrases.c and the tables, one for each language. */
#ifndef API_PHRASES_TABLES_H
#define API_PHRASES_TABLES_H

#include "api/phrases.h"

#define NBSP  "\xC2\xA0"
#define MINUS "\xE2\x88\x92"

extern const char *const phrases_en[PHRASE_COUNT];
extern const char *const phrases_ru[PHRASE_COUNT];
extern const char *const phrases_uz[PHRASE_COUNT];
extern const char *const phrases_ko[PHRASE_COUNT];

#endif
