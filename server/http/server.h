/* server.h - the HTTP server: event loops, workers, caches, drain. The only libmicrohttpd. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/settings.h"
#include "http/handed.h"
#include "http/handler.h"

struct watcher;
struct http_server;

/** Binds, or takes the sockets that are handed to it (handed.h), and starts. Static files below
 * settings->static_dir are served at / from a table read at start (route table first). @return
 * ERR_IO with address, port and remedy when the port is taken.
 */
enum err http_server_start(const struct settings *settings, const struct http_route *routes,
                           struct watcher *watcher, struct http_server **out,
                           struct why *why) MUST_CHECK;
/** Stops accepting at once, finishes what runs within drain_timeout_ms, frees.
 *  @param must_hurry  asked every few ms: true ends what still runs; NULL = never. */
void http_server_drain(struct http_server *s, bool (*must_hurry)(void));
/** Another process holds the same sockets and serves: what waits in them is left to it when this
 * one drains. */
void http_server_succeeded(struct http_server *s);
/** The sockets it listens on, borrowed, for another process to listen on too; before the drain
 * only. */
void http_server_share_sockets(struct http_server *s, struct handed *out);
/** That process is gone: they are as before http_server_share_sockets(). */
void http_server_regain_sockets(struct http_server *s);
/** Swaps in re-read styles (and static files) on SIGHUP. */
enum err http_server_reload(struct http_server *s, struct why *why) MUST_CHECK;
int http_server_port(const struct http_server *s); /* the real one when 0 was asked */

#endif
