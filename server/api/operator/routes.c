#include "api/operator/endpoints.h"

const struct http_route api_operator_routes[] = {
    {"GET", "/operator/releases", "Every release and its state, drafts too", operator_list_plan},
    {"POST", "/operator/releases/{release}/publish", "Shows a draft, or a withdrawn release again",
     operator_publish_plan},
    {"POST", "/operator/releases/{release}/withdraw", "Takes a release back: 410 from then on",
     operator_withdraw_plan},
    {"POST", "/operator/releases/{release}/discard", "Deletes a draft and what it alone uses",
     operator_discard_plan},
    {"POST", "/operator/releases/{release}/rollback",
     "The former published version is the latest again", operator_rollback_plan},
    {"POST", "/operator/purge", "Empties the server's memory of answers, of blocks, or of both",
     operator_purge_plan},
    {NULL, NULL, NULL, NULL},
};
