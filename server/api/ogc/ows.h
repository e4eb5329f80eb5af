/* ows.h - what OGC's web services have in common: faults as OWS 1.1 exception reports.
 *
 * A fault keeps its HTTP status; its exceptionCode is the `kind` of its `why`, else follows from
 * its class; its locator is the protocol's name of the parameter. Safe from any thread.
 */
#ifndef API_OGC_OWS_H
#define API_OGC_OWS_H

#include "http/handler.h"

#define OWS_FAULT_TYPE "application/xml"
/** ows:ExceptionReport of OWS 1.1.0 (WMTS); for the table of fault forms. */
void ows_write_fault(struct buf *b, int status, const struct why *why, const char *instance);

/** The exceptionCode of a fault. @param why  may be NULL. */
const char *ows_code(const struct why *why);
/** What the protocols call one of our parameters: "year" is "time". */
const char *ows_locator(const char *parameter);

#endif
