/* xml.h - XML into a buffer with a maximum: the one place where text is escaped.
 *
 * A thin coat over libxml2's writer. Nothing fails loudly: after a failure the rest is ignored and
 * xml_end() says so. Bytes that XML 1.0 has no place for become a question mark. One thread.
 * Nothing here reads XML, and no file that includes libxml2 may: what comes from outside is never
 * parsed.
 */
#ifndef API_OGC_XML_H
#define API_OGC_XML_H

#include "base/buf.h"

struct xml {
    void *writer; /* libxml2's */
    bool is_broken;
    unsigned long spares; /* spare_count() when it began */
};

/** Has libxml2 use spare memory and build what is shared. Once, before there are threads or
 *  documents. */
void xml_prepare(void);
/** Begins a document in out, which outlives the writer and has its maximum set. */
void xml_begin(struct xml *x, struct buf *out);
/** Closes whatever is open. @return ERR_NO_MEMORY, or ERR_TOO_LARGE for the buffer's maximum. */
enum err xml_end(struct xml *x, const struct buf *out) MUST_CHECK;

/** <!DOCTYPE root SYSTEM "address">, before the root. */
void xml_doctype(struct xml *x, const char *root, const char *address);
void xml_open(struct xml *x, const char *name); /* "ows:Title" */
void xml_close(struct xml *x);
void xml_attribute(struct xml *x, const char *name, const char *value);
/** Text within the element that is open. */
void xml_text(struct xml *x, const char *text);
/** <name>text</name> */
void xml_leaf(struct xml *x, const char *name, const char *text);
void xml_leaf_printf(struct xml *x, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
