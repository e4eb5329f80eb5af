/* export.c - /v1/export/{layer}.tif and .nc: a map as a file.
 *
 * The file is made in memory on a worker, so its size is bounded, and only a few are made at once:
 * each holds some tens of megabytes while it is made, and a worker for as long.
 */
#include <stdlib.h>
#include <string.h>

#include "api/endpoints.h"
#include "api/export_request.h"
#include "export/export_write.h"

#define EXPORT_WORK_MAX       ((size_t)64 * 1024)
#define EXPORT_ANSWER_CELLS   4000000 /* 32 MB of doubles */
#define EXPORT_AT_ONCE        2
#define EXPORT_LAYER_MAX_SIZE 64

struct export_work {
    struct arena arena;      /* of the request */
    struct catalog *catalog; /* a reference */
    struct export_request request;
    enum export_format format;
};

static int running; /* exports, in all workers; through __atomic builtins only */

static void export_free(void *work)
{
    struct export_work *w = work;
    catalog_unref(w->catalog);
    arena_fini(&w->arena);
    free(w);
}

static enum err make(const struct export_work *w, struct http_worker *worker,
                     struct http_reply *out, struct why *why)
{
    static const char *const types[EXPORT_FORMATS] = {
        "image/tiff; application=geotiff; profile=cloud-optimized", "application/x-netcdf"};
    struct export_map m;
    struct export_total total;
    enum err e =
        export_request_map(&w->request, w->catalog, EXPORT_ANSWER_CELLS, worker->arena, &m, why);
    if (e != ERR_OK) {
        return e;
    }
    m.blocks = worker->blocks;
    m.db = worker->db;
    m.deadline_ms = worker->deadline_ms;
    e = export_write_memory(&m, w->format, &out->body, &total, why);
    if (e == ERR_OK) {
        out->content_type = types[w->format];
        http_reply_header(out, "Content-Disposition", "attachment; filename=\"%.200s.%s\"",
                          w->request.name, export_suffix(w->format));
        http_reply_header(out, "X-Export-Mass-t", "%.12g", total.mass_t);
    }
    return e;
}

static enum err export_run(void *work, struct http_worker *worker, struct http_reply *out,
                           struct why *why)
{
    enum err e = ERR_BUSY;
    if (__atomic_add_fetch(&running, 1, __ATOMIC_RELAXED) <= EXPORT_AT_ONCE) {
        e = make(work, worker, out, why);
    } else {
        why_set(why, e, NULL, "%d files are being made; ask again shortly", EXPORT_AT_ONCE);
    }
    __atomic_sub_fetch(&running, 1, __ATOMIC_RELAXED);
    return e;
}

/* "net-co2e.tif" -> the layer, and the format. */
static enum err split_file(const char *file, enum export_format *format,
                           char layer[EXPORT_LAYER_MAX_SIZE], struct why *why)
{
    *format = export_format_of(file);
    size_t suffix = *format == EXPORT_FORMATS ? 0 : strlen(export_suffix(*format)) + 1;
    size_t len = strlen(file) - suffix;
    if (suffix > 0 && len > 0 && len < EXPORT_LAYER_MAX_SIZE) {
        memcpy(layer, file, len);
        layer[len] = '\0';
        return ERR_OK;
    }
    why_set(why, ERR_NOT_FOUND, "format", "A map is exported in another form.");
    why_allow(why, "/v1/export/{layer}.tif or .nc");
    return ERR_NOT_FOUND;
}

static enum err fill_plan(struct export_work *w, const struct http_request *r,
                          struct http_plan *out)
{
    const struct export_request *q = &w->request;
    const char *suffix = export_suffix(w->format);
    const char *key = arena_printf(r->arena, "export.%s/%s", suffix, q->content);
    const char *canonical =
        arena_printf(r->arena, "/v1/export/%s.%s?%s", q->map.layer, suffix, q->query);
    if (key == NULL || canonical == NULL) {
        return ERR_NO_MEMORY;
    }
    *out = (struct http_plan){
        .key = key,
        .cache = q->map.is_pinned ? HTTP_IMMUTABLE : HTTP_LATEST,
        .is_text = w->format == EXPORT_NETCDF, /* gzip shrinks it as the TIFF's own coding does */
        .is_long = true,
        .canonical_path = q->map.is_pinned ? NULL : canonical,
        .run = export_run,
        .free_work = export_free,
        .work = w,
    };
    return ERR_OK;
}

enum err export_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    char layer[EXPORT_LAYER_MAX_SIZE];
    struct export_work *w = calloc(1, sizeof *w);
    if (w == NULL) {
        return ERR_NO_MEMORY;
    }
    arena_init(&w->arena, EXPORT_WORK_MAX);
    w->catalog = s->catalog == NULL ? NULL : catalog_ref(s->catalog);
    enum err e = split_file(r->segments[0], &w->format, layer, why);
    if (e == ERR_OK) {
        e = export_request_read(&w->request, r, s, layer, &w->arena, why);
    }
    if (e == ERR_OK) {
        e = fill_plan(w, r, out);
    }
    if (e != ERR_OK) {
        export_free(w);
    }
    return e;
}
