/* wms_fault.c - faults as service exception reports: of 1.3.0, and of 1.1.1 for those who speak it.
 */
#include <string.h>
#include <strings.h>

#include "api/ogc/wms_internal.h"
#include "api/ogc/xml.h"
#include "http/problem.h"

#define OLD_DTD "http://schemas.opengis.net/wms/1.1.1/exception_1_1_1.dtd"

static const char *code_of(const struct why *why)
{
    static const char *const codes[][2] = {
        {"layer", "LayerNotDefined"},       {"release", "LayerNotDefined"},
        {"style", "StyleNotDefined"},       {"year", "InvalidDimensionValue"},
        {"month", "InvalidDimensionValue"}, {"sector", "InvalidDimensionValue"},
        {"gwp", "InvalidDimensionValue"}};
    if (why->kind[0] != '\0') {
        return why->kind;
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (strcmp(why->parameter, codes[i][0]) == 0) {
            return codes[i][1];
        }
    }
    return NULL;
}

/* 1.1.1 knows these codes only (OGC 01-068r3, table A.1); the others have no code there. */
static const char *old_code_of(const struct why *why)
{
    static const char *const known[] = {"InvalidFormat",         "InvalidSRS",
                                        "LayerNotDefined",       "StyleNotDefined",
                                        "LayerNotQueryable",     "CurrentUpdateSequence",
                                        "InvalidUpdateSequence", "MissingDimensionValue",
                                        "InvalidDimensionValue"};
    const char *code = code_of(why);
    for (size_t i = 0; code != NULL && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(code, known[i]) == 0) {
            return code;
        }
    }
    return NULL;
}

static void write_report(struct buf *b, int status, const struct why *why, bool is_old)
{
    struct xml x;
    static const struct why nothing = {.code = ERR_OK};
    const struct why *told = why == NULL ? &nothing : why;
    const char *code = is_old ? old_code_of(told) : code_of(told);
    xml_begin(&x, b);
    if (is_old) {
        xml_doctype(&x, "ServiceExceptionReport", OLD_DTD);
    }
    xml_open(&x, "ServiceExceptionReport");
    if (!is_old) {
        xml_attribute(&x, "xmlns", "http://www.opengis.net/ogc");
    }
    xml_attribute(&x, "version", is_old ? "1.1.1" : "1.3.0");
    xml_open(&x, "ServiceException");
    if (code != NULL) {
        xml_attribute(&x, "code", code);
    }
    xml_text(&x, told->reason[0] != '\0' ? told->reason : problem_title(status));
    if (told->allowed[0] != '\0') {
        xml_text(&x, " Allowed: ");
        xml_text(&x, told->allowed);
    }
    xml_close(&x);
    xml_close(&x);
    if (xml_end(&x, b) != ERR_OK) {
        buf_reset(b); /* the status alone has to say it */
    }
}

void wms_write_fault(struct buf *b, int status, const struct why *why, const char *instance)
{
    (void)instance;
    write_report(b, status, why, false);
}

void wms_write_old_fault(struct buf *b, int status, const struct why *why, const char *instance)
{
    (void)instance;
    write_report(b, status, why, true);
}

bool wms_target_is_old(const char *target)
{
    static const char *const names[] = {"version=", "wmtver="};
    const char *at = strchr(target, '?');
    while (at != NULL) {
        at++;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            size_t len = strlen(names[i]);
            if (strncasecmp(at, names[i], len) == 0 && at[len] != '\0' && at[len] != '&') {
                return wms_version_is_old(at + len);
            }
        }
        at = strchr(at, '&');
    }
    return false;
}
