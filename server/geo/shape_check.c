/* Is a shape sound? A line sweeps over its edges from west to east.
 *
 * Outlines are taken against the clock and holes with it, so the ground to the left of an edge is
 * covered once more than to its right; a shape is sound when every place is covered once or not at
 * all. That changes at edges only, so it is enough to look right above the edges that begin at a
 * point and those next to them, and to see that no two neighbours cross (Shamos and Hoey 1976; the
 * first crossing from the west is one of neighbours). Edges on one another enclose nothing: between
 * them the count may be anything.
 */
#include <stdlib.h>

#include "geo/shape.h"
#include "geo/sweep.h"

#define HEAP_MAX 64 /* edges on one another */

struct event {
    struct sweep_point at;
    uint32_t edge;
    bool is_start; /* ends come first */
};

struct check {
    struct shape *shape;
    size_t edge_count, event_count;
    struct sweep_edge *edges;
    struct sweep_node *nodes;
    struct event *events;
    struct sweep sweep;
    enum shape_fault fault;
    struct shape_place *where;
};

static struct sweep_point point_at(const struct shape *s, size_t position)
{
    return (struct sweep_point){shape_units(s->lonlat[2 * position]),
                                shape_units(s->lonlat[2 * position + 1])};
}

static int compare_points(struct sweep_point a, struct sweep_point b)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    return (a.y > b.y) - (a.y < b.y);
}

/* Twice the area, from the first position; it wraps around and back. */
static int turning_of(const struct shape *s, const struct shape_ring *r)
{
    unsigned __int128 sum = 0;
    struct sweep_point o = point_at(s, r->first);
    for (size_t i = 1; i < r->count; i++) {
        struct sweep_point a = point_at(s, r->first + i - 1);
        struct sweep_point b = point_at(s, r->first + i);
        sum += (unsigned __int128)((__int128)(a.x - o.x) * (b.y - o.y));
        sum -= (unsigned __int128)((__int128)(a.y - o.y) * (b.x - o.x));
    }
    return ((__int128)sum > 0) - ((__int128)sum < 0);
}

static void add_edge(struct check *c, size_t position, bool is_hole_or_clockwise)
{
    struct sweep_point a = point_at(c->shape, position);
    struct sweep_point b = point_at(c->shape, position + 1);
    int order = compare_points(a, b);
    if (order == 0)
        return;
    bool goes_east = order < 0;
    uint32_t edge = (uint32_t)c->edge_count++;
    c->edges[edge] = (struct sweep_edge){.left = goes_east ? a : b,
                                         .right = goes_east ? b : a,
                                         .step = goes_east != is_hole_or_clockwise ? 1 : -1,
                                         .position = (uint32_t)position};
    c->events[c->event_count++] = (struct event){c->edges[edge].left, edge, true};
    c->events[c->event_count++] = (struct event){c->edges[edge].right, edge, false};
}

static void add_edges(struct check *c)
{
    for (size_t i = 0; i < c->shape->ring_count; i++) {
        struct shape_ring *r = &c->shape->rings[i];
        r->is_clockwise = turning_of(c->shape, r) < 0;
        bool is_hole = r->number > 0;
        for (size_t k = 0; k + 1 < r->count; k++)
            add_edge(c, r->first + k, r->is_clockwise != is_hole);
    }
}

static int compare_events(const void *pa, const void *pb)
{
    const struct event *a = pa, *b = pb;
    int order = compare_points(a->at, b->at);
    if (order != 0)
        return order;
    if (a->is_start != b->is_start)
        return a->is_start ? 1 : -1;
    return (a->edge > b->edge) - (a->edge < b->edge);
}

static struct shape_place place_of(const struct check *c, uint32_t edge)
{
    size_t position = c->edges[edge].position;
    size_t ring = 0;
    while (position >= c->shape->rings[ring].first + c->shape->rings[ring].count)
        ring++;
    return (struct shape_place){ring, position - c->shape->rings[ring].first};
}

