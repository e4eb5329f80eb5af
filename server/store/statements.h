/* statements.h - all SQL text of the server, in one place.
 *
 * Constants only: no statement is ever built from input. Each is prepared on first use per
 * connection, so the number of distinct statements the server runs is the number found here.
 * Arrays travel as one text parameter ('{1,2,3}') with a cast.
 */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

/* ---- session ---------------------------------------------------------------------------- */

/* $1 role or '', $2 statement_timeout in ms. set_config instead of SET, so that both are bound.
 * client_connection_check_interval ends a query within 250 ms of its client hanging up: a passed
 * deadline costs the server no more than that. */
#define SQL_SESSION                                                                                \
    "SELECT CASE WHEN $1::text IN ('', current_user::text) THEN current_user::text"                \
    "            ELSE set_config('role', $1::text, false) END,"                                    \
    " set_config('search_path', 'fluxgrid, public', false),"                                       \
    " set_config('statement_timeout', $2::text, false),"                                           \
    " set_config('client_connection_check_interval', '250ms', false),"                             \
    " set_config('timezone', 'UTC', false),"                                                       \
    " set_config('jit', 'off', false),"                                                            \
    " CASE WHEN $1::text = 'fluxgrid_server' THEN"                                                 \
    "   set_config('default_transaction_read_only', 'on', false)"                                  \
    "   || set_config('lock_timeout', '500ms', false)"                                             \
    "   || set_config('idle_in_transaction_session_timeout', '10s', false) END"

#define SQL_SCHEMA_VERSION "SELECT coalesce(max(version), 0)::int8 FROM fluxgrid.schema_migration"

#endif
