/* summary_text.h - a summary as plain text: the paragraph, the table in columns, what belongs to
 * it.
 *
 * Columns are aligned by the width that a terminal gives: Korean syllables are two wide. Pure.
 */
#ifndef API_SUMMARY_TEXT_H
#define API_SUMMARY_TEXT_H

#include "api/doc.h"
#include "base/buf.h"

/** Columns that a text takes on a screen of even letters. @param text  well-formed UTF-8. */
int summary_text_width(const char *text);
/** @param table  as the JSON answer has it: caption, columns, rows with their formatted "text".
 *  @param label  member of a row that is no number: the first column. */
void summary_text_table(struct buf *b, const json_t *table, const char *label);

#endif
