#include "http/ready.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/cors.h"
#include "http/gzip.h"

#define READY_GZIP_LEVEL     5
#define READY_DRESSES_MAX    8    /* per answer; the ninth pushes the first out */
#define READY_OVERHEAD_BYTES 2304 /* struct, key and one response with its headers, about */
#define READY_FIELDS_MAX     16384

struct dress {
    struct response_shape shape; /* owns its link */
    struct MHD_Response *response;
    char *fields; /* its header fields as they are sent, and the end of the head */
    size_t fields_len;
};

struct ready {
    int references;
    bool is_text;
    const char *content_type; /* static */
    struct blob *bodies[CODING_COUNT];
    char etags[CODING_COUNT][ETAG_SIZE];
    int header_count;
    char (*header_names)[40];
    char (*header_values)[256];
    bool has_first; /* atomic: `first` is there, and stays as it is */
    struct dress first;
    pthread_mutex_t lock; /* of making `first`, and of the other dresses */
    int dress_count;
    int next_dress;
    struct dress dresses[READY_DRESSES_MAX];
};

static enum err copy_headers(struct ready *a, const struct http_reply *reply)
{
    size_t n = (size_t)reply->header_count;
    a->header_names = calloc(n + 1, sizeof *a->header_names);
    a->header_values = calloc(n + 1, sizeof *a->header_values);
    if (a->header_names == NULL || a->header_values == NULL) {
        return ERR_NO_MEMORY;
    }
    memcpy(a->header_names, reply->header_name, n * sizeof *a->header_names);
    memcpy(a->header_values, reply->header_value, n * sizeof *a->header_values);
    a->header_count = reply->header_count;
    return ERR_OK;
}

