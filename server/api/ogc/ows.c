#include "api/ogc/ows.h"

#include <string.h>

#include "api/ogc/xml.h"
#include "http/problem.h"

#define OWS "http://www.opengis.net/ows/1.1"

const char *ows_code(const struct why *why)
{
    if (why == NULL) {
        return "NoApplicableCode";
    }
    if (why->kind[0] != '\0') {
        return why->kind;
    }
    bool is_value = why->code == ERR_INPUT || why->code == ERR_NOT_FOUND || why->code == ERR_GONE;
    return is_value && why->parameter[0] != '\0' ? "InvalidParameterValue" : "NoApplicableCode";
}

const char *ows_locator(const char *parameter)
{
    static const char *const names[][2] = {{"year", "time"},
                                           {"month", "time"},
                                           {"release", "Layer"},
                                           {"layer", "Layer"},
                                           {"style", "Style"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(parameter, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return parameter;
}

void ows_write_fault(struct buf *b, int status, const struct why *why, const char *instance)
{
    (void)instance;
    struct xml x;
    xml_begin(&x, b);
    xml_open(&x, "ows:ExceptionReport");
    xml_attribute(&x, "xmlns:ows", OWS);
    xml_attribute(&x, "version", "1.1.0");
    xml_attribute(&x, "xml:lang", "en");
    xml_open(&x, "ows:Exception");
    xml_attribute(&x, "exceptionCode", ows_code(why));
    if (why != NULL && why->parameter[0] != '\0') {
        xml_attribute(&x, "locator", ows_locator(why->parameter));
    }
    bool is_told = why != NULL && why->reason[0] != '\0';
    xml_leaf(&x, "ows:ExceptionText", is_told ? why->reason : problem_title(status));
    if (why != NULL && why->allowed[0] != '\0') {
        xml_leaf_printf(&x, "ows:ExceptionText", "Allowed: %s", why->allowed);
    }
    xml_close(&x);
    xml_close(&x);
    if (xml_end(&x, b) != ERR_OK) {
        buf_reset(b); /* the status alone has to say it */
    }
}
