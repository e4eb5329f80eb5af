/* operators.h - who may use the operators' addresses, which the admin listener has and the public
 * one has not.
 *
 * A request says who it is from by "Authorization: Bearer TOKEN"; tokens are those of
 * operator_tokens_file, read at start and on SIGHUP. Without that file there are no such addresses.
 */
#ifndef HTTP_OPERATORS_H
#define HTTP_OPERATORS_H

#include <stdint.h>

#include "base/err.h"

struct exchange;
struct http_server;

/** Reads the tokens' file, if the settings name one. @return as tokens_read(); ERR_NO_MEMORY. */
enum err operators_start(struct http_server *s, struct why *why) MUST_CHECK;
void operators_stop(struct http_server *s);
/** Reads the file again; on failure the former tokens stay. */
enum err operators_reload(struct http_server *s, struct why *why) MUST_CHECK;
/** Is this, as sent, an address of operators, whatever listener it came to? */
bool operators_is_target(const char *target);
/** Bytes a request's body may have there. */
int64_t operators_body_max(const struct http_server *s);
/** Finds the endpoint of a request on the admin listener and whose it is, or sets x->refusal. */
void operators_route(struct exchange *x);

#endif
