#include "api/measure.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "geo/cover.h"
#include "store/block_sum.h"

#define HELD_BLOCKS 2048 /* at once, of all fields: 32 MB */
#define HELD_FIELDS 128
#define MASSES_MAX  400000 /* areas x fields: 16 MB */
#define CHUNK_WASTE 2      /* blocks fetched for one that counts, at most about */
#define POINTS_PAGE 10000
#define MARGIN_DEG  1e-12 /* more than shapes round coordinates by */

struct chunk { /* neighbouring blocks of a cover, fetched at once */
    size_t first, count;
    int32_t bx0, bx1, by0, by1;
};

static struct chunk grown(struct chunk k, const struct cover_block *b)
{
    k.count++;
    k.bx0 = b->bx < k.bx0 ? b->bx : k.bx0;
    k.bx1 = b->bx > k.bx1 ? b->bx : k.bx1;
    k.by1 = b->by; /* they come by row */
    return k;
}

static int64_t size_of(struct chunk k)
{
    return ((int64_t)k.bx1 - k.bx0 + 1) * ((int64_t)k.by1 - k.by0 + 1);
}

/* As many of the blocks from `first` on as one rectangle holds without much waste. */
static struct chunk next_chunk(const struct cover *c, size_t first, int64_t most)
{
    const struct cover_block *b = &c->blocks[first];
    struct chunk k = {first, 1, b->bx, b->bx, b->by, b->by};
    while (k.first + k.count < c->block_count) {
        struct chunk more = grown(k, &c->blocks[k.first + k.count]);
        if (size_of(more) > most || size_of(more) > (int64_t)(CHUNK_WASTE * more.count + 8))
            break;
        k = more;
    }
    return k;
}

struct job {
    const struct catalog *catalog;
    const struct drawn *areas;
    const int *fields; /* catalog indices, ascending */
    int field_count;
    struct measured *out; /* meanwhile by area and place of the field, with data or without */
    int64_t *cells;       /* of each, with data; sources too */
    struct http_worker *worker;
    struct block **blocks; /* room for HELD_BLOCKS */
    struct why *why;
};

static enum err check_time(const struct job *j)
{
    return clock_ms() < j->worker->deadline_ms
               ? ERR_OK
               : why_set(j->why, ERR_TIMEOUT, NULL, "the area took too long");
}

static bool is_on(const struct job *j, int place, int grid)
{
    const struct field *f = &j->catalog->fields[j->fields[place]];
    return !f->is_points && f->grid == grid;
}

/* Some fields of one grid, and where their sums go. */
struct batch {
    int count;
    int64_t ids[HELD_FIELDS];
    int places[HELD_FIELDS];
};

static void add_block(const struct cover *cover, const struct cover_block *b, struct block *cells,
                      struct cover_sum *to)
{
    double sum, sum_sq;
    if (cells->count == 0)
        return;
    if (!b->is_whole) {
        cover_add_block(cover, b, cells->cells, to);
        return;
    }
    block_sums(cells, &sum, &sum_sq);
    to->mass += sum;
    to->sum_sq += sum_sq;
    to->cells += cells->count;
}

static void add_blocks(const struct job *j, int area, const struct batch *f,
                       const struct cover *cover, struct chunk k)
{
    int64_t across = k.bx1 - k.bx0 + 1;
    for (int i = 0; i < f->count; i++) {
        struct block **blocks = j->blocks + i * size_of(k);
        size_t to = (size_t)area * (size_t)j->field_count + (size_t)f->places[i];
        struct cover_sum sum = {0};
        for (size_t n = k.first; n < k.first + k.count; n++) {
            const struct cover_block *b = &cover->blocks[n];
            add_block(cover, b, blocks[(b->by - k.by0) * across + b->bx - k.bx0], &sum);
        }
        j->out->masses[to].mass += sum.mass;
        j->out->masses[to].sum_sq += sum.sum_sq;
        j->out->cut[to] += sum.cut;
        j->cells[to] += sum.cells;
    }
}

