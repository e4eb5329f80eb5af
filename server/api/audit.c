/* /v1/audit: does every figure of a release add up? The database checks, this only reports. */
#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/citation.h"
#include "api/doc.h"
#include "api/endpoints.h"
#include "store/store.h"

#define AUDIT_TOLERANCE_REL 1e-9

static void add_check(struct doc *d, json_t *list, const struct audit_row *r)
{
    json_t *o = doc_object(d, list, NULL);
    doc_text(d, o, "check", r->check);
    doc_text(d, o, "subject", r->subject);
    doc_number(d, o, "expected_t", r->expected);
    doc_number(d, o, "actual_t", r->actual);
    doc_number(d, o, "outside_t", r->outside);
    doc_number(d, o, "unallocated_t", r->unallocated);
    doc_number(d, o, "relative", r->relative);
    doc_bool(d, o, "ok", r->is_ok);
}

/* Masses in tonnes, as the columns' names say; of all gases, without weights. */
static enum err write_csv(const struct doc *d, const struct answer *a, const json_t *checks,
                          struct http_reply *out)
{
    static const char *const columns[] = {"check",    "subject",   "expected_t",
                                          "actual_t", "outside_t", "unallocated_t",
                                          "relative", "ok",        NULL};
    const struct csv_constant facts[] = {
        {"unit", "t"}, {"gwp", ""}, {"release", answer_release(a)->pinned}, {NULL, NULL}};
    return answer_csv_table(d, checks, columns, facts, &out->body);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct audit_row *rows;
    int count;
    enum err e = store_audit(worker->db, answer_release(a)->id, worker->deadline_ms, worker->arena,
                             &rows, &count, why);
    if (e != ERR_OK)
        return e;
    bool is_ok = count > 0; /* an audit that looked at nothing proves nothing */
    for (int i = 0; i < count; i++)
        is_ok = is_ok && rows[i].is_ok;
    struct doc d;
    doc_init(&d);
    doc_text(&d, d.root, "release", answer_release(a)->pinned);
    citation_add(&d, a);
    doc_bool(&d, d.root, "ok", is_ok);
    doc_number(&d, d.root, "tolerance", AUDIT_TOLERANCE_REL);
    json_t *list = doc_array(&d, d.root, "checks");
    for (int i = 0; i < count; i++)
        add_check(&d, list, &rows[i]);
    e = a->params.format == FORMAT_CSV ? write_csv(&d, a, list, out) : doc_write(&d, &out->body);
    doc_fini(&d);
    return e;
}

enum err audit_plan(const struct http_request *r, const struct http_state *s, struct http_plan *out,
                    struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/audit",
        .rules = {.accepted = PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_FORMAT) |
                              PARAM_BIT(PARAM_RELEASE),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_CSV},
        .scope = SCOPE_RELEASE,
        .is_long = true,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
