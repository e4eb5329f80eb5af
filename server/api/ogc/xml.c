#include "api/ogc/xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlmemory.h>
#include <libxml/parser.h>
#include <libxml/xmlwriter.h>

#include "base/spare_memory.h"

static void note(struct xml *x, int result)
{
    x->is_broken = x->is_broken || result < 0;
}

static int on_bytes(void *context, const char *bytes, int len)
{
    struct buf *out = context;
    buf_add(out, bytes, (size_t)len);
    return out->failed == ERR_OK ? len : -1;
}

static int on_close(void *context)
{
    (void)context;
    return 0;
}

/* Two threads whose first documents come at once would both build the library's globals. */
void xml_prepare(void)
{
    (void)xmlMemSetup(spare_free, spare_malloc, spare_realloc, spare_strdup);
    xmlInitParser();
}

void xml_begin(struct xml *x, struct buf *out)
{
    *x = (struct xml){.spares = spare_count()};
    xmlOutputBufferPtr sink = xmlOutputBufferCreateIO(on_bytes, on_close, out, NULL);
    xmlTextWriterPtr writer = sink == NULL ? NULL : xmlNewTextWriter(sink);
    if (writer == NULL) {
        if (sink != NULL) {
            (void)xmlOutputBufferClose(sink);
        }
        x->is_broken = true;
        return;
    }
    x->writer = writer;
    note(x, xmlTextWriterSetIndent(writer, 1));
    note(x, xmlTextWriterStartDocument(writer, "1.0", "UTF-8", NULL));
}

enum err xml_end(struct xml *x, const struct buf *out)
{
    if (x->writer != NULL) {
        note(x, xmlTextWriterEndDocument(x->writer));
        note(x, xmlTextWriterFlush(x->writer));
        xmlFreeTextWriter(x->writer);
        x->writer = NULL;
    }
    if (out->failed != ERR_OK) {
        return out->failed;
    }
    return x->is_broken || spare_count() != x->spares ? ERR_NO_MEMORY : ERR_OK;
}

void xml_doctype(struct xml *x, const char *root, const char *address)
{
    if (!x->is_broken) {
        note(x, xmlTextWriterWriteDTD(x->writer, BAD_CAST root, NULL, BAD_CAST address, NULL));
    }
}

void xml_open(struct xml *x, const char *name)
{
    if (!x->is_broken) {
        note(x, xmlTextWriterStartElement(x->writer, BAD_CAST name));
    }
}

void xml_close(struct xml *x)
{
    if (!x->is_broken) {
        note(x, xmlTextWriterEndElement(x->writer));
    }
}

/* What XML has no place for: control characters, and U+FFFE and U+FFFF. @return its bytes, or 0. */
static size_t forbidden_len(const char *text)
{
    unsigned char u = (unsigned char)*text;
    if (u == 0x7f || (u < 0x20 && u != '\t' && u != '\n' && u != '\r')) {
        return 1;
    }
    bool is_none = strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0;
    return is_none ? 3 : 0;
}

/* A copy without what XML has no place for; NULL = no memory. */
static char *clean(const char *text)
{
    char *copy = strdup(text);
    for (char *p = copy; p != NULL && *p != '\0'; p++) {
        memset(p, '?', forbidden_len(p));
    }
    return copy;
}

void xml_attribute(struct xml *x, const char *name, const char *value)
{
    char *text = x->is_broken ? NULL : clean(value);
    note(x,
         text == NULL ? -1 : xmlTextWriterWriteAttribute(x->writer, BAD_CAST name, BAD_CAST text));
    free(text);
}

/* Character data. libxml2 would escape it, but leaves it out without a word when it has no memory.
 */
static char *escape(const char *text)
{
    struct buf b;
    char *plain = clean(text);
    if (plain == NULL) {
        return NULL;
    }
    buf_init(&b, SIZE_MAX / 8);
    for (const char *p = plain; *p != '\0'; p++) {
        const char *word = *p == '<'    ? "&lt;"
                           : *p == '>'  ? "&gt;"
                           : *p == '&'  ? "&amp;"
                           : *p == '"'  ? "&quot;"
                           : *p == '\r' ? "&#13;"
                                        : NULL;
        if (word != NULL) {
            buf_add_str(&b, word);
        } else {
            buf_add_char(&b, *p);
        }
    }
    free(plain);
    buf_add_str(&b, "");
    if (b.failed != ERR_OK) {
        buf_fini(&b);
    }
    return b.data;
}

void xml_text(struct xml *x, const char *text)
{
    if (x->is_broken || text[0] == '\0') {
        return;
    }
    char *escaped = escape(text);
    note(x, escaped == NULL ? -1 : xmlTextWriterWriteRaw(x->writer, BAD_CAST escaped));
    free(escaped);
}

void xml_leaf(struct xml *x, const char *name, const char *text)
{
    xml_open(x, name);
    xml_text(x, text);
    xml_close(x);
}

void xml_leaf_printf(struct xml *x, const char *name, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size_t size = len < 0 ? 0 : (size_t)len + 1;
    char *text = size == 0 ? NULL : malloc(size); /* what a release says of itself has no limit */
    note(x, text == NULL ? -1 : 0);
    if (text != NULL) {
        (void)vsnprintf(text, size, format, again);
        xml_leaf(x, name, text);
    }
    va_end(again);
    free(text);
}