static enum err add_chunk(const struct job *j, int area, const struct batch *f,
                          const struct cover *cover, struct chunk k)
{
    struct http_worker *w = j->worker;
    struct block_range range = {.bx0 = k.bx0, .bx1 = k.bx1, .by0 = k.by0, .by1 = k.by1};
    enum err e = block_cache_get_fields(w->blocks, w->db, f->ids, f->count, range, w->deadline_ms,
                                        j->blocks, j->why);
    if (e != ERR_OK)
        return e;
    add_blocks(j, area, f, cover, k);
    for (int64_t i = 0; i < f->count * size_of(k); i++)
        block_unref(j->blocks[i]);
    return check_time(j);
}

static struct batch next_batch(const struct job *j, int grid, int *place)
{
    struct batch f = {.count = 0};
    for (; *place < j->field_count && f.count < HELD_FIELDS; (*place)++) {
        if (!is_on(j, *place, grid))
            continue;
        f.places[f.count] = *place;
        f.ids[f.count++] = j->catalog->fields[j->fields[*place]].id;
    }
    return f;
}

static enum err add_fields(const struct job *j, int area, int grid, const struct cover *cover)
{
    enum err e = ERR_OK;
    for (int place = 0; place < j->field_count && e == ERR_OK;) {
        struct batch f = next_batch(j, grid, &place);
        for (size_t at = 0; at < cover->block_count && f.count > 0 && e == ERR_OK;) {
            struct chunk k = next_chunk(cover, at, HELD_BLOCKS / f.count);
            e = add_chunk(j, area, &f, cover, k);
            at += k.count;
        }
    }
    return e;
}

static enum err add_grid(const struct job *j, int area, int grid)
{
    struct cover cover;
    enum err e = cover_build(&cover, j->catalog->grids[grid], &j->areas->areas[area].shape);
    if (e == ERR_TOO_LARGE) {
        (void)why_set(j->why, e, "body", "the outline cuts more than %d cells", COVER_PIECES_MAX);
        why_allow(j->why, "a smaller area, or an outline that is less winding");
    }
    if (e != ERR_OK)
        return e;
    e = add_fields(j, area, grid, &cover);
    cover_fini(&cover);
    return e;
}

static enum err add_grids(const struct job *j)
{
    enum err e = ERR_OK;
    for (int grid = 0; grid < j->catalog->grid_count; grid++) {
        bool is_used = false;
        for (int i = 0; i < j->field_count && !is_used; i++)
            is_used = is_on(j, i, grid);
        for (int area = 0; area < j->areas->count && is_used && e == ERR_OK; area++) {
            e = add_grid(j, area, grid);
            if (e == ERR_OK)
                e = check_time(j);
        }
    }
    return e;
}

/* ---- points ---- */