static void report(struct check *c, enum shape_fault fault, uint32_t edge, uint32_t other)
{
    if (c->fault != SHAPE_SOUND)
        return;
    c->fault = fault;
    c->where[0] = place_of(c, edge);
    c->where[1] = place_of(c, other);
}

static void check_pair(struct check *c, uint32_t below, uint32_t above)
{
    if (below != SWEEP_NONE && above != SWEEP_NONE &&
        sweep_is_crossing(&c->edges[below], &c->edges[above]))
        report(c, SHAPE_CROSSES, below, above);
}

/* The ground above an edge, or above all that lie on it. */
static void check_cover(struct check *c, uint32_t edge)
{
    for (int i = 0; edge != SWEEP_NONE; i++) {
        uint32_t above = c->sweep.nodes[edge].above;
        if (above == SWEEP_NONE || !sweep_is_in_line(&c->edges[edge], &c->edges[above])) {
            int32_t cover = sweep_cover(&c->sweep, edge);
            if (cover < 0 || cover > 1)
                report(c, cover < 0 ? SHAPE_BELOW : SHAPE_TWICE, edge,
                       above == SWEEP_NONE ? edge : above);
            return;
        }
        if (i == HEAP_MAX) {
            report(c, SHAPE_HEAPED, edge, above);
            return;
        }
        edge = above;
    }
}

static void remove_edge(struct check *c, uint32_t edge)
{
    uint32_t below = c->nodes[edge].below, above = c->nodes[edge].above;
    sweep_remove(&c->sweep, edge);
    check_pair(c, below, above);
}

static void check_around(struct check *c, uint32_t edge)
{
    uint32_t below = c->nodes[edge].below, above = c->nodes[edge].above;
    check_pair(c, below, edge);
    check_pair(c, edge, above);
    check_cover(c, below);
    check_cover(c, edge);
    check_cover(c, above);
}

/* All that happens at one point. */
static size_t pass_point(struct check *c, size_t first)
{
    size_t end = first, start;
    while (end < c->event_count && compare_points(c->events[end].at, c->events[first].at) == 0)
        end++;
    for (start = first; start < end && !c->events[start].is_start; start++)
        remove_edge(c, c->events[start].edge);
    for (size_t i = start; i < end; i++)
        sweep_insert(&c->sweep, c->events[i].edge);
    for (size_t i = start; i < end; i++)
        check_around(c, c->events[i].edge);
    return end;
}

static void look_for_flat_rings(struct check *c)
{
    for (size_t i = 0; i < c->shape->ring_count && c->fault == SHAPE_SOUND; i++) {
        if (turning_of(c->shape, &c->shape->rings[i]) == 0) {
            c->fault = SHAPE_FLAT;
            c->where[0] = c->where[1] = (struct shape_place){i, 0};
        }
    }
}

static enum err check_init(struct check *c)
{
    size_t most = c->shape->count + 1;
    c->edges = calloc(most, sizeof *c->edges);
    c->nodes = calloc(most, sizeof *c->nodes);
    c->events = calloc(2 * most, sizeof *c->events);
    if (c->edges == NULL || c->nodes == NULL || c->events == NULL)
        return ERR_NO_MEMORY;
    sweep_init(&c->sweep, c->edges, c->nodes);
    add_edges(c); // NOLINT(clang-analyzer-unix.Malloc): shape_check() frees them, whatever comes
    qsort(c->events, c->event_count, sizeof *c->events, compare_events);
    return ERR_OK;
}

enum err shape_check(struct shape *s, enum shape_fault *fault, struct shape_place where[2])
{
    struct check c = {.shape = s, .where = where};
    enum err e = check_init(&c);
    for (size_t i = 0; e == ERR_OK && i < c.event_count && c.fault == SHAPE_SOUND;)
        i = pass_point(&c, i);
    if (e == ERR_OK)
        look_for_flat_rings(&c);
    free(c.edges);
    free(c.nodes);
    free(c.events);
    if (e == ERR_OK)
        *fault = c.fault;
    return e;
}
