/* /docs: the reference page. Only its frame is here; js/docs.js makes the rest of openapi.json. */
#include "api/endpoints.h"

static const char page[] =
    "<!doctype html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "  <meta charset=\"utf-8\">\n"
    "  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "  <title>Fluxgrid: addresses and parameters</title>\n"
    "  <link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\">\n"
    "  <link rel=\"stylesheet\" href=\"docs.css\">\n"
    "  <script type=\"module\" src=\"js/docs.js\"></script>\n"
    "</head>\n"
    "<body>\n"
    "  <a class=\"skip\" href=\"#content\">Skip to the content</a>\n"
    "  <header>\n"
    "    <h1>Fluxgrid: addresses and parameters</h1>\n"
    "    <p><a href=\"./\">The map</a> · <a href=\"openapi.json\">openapi.json</a></p>\n"
    "  </header>\n"
    "  <nav id=\"contents\" aria-label=\"Addresses\"></nav>\n"
    "  <main id=\"content\" tabindex=\"-1\">\n"
    "    <p id=\"intro\">This page is made from <a href=\"openapi.json\">openapi.json</a> and "
    "needs\n"
    "    JavaScript to show it.</p>\n"
    "  </main>\n"
    "</body>\n"
    "</html>\n";

static enum err run(void *work, struct http_worker *worker, struct http_reply *out, struct why *why)
{
    (void)work, (void)worker, (void)why;
    out->content_type = "text/html; charset=utf-8";
    buf_add_str(&out->body, page);
    return ERR_OK;
}

static void free_nothing(void *work)
{
    (void)work;
}

enum err docs_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                   struct why *why)
{
    (void)s;
    static const char *const none[] = {NULL};
    *out = (struct http_plan){.key = "docs",
                              .cache = HTTP_REVALIDATE,
                              .is_text = true,
                              .run = run,
                              .free_work = free_nothing};
    return http_query_only(r, none, why);
}
