/* Point sources in their order: all gases and fields of one code are one source. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/envelope.h"
#include "api/geojson.h"
#include "api/rank_internal.h"
#include "store/store.h"

#define SOURCES_MAX 300000 /* 30 MB with their codes */
#define PAGE        10000
#define MARGIN_DEG  1e-12 /* more than shapes round coordinates by */

struct source { /* one id of the store */
    int64_t id;
    const char *code;
    double value; /* tonnes of the selection */
    double lon, lat;
};

struct sources {
    int *fields; /* of points, ascending */
    int field_count;
    struct source *list; /* by code, then id */
    int count, capacity;
    int *first; /* of each code, in the list; and the end */
    int member_count;
    struct source_facts *facts; /* of the rows */
    int *largest;               /* of the rows: in the list */
    struct interval *intervals;
};

static bool is_inside(const struct rank *r, double lon, double lat)
{
    if (r->drawn == NULL)
        return true;
    const struct shape *s = &r->drawn->areas[0].shape;
    struct shape_box b = shape_box(s);
    return lon >= b.west - MARGIN_DEG && lon <= b.east + MARGIN_DEG &&
           lat >= b.south - MARGIN_DEG && lat <= b.north + MARGIN_DEG &&
           shape_has_point(s, lon, lat);
}

struct source_mass_filter rank_source_filter(const struct rank *r, const int *fields, int count)
{
    struct source_mass_filter f = {.fields = fields,
                                   .field_count = count,
                                   .district = rank_district(r),
                                   .box = {-180, -90, 180, 90}};
    if (r->drawn != NULL) {
        struct shape_box b = shape_box(&r->drawn->areas[0].shape);
        memcpy(f.box, (double[4]){b.west, b.south, b.east, b.north}, sizeof f.box);
    }
    return f;
}

enum err rank_each_source(const struct rank *r, const struct source_mass_filter *f,
                          rank_take_source *take, void *to)
{
    struct point_page page = {.limit = PAGE};
    int found = PAGE;
    enum err e = ERR_OK;
    while (found == PAGE && e == ERR_OK) {
        struct arena arena; /* of one page */
        struct source_mass *masses;
        arena_init(&arena, (size_t)8 << 20);
        e = store_source_masses(r->worker->db, r->answer->catalog, f, &page, r->worker->deadline_ms,
                                &arena, &masses, &found, r->why);
        for (int i = 0; e == ERR_OK && i < found; i++) {
            if (is_inside(r, masses[i].lon, masses[i].lat))
                e = take(r, to, &masses[i]);
        }
        arena_fini(&arena);
        if (e == ERR_OK)
            e = rank_check_time(r);
    }
    return e;
}

/* ---- the members ---- */

static enum err grow(const struct rank *r, struct sources *m)
{
    if (m->count < m->capacity)
        return ERR_OK;
    if (m->capacity >= SOURCES_MAX) {
        why_allow(r->why, "a smaller place, or fewer sectors");
        return why_set(r->why, ERR_TOO_LARGE, "by", "there are more than %d sources", SOURCES_MAX);
    }
    int wanted = m->capacity > 0 ? 4 * m->capacity : 1000;
    wanted = wanted < SOURCES_MAX ? wanted : SOURCES_MAX;
    struct source *larger = arena_alloc(r->worker->arena, (size_t)wanted, sizeof *larger);
    if (larger == NULL)
        return ERR_NO_MEMORY;
    if (m->count > 0)
        memcpy(larger, m->list, (size_t)m->count * sizeof *larger);
    m->list = larger;
    m->capacity = wanted;
    return ERR_OK;
}

/* Fields of one source follow one another. */
static enum err take_mass(const struct rank *r, void *to, const struct source_mass *mass)
{
    struct sources *m = to;
    double value = rank_coefficient(r, mass->field) * mass->mass;
    if (m->count > 0 && m->list[m->count - 1].id == mass->source) {
        m->list[m->count - 1].value += value;
        return ERR_OK;
    }
    enum err e = grow(r, m);
    if (e != ERR_OK)
        return e;
    char *code = arena_strndup(r->worker->arena, mass->code, strlen(mass->code));
    if (code == NULL)
        return ERR_NO_MEMORY;
    m->list[m->count++] = (struct source){mass->source, code, value, mass->lon, mass->lat};
    return ERR_OK;
}

