/* endpoints.h - the plan functions of the operators' addresses; routes.c has the table. */
#ifndef API_OPERATOR_ENDPOINTS_H
#define API_OPERATOR_ENDPOINTS_H

#include "api/operator/act.h"

typedef enum err operator_plan(const struct http_request *r, const struct http_state *s,
                               struct http_plan *out, struct why *why);

operator_plan operator_list_plan, operator_publish_plan, operator_withdraw_plan,
    operator_discard_plan, operator_rollback_plan, operator_purge_plan;

#endif