static enum err make_gzip(struct ready *a)
{
    char *bytes = NULL;
    size_t len = 0;
    const struct blob *plain = a->bodies[CODING_IDENTITY];
    enum err e = gzip_text(plain->data, plain->len, READY_GZIP_LEVEL, &bytes, &len);
    if (e != ERR_OK) {
        return e;
    }
    a->bodies[CODING_GZIP] = blob_new(bytes, len);
    return a->bodies[CODING_GZIP] == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err take_bodies(struct ready *a, struct buf *body, bool is_text)
{
    char *bytes = NULL;
    size_t len = 0;
    enum err e = buf_take(body, &bytes, &len);
    if (e != ERR_OK) {
        return e;
    }
    a->bodies[CODING_IDENTITY] = blob_new(bytes, len);
    if (a->bodies[CODING_IDENTITY] == NULL) {
        return ERR_NO_MEMORY;
    }
    return is_text ? make_gzip(a) : ERR_OK;
}

/* False = no memory for it. */
static bool tag(struct ready *a, const char *key, enum coding coding)
{
    etag_of_key(key, coding, a->etags[coding]);
    return a->etags[coding][0] != '\0';
}

static enum err fill(struct ready *a, const char *key, struct http_reply *reply, bool is_text)
{
    enum err e = take_bodies(a, &reply->body, is_text);
    if (e == ERR_OK) {
        e = copy_headers(a, reply);
    }
    if (e == ERR_OK && key != NULL) {
        bool has_tags = tag(a, key, CODING_IDENTITY) && (!is_text || tag(a, key, CODING_GZIP));
        /* it would be cached, and asked for without a tag as long as it is */
        e = has_tags ? ERR_OK : ERR_NO_MEMORY;
    }
    return e;
}

enum err ready_new(const char *key, struct http_reply *reply, bool is_text, struct ready **out,
                   struct why *why)
{
    struct ready *a = calloc(1, sizeof *a);
    if (a == NULL) {
        buf_fini(&reply->body);
        return why_set(why, ERR_NO_MEMORY, NULL, "out of memory");
    }
    a->references = 1;
    a->is_text = is_text;
    a->content_type =
        reply->content_type != NULL ? reply->content_type : "application/octet-stream";
    (void)pthread_mutex_init(&a->lock, NULL);
    enum err e = fill(a, key, reply, is_text);
    buf_fini(&reply->body);
    if (e != ERR_OK) {
        ready_unref(a);
        return why_set(why, e, NULL,
                       e == ERR_TOO_LARGE ? "the answer is too large" : "out of memory");
    }
    *out = a;
    return ERR_OK;
}

struct ready *ready_ref(struct ready *a)
{
    (void)__atomic_add_fetch(&a->references, 1, __ATOMIC_RELAXED);
    return a;
}

static void dress_fini(struct dress *d)
{
    MHD_destroy_response(d->response);
    free((char *)d->shape.link);
    free(d->fields);
}

void ready_unref(struct ready *a)
{
    if (a == NULL || __atomic_sub_fetch(&a->references, 1, __ATOMIC_ACQ_REL) != 0) {
        return;
    }
    if (a->has_first) {
        dress_fini(&a->first);
    }
    for (int i = 0; i < a->dress_count; i++) {
        dress_fini(&a->dresses[i]);
    }
    for (int i = 0; i < CODING_COUNT; i++) {
        blob_unref(a->bodies[i]);
    }
    free(a->header_names);
    free(a->header_values);
    (void)pthread_mutex_destroy(&a->lock);
    free(a);
}

const char *ready_body(const struct ready *a)
{
    return a->bodies[CODING_IDENTITY]->data;
}

size_t ready_body_len(const struct ready *a, enum coding coding)
{
    return a->bodies[coding] == NULL ? 0 : a->bodies[coding]->len;
}

size_t ready_bytes(const struct ready *a)
{
    return sizeof *a + READY_OVERHEAD_BYTES + ready_body_len(a, CODING_IDENTITY) +
           ready_body_len(a, CODING_GZIP);
}

size_t ready_least_len(const struct ready *a)
{
    size_t least = ready_body_len(a, CODING_IDENTITY);
    size_t gzipped = ready_body_len(a, CODING_GZIP);
    return a->is_text && gzipped < least ? gzipped : least;
}

bool ready_is_text(const struct ready *a)
{
    return a->is_text;
}

const char *ready_etag(const struct ready *a, enum coding coding)
{
    return a->etags[coding];
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same_shape(const struct response_shape *a, const struct response_shape *b)
{
    return a->cache == b->cache && a->coding == b->coding && a->is_private == b->is_private &&
           a->varies_coding == b->varies_coding && a->varies_language == b->varies_language &&
           a->varies_accept == b->varies_accept && a->max_age_s == b->max_age_s &&
           is_same_text(a->link, b->link);
}

static struct MHD_Response *make_response(const struct ready *a, const struct response_shape *shape)
{
    struct MHD_Response *r =
        response_of_blob(a->bodies[shape->coding], a->content_type, !shape->is_private);
    if (r == NULL) {
        return NULL;
    }
    const char *etag = shape->cache == HTTP_NO_STORE ? "" : a->etags[shape->coding];
    bool ok = response_dress(r, shape, etag);
    for (int i = 0; ok && i < a->header_count; i++) {
        ok = response_header(r, a->header_names[i], a->header_values[i]);
    }
    if (!ok || !(shape->is_private || cors_expose(r))) {
        MHD_destroy_response(r);
        return NULL;
    }
    return r;
}

/* A place for one more dress: a free one, or the oldest, undressed. */
static struct dress *dress_slot(struct ready *a)
{
    if (a->dress_count < READY_DRESSES_MAX) {
        return &a->dresses[a->dress_count++];
    }
    struct dress *oldest = &a->dresses[a->next_dress];
    a->next_dress = (a->next_dress + 1) % READY_DRESSES_MAX;
    dress_fini(oldest);
    return oldest;
}

static enum MHD_Result write_field(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    (void)kind;
    buf_printf(cls, "%s: %s\r\n", name, value);
    return MHD_YES;
}

/* As the library would write them. NULL where memory is out: it writes them then. */
static void write_fields(struct dress *d, const struct blob *body)
{
    struct buf b;
    buf_init(&b, READY_FIELDS_MAX);
    (void)MHD_get_response_headers(d->response, write_field, &b);
    buf_printf(&b, "Content-Length: %zu\r\n\r\n", body->len);
    if (buf_take(&b, &d->fields, &d->fields_len) != ERR_OK) {
        d->fields = NULL;
        buf_fini(&b);
    }
}

/* Most answers are ever worn one way, so the first dress is found without the lock. */
static struct dress *find_first(struct ready *a, const struct response_shape *shape)
{
    bool is_there = __atomic_load_n(&a->has_first, __ATOMIC_ACQUIRE);
    return is_there && is_same_shape(&a->first.shape, shape) ? &a->first : NULL;
}

static struct dress *put_on(struct ready *a, const struct response_shape *shape, char *link,
                            struct MHD_Response *r)
{
    struct dress *d = a->has_first ? dress_slot(a) : &a->first;
    *d = (struct dress){.shape = *shape, .response = r};
    d->shape.link = link;
    write_fields(d, a->bodies[shape->coding]);
    __atomic_store_n(&a->has_first, true, __ATOMIC_RELEASE);
    return d;
}

/* Under the lock. NULL = no memory. */
static struct dress *find_or_make(struct ready *a, const struct response_shape *shape)
{
    struct dress *first = find_first(a, shape);
    if (first != NULL) {
        return first;
    }
    for (int i = 0; i < a->dress_count; i++) {
        if (is_same_shape(&a->dresses[i].shape, shape)) {
            return &a->dresses[i];
        }
    }
    char *link = shape->link == NULL ? NULL : strdup(shape->link);
    struct MHD_Response *r = make_response(a, shape);
    if (r == NULL || (shape->link != NULL && link == NULL)) {
        free(link);
        if (r != NULL) {
            MHD_destroy_response(r);
        }
        return NULL;
    }
    return put_on(a, shape, link, r);
}

static bool queue_closing(struct ready *a, enum coding coding, struct MHD_Response *original,
                          struct MHD_Connection *to, int status)
{
    struct MHD_Response *r = response_closing(original, a->bodies[coding]);
    if (r == NULL) {
        return false;
    }
    enum MHD_Result queued = MHD_queue_response(to, (unsigned)status, r);
    MHD_destroy_response(r);
    return queued == MHD_YES;
}

bool ready_queue(struct ready *a, const struct response_shape *shape, struct MHD_Connection *to,
                 int status, bool closes)
{
    bool ok = false;
    struct dress *first = closes ? NULL : find_first(a, shape);
    if (first != NULL) {
        return MHD_queue_response(to, (unsigned)status, first->response) == MHD_YES;
    }
    (void)pthread_mutex_lock(&a->lock);
    struct dress *d = find_or_make(a, shape);
    if (d != NULL) {
        ok = closes ? queue_closing(a, shape->coding, d->response, to, status)
                    : MHD_queue_response(to, (unsigned)status, d->response) == MHD_YES;
    }
    (void)pthread_mutex_unlock(&a->lock);
    return ok;
}

static bool show(const struct ready *a, const struct dress *d,
                 bool (*use)(void *cls, const struct ready_text *text), void *cls)
{
    const struct blob *body = a->bodies[d->shape.coding];
    struct ready_text text = {d->fields, d->fields_len, body->data, body->len};
    return d->fields != NULL && use(cls, &text);
}

bool ready_show(struct ready *a, const struct response_shape *shape,
                bool (*use)(void *cls, const struct ready_text *text), void *cls)
{
    const struct dress *d = find_first(a, shape);
    if (d != NULL) {
        return show(a, d, use, cls);
    }
    (void)pthread_mutex_lock(&a->lock);
    d = find_or_make(a, shape);
    bool ok = d != NULL && show(a, d, use, cls);
    (void)pthread_mutex_unlock(&a->lock);
    return ok;
}
