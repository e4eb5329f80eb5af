/* /v1/sources/{code}: one point source, its values by year and its share of its districts. */
#include <math.h>

#include "api/answer.h"
#include "api/answer_csv.h"
#include "api/endpoints.h"
#include "api/envelope.h"
#include "api/geojson.h"
#include "api/source_amounts.h"
#include "api/source_row.h"
#include "api/source_shares.h"
#include "store/store.h"

#define SOURCE_ROWS_MAX 1000 /* of one code */

/* A row for each of its gases (and fuels, and descriptions over the years). */
static enum err find_source(const struct answer *a, struct http_worker *worker,
                            struct source_row **out, int *count, struct why *why)
{
    struct source_filter filter = {.release = a->params.release,
                                   .district = -1,
                                   .limit = SOURCE_ROWS_MAX,
                                   .code = a->subject_text};
    enum err e = store_sources(worker->db, a->catalog, &filter, worker->deadline_ms, worker->arena,
                               out, count, why);
    if (e != ERR_OK || *count > 0)
        return e;
    why_allow(why, "a code of /v1/sources");
    return why_set(why, ERR_NOT_FOUND, "source", "this release has no source of this code");
}

/* The last year of which a row has a value, but the asked one before all others. */
static int year_of(const struct answer *a, const struct source_row *row)
{
    const struct release *r = answer_release(a);
    int latest = 0;
    for (int i = r->first_slice + r->slice_count - 1; i >= r->first_slice; i--) {
        const struct slice *s = &a->catalog->slices[i];
        if (isnan(source_row_share(row, s->field)))
            continue;
        if (s->year == a->params.year_to)
            return s->year;
        if (latest == 0)
            latest = s->year;
    }
    return latest;
}

/* The row that describes the source: the first of the asked year, else of its last. */
static const struct source_row *describing(const struct answer *a, const struct source_row *rows,
                                           int count)
{
    const struct source_row *best = &rows[0];
    int best_year = 0;
    for (int i = 0; i < count; i++) {
        int year = year_of(a, &rows[i]);
        if (year == a->params.year_to)
            return &rows[i];
        if (year > best_year) {
            best = &rows[i];
            best_year = year;
        }
    }
    return best;
}

static json_t *add_years(struct doc *d, json_t *o, const struct answer *a,
                         const struct source_amounts *amounts)
{
    json_t *list = doc_array(d, o, "years");
    for (int i = 0; i < amounts->count; i++) {
        const struct source_amount *m = &amounts->list[i];
        json_t *row = doc_object(d, list, NULL);
        doc_int(d, row, "year", m->year);
        doc_text(d, row, "sector", a->catalog->sectors[m->sector].code);
        doc_text(d, row, "gas", a->catalog->gases[m->gas].code);
        doc_text(d, row, "flow", flow_word(m->flow));
        doc_number(d, row, "value", m->mass_t / unit_tonnes(a->params.unit));
        doc_text(d, row, "unit", unit_word(a->params.unit));
        doc_int(d, row, "months", m->months);
        doc_text(d, row, "status", m->status);
    }
    return list;
}

/* The table is of the years alone: masses, of which no GWP is a part. */
static enum err write_csv(struct doc *d, const struct answer *a, json_t *years,
                          const struct source_row *source, struct http_reply *out)
{
    static const char *const columns[] = {"code", "name",  "year",   "sector", "gas",
                                          "flow", "value", "months", "status", NULL};
    struct answer masses = *a;
    masses.params.gwp_set = -1;
    for (size_t i = 0; i < json_array_size(years); i++) {
        doc_text(d, json_array_get(years, i), "code", source->code);
        doc_text(d, json_array_get(years, i), "name", source->name);
    }
    return answer_csv(d, &masses, years, columns, out);
}

static enum err build(struct doc *d, const struct answer *a, const struct source_row *rows,
                      int count, struct http_worker *worker, struct http_reply *out,
                      struct why *why)
{
    const struct source_row *source = describing(a, rows, count);
    struct source_amounts amounts;
    enum err e = source_amounts_read(a, rows, count, worker->arena, &amounts);
    if (e != ERR_OK)
        return e;
    envelope_open(d, a);
    json_t *o = doc_object(d, d->root, "source");
    source_row(d, o, a, source);
    for (int i = 0; i < count; i++) {
        if (&rows[i] != source)
            source_row_values(d, json_object_get(o, "values"), a, &rows[i]);
    }
    json_t *years = add_years(d, o, a, &amounts);
    if (a->params.format == FORMAT_CSV)
        return write_csv(d, a, years, source, out);
    e = source_shares(d, o, a, source, &amounts, worker, why);
    envelope_close(d, a, amounts.used, amounts.used_count);
    if (e != ERR_OK)
        return e;
    if (a->params.format == FORMAT_GEOJSON)
        return geojson_feature(d, o, "code", source_row_point(source, worker->arena), &out->body);
    return doc_write(d, &out->body);
}

static enum err run(struct answer *a, struct http_worker *worker, struct http_reply *out,
                    struct why *why)
{
    struct source_row *rows;
    int count;
    enum err e = find_source(a, worker, &rows, &count, why);
    if (e != ERR_OK)
        return e;
    struct doc d;
    doc_init(&d);
    e = build(&d, a, rows, count, worker, out, why);
    doc_fini(&d);
    return e;
}

enum err source_plan(const struct http_request *r, const struct http_state *s,
                     struct http_plan *out, struct why *why)
{
    static const struct answer_kind kind = {
        .path = "/v1/sources/",
        .rules = {.accepted = PARAM_BIT(PARAM_BOUNDARIES) | PARAM_BIT(PARAM_FORMAT) |
                              PARAM_BIT(PARAM_GWP) | PARAM_BIT(PARAM_LANG) |
                              PARAM_BIT(PARAM_RELEASE) | PARAM_BIT(PARAM_UNIT) |
                              PARAM_BIT(PARAM_YEAR),
                  .formats = 1u << FORMAT_JSON | 1u << FORMAT_GEOJSON | 1u << FORMAT_CSV,
                  .preferred = FORMAT_GEOJSON},
        .scope = SCOPE_RELEASE,
        .subject = SUBJECT_SOURCE,
        .run = run,
    };
    return answer_plan(r, s, &kind, out, why);
}
