/* bibtex.h - text as BibTeX fields. Pure, safe from any thread.
 *
 * UTF-8 stays UTF-8, as biber and today's LaTeX read it. What LaTeX would obey is written as what
 * it prints. A brace in a text must not be written as \{ either: BibTeX counts braces without
 * looking at the backslash, and one of them would swallow the rest of the file.
 */
#ifndef API_BIBTEX_H
#define API_BIBTEX_H

#include "base/buf.h"

/** "  name = {text},\n"; nothing for an empty text. Blanks and control bytes become one blank. */
void bibtex_field(struct buf *b, const char *name, const char *text);
/** The same of a text whose capitals a style must keep: {{text}}. */
void bibtex_field_kept(struct buf *b, const char *name, const char *text);
/** The same of a URL: not LaTeX but verbatim; what may not stand there is percent-encoded. */
void bibtex_field_url(struct buf *b, const char *name, const char *url);
/** A key of an entry: letters, digits, ".", "-" and "_"; anything else becomes "-". */
void bibtex_key(struct buf *b, const char *text);

#endif