static int compare_sources(const void *pa, const void *pb)
{
    const struct source *a = pa, *b = pb;
    int order = strcmp(a->code, b->code);
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

static enum err find_members(struct sources *m, struct arena *arena)
{
    m->first = arena_alloc(arena, (size_t)m->count + 1, sizeof *m->first);
    if (m->first == NULL)
        return ERR_NO_MEMORY;
    qsort(m->list, (size_t)m->count, sizeof *m->list, compare_sources);
    for (int i = 0; i < m->count; i++) {
        if (i == 0 || strcmp(m->list[i - 1].code, m->list[i].code) != 0)
            m->first[m->member_count++] = i;
    }
    m->first[m->member_count] = m->count;
    return ERR_OK;
}

static enum err read(struct rank *r)
{
    struct sources *m = arena_alloc(r->worker->arena, 1, sizeof *m);
    if (m == NULL)
        return ERR_NO_MEMORY;
    enum err e = rank_fields(r, true, &m->fields, &m->field_count);
    struct source_mass_filter f = rank_source_filter(r, m->fields, m->field_count);
    if (e == ERR_OK)
        e = grow(r, m);
    if (e == ERR_OK && m->field_count > 0)
        e = rank_each_source(r, &f, take_mass, m);
    r->members = m;
    return e == ERR_OK ? find_members(m, r->worker->arena) : e;
}

static enum err give(struct rank *r)
{
    enum err e = r->members == NULL ? read(r) : ERR_OK;
    const struct sources *m = r->members;
    if (e != ERR_OK)
        return e;
    for (int i = 0; i < m->member_count; i++) {
        struct sum value = {0, 0};
        for (int k = m->first[i]; k < m->first[i + 1]; k++)
            sum_add(&value, m->list[k].value);
        r->take(r, (struct leader){sum_value(value), i, 1});
    }
    return ERR_OK;
}

/* ---- the rows ---- */

struct masses { /* of the rows' sources, by source, then field */
    struct source_mass *list;
    int count, capacity;
};

static enum err keep_mass(const struct rank *r, void *to, const struct source_mass *mass)
{
    struct masses *l = to;
    if (l->count == l->capacity) {
        int wanted = 4 * l->capacity + 1000;
        struct source_mass *larger = arena_alloc(r->worker->arena, (size_t)wanted, sizeof *larger);
        if (larger == NULL)
            return ERR_NO_MEMORY;
        if (l->count > 0)
            memcpy(larger, l->list, (size_t)l->count * sizeof *larger);
        l->list = larger;
        l->capacity = wanted;
    }
    l->list[l->count] = *mass;
    l->list[l->count++].code = NULL; /* of the page */
    return ERR_OK;
}

/* The ids of all sources of the rows, and of each row's largest. */
static enum err list_ids(struct rank *r, int64_t **ids, int *count, int64_t **of_rows)
{
    struct sources *m = r->members;
    struct arena *arena = r->worker->arena;
    *ids = arena_alloc(arena, (size_t)m->count + 1, sizeof **ids);
    *of_rows = arena_alloc(arena, (size_t)r->leaders.count, sizeof **of_rows);
    m->largest = arena_alloc(arena, (size_t)r->leaders.count, sizeof *m->largest);
    *count = 0;
    if (*ids == NULL || *of_rows == NULL || m->largest == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < r->leaders.count; i++) {
        int64_t member = r->leaders.list[i].key;
        int best = m->first[member];
        for (int k = m->first[member]; k < m->first[member + 1]; k++) {
            (*ids)[(*count)++] = m->list[k].id;
            best = m->list[k].value > m->list[best].value ? k : best;
        }
        m->largest[i] = best;
        (*of_rows)[i] = m->list[best].id;
    }
    return ERR_OK;
}

static int compare_to_source(const void *key, const void *item)
{
    int64_t id = *(const int64_t *)key, of = ((const struct source_mass *)item)->source;
    return (id > of) - (id < of);
}

/* The masses of one source, as parts. @return how many. */
static int add_parts(const struct masses *l, int64_t id, struct rank_part *parts)
{
    const struct source_mass *at =
        l->count > 0 ? bsearch(&id, l->list, (size_t)l->count, sizeof *l->list, compare_to_source)
                     : NULL;
    int n = 0;
    if (at == NULL)
        return 0;
    while (at > l->list && at[-1].source == id)
        at--;
    for (; at < l->list + l->count && at->source == id; at++)
        parts[n++] = (struct rank_part){at->field, at->mass, at->mass * at->mass};
    return n;
}

static enum err find_intervals(struct rank *r, const struct masses *l)
{
    struct sources *m = r->members;
    struct arena *arena = r->worker->arena;
    struct rank_part *parts = arena_alloc(arena, (size_t)l->count + 1, sizeof *parts);
    m->intervals = arena_alloc(arena, (size_t)r->leaders.count, sizeof *m->intervals);
    enum err e = parts == NULL || m->intervals == NULL ? ERR_NO_MEMORY : ERR_OK;
    for (int i = 0; i < r->leaders.count && e == ERR_OK; i++) {
        int64_t member = r->leaders.list[i].key;
        int n = 0;
        for (int k = m->first[member]; k < m->first[member + 1]; k++)
            n += add_parts(l, m->list[k].id, parts + n);
        e = rank_interval(r, parts, n, &m->intervals[i]);
    }
    return e;
}

static enum err describe(struct rank *r)
{
    struct sources *m = r->members;
    struct http_worker *w = r->worker;
    struct masses masses = {0};
    struct source_mass_filter f = rank_source_filter(r, m->fields, m->field_count);
    int64_t *ids, *of_rows;
    int count;
    enum err e = list_ids(r, &ids, &count, &of_rows);
    f.sources = ids;
    f.source_count = count;
    if (e == ERR_OK)
        e = rank_each_source(r, &f, keep_mass, &masses);
    if (e == ERR_OK)
        e = find_intervals(r, &masses);
    if (e == ERR_OK)
        e = store_source_facts(w->db, r->answer->catalog, of_rows, r->leaders.count, m->fields,
                               m->field_count, w->deadline_ms, w->arena, &m->facts, r->why);
    return e;
}

static void add_facts(struct doc *d, json_t *row, const struct rank *r, int i)
{
    const struct sources *m = r->members;
    const struct source_facts *s = &m->facts[i];
    doc_text(d, row, "code", s->code);
    if (s->district[0] != '\0')
        doc_text(d, row, "district", s->district);
    else
        doc_null(d, row, "district");
    doc_text(d, row, "name", s->name);
    doc_text(d, row, "sector", s->sector);
    doc_text(d, row, "fuel", s->fuel);
    doc_text(d, row, "operator", s->operator_name);
    doc_number(d, row, "lon", m->list[m->largest[i]].lon);
    doc_number(d, row, "lat", m->list[m->largest[i]].lat);
}

static void add_value(struct doc *d, json_t *row, const struct rank *r, int i)
{
    const struct sources *m = r->members;
    struct interval t = m->intervals[i];
    t.value = r->leaders.list[i].value;
    envelope_interval(d, row, r->answer, t);
}

static enum err shapes(struct rank *r, const char **out)
{
    const struct sources *m = r->members;
    for (int i = 0; i < r->leaders.count; i++) {
        const struct source *s = &m->list[m->largest[i]];
        out[i] = geojson_point(s->lon, s->lat, r->worker->arena);
        if (out[i] == NULL)
            return ERR_NO_MEMORY;
    }
    return ERR_OK;
}

static const char *const columns[] = {"code",     "district", "name", "sector", "fuel",
                                      "operator", "lon",      "lat",  NULL};

const struct rank_kind rank_sources = {
    .give = give,
    .describe = describe,
    .add_facts = add_facts,
    .add_value = add_value,
    .shapes = shapes,
    .id = "code",
    .columns = columns,
};