static int place_of(const struct job *j, int field)
{
    int low = 0, high = j->field_count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (j->fields[middle] < field)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_point(const struct job *j, const struct shape_box *boxes,
                      const struct point_mass *p)
{
    int place = place_of(j, p->field);
    for (int area = 0; area < j->areas->count; area++) {
        const struct shape_box *b = &boxes[area];
        if (p->lon < b->west - MARGIN_DEG || p->lon > b->east + MARGIN_DEG ||
            p->lat < b->south - MARGIN_DEG || p->lat > b->north + MARGIN_DEG ||
            !shape_has_point(&j->areas->areas[area].shape, p->lon, p->lat))
            continue;
        size_t to = (size_t)area * (size_t)j->field_count + (size_t)place;
        j->out->masses[to].mass += p->mass;
        j->out->masses[to].sum_sq += p->mass * p->mass;
        j->cells[to]++;
    }
}

static void box_of_all(const struct shape_box *boxes, int count, double out[4])
{
    struct shape_box all = boxes[0];
    for (int i = 1; i < count; i++) {
        all.west = fmin(all.west, boxes[i].west);
        all.south = fmin(all.south, boxes[i].south);
        all.east = fmax(all.east, boxes[i].east);
        all.north = fmax(all.north, boxes[i].north);
    }
    memcpy(out, (double[4]){all.west, all.south, all.east, all.north}, 4 * sizeof *out);
}

static enum err add_pages(const struct job *j, const int *fields, int count,
                          const struct shape_box *boxes)
{
    struct point_page page = {.limit = POINTS_PAGE};
    double box[4];
    int found = POINTS_PAGE;
    enum err e = ERR_OK;
    box_of_all(boxes, j->areas->count, box);
    while (found == POINTS_PAGE && e == ERR_OK) {
        struct arena arena; /* of one page */
        struct point_mass *points;
        arena_init(&arena, (size_t)4 << 20);
        e = store_points(j->worker->db, j->catalog, fields, count, box, &page,
                         j->worker->deadline_ms, &arena, &points, &found, j->why);
        for (int i = 0; i < found && e == ERR_OK; i++)
            add_point(j, boxes, &points[i]);
        arena_fini(&arena);
        if (e == ERR_OK)
            e = check_time(j);
    }
    return e;
}

static enum err add_points(const struct job *j)
{
    int *fields = arena_alloc(j->worker->arena, (size_t)j->field_count + 1, sizeof *fields);
    struct shape_box *boxes = arena_alloc(j->worker->arena, (size_t)j->areas->count, sizeof *boxes);
    int n = 0;
    if (fields == NULL || boxes == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < j->field_count; i++) {
        if (j->catalog->fields[j->fields[i]].is_points)
            fields[n++] = j->fields[i];
    }
    for (int i = 0; i < j->areas->count; i++)
        boxes[i] = shape_box(&j->areas->areas[i].shape);
    return n > 0 ? add_pages(j, fields, n, boxes) : ERR_OK;
}

static enum err init(struct job *j)
{
    struct arena *arena = j->worker->arena;
    size_t cells = (size_t)j->areas->count * (size_t)j->field_count + 1;
    struct measured m = {.count = (int)cells - 1};
    if (cells > MASSES_MAX) {
        why_allow(j->why, "fewer features, fewer years or one gas");
        return why_set(j->why, ERR_TOO_LARGE, "body", "%d areas in %d fields are too many at once",
                       j->areas->count, j->field_count);
    }
    m.masses = arena_alloc(arena, cells, sizeof *m.masses);
    m.cut = arena_alloc(arena, cells, sizeof *m.cut);
    m.km2 = arena_alloc(arena, (size_t)j->areas->count, sizeof *m.km2);
    j->cells = arena_alloc(arena, cells, sizeof *j->cells);
    j->blocks = arena_alloc(arena, HELD_BLOCKS, sizeof(struct block *));
    if (m.masses == NULL || m.cut == NULL || m.km2 == NULL || j->cells == NULL || j->blocks == NULL)
        return ERR_NO_MEMORY;
    for (int i = 0; i < m.count; i++)
        m.masses[i] = (struct district_mass){.district = i / j->field_count,
                                             .field = j->fields[i % j->field_count]};
    for (int area = 0; area < j->areas->count; area++)
        m.km2[area] = cover_shape_km2(&j->areas->areas[area].shape);
    *j->out = m;
    return ERR_OK;
}

static void leave_out_what_has_no_data(const struct job *j)
{
    struct measured *m = j->out;
    int kept = 0;
    for (int i = 0; i < m->count; i++) {
        if (j->cells[i] == 0)
            continue;
        m->masses[kept] = m->masses[i];
        m->cut[kept++] = m->cut[i];
    }
    m->count = kept;
}

enum err measure(const struct catalog *c, const struct drawn *areas, const int *fields,
                 int field_count, struct http_worker *worker, struct measured *out, struct why *why)
{
    struct job j = {.catalog = c,
                    .areas = areas,
                    .fields = fields,
                    .field_count = field_count,
                    .out = out,
                    .worker = worker,
                    .why = why};
    enum err e = init(&j);
    if (e == ERR_OK)
        e = add_grids(&j);
    if (e == ERR_OK)
        e = add_points(&j);
    if (e == ERR_OK)
        leave_out_what_has_no_data(&j);
    return e;
}
