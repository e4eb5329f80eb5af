/* sweep.h - of shape_check(): the edges that a line moving east cuts, from south to north.
 *
 * A treap of edges whose nodes know how often the ground above them is covered. Compares exactly,
 * in integers. One thread; for shape_check.c alone.
 */
#ifndef GEO_SWEEP_H
#define GEO_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define SWEEP_NONE UINT32_MAX

struct sweep_point {
    int64_t x, y;
};

struct sweep_edge {
    struct sweep_point left, right; /* left is less: by x, then y */
    int32_t step;                   /* how much more often the ground above is covered than below */
    uint32_t position;              /* of the shape: where the ring's way along it begins */
};

struct sweep_node {
    uint32_t parent, low, high; /* the tree */
    uint32_t below, above;      /* the neighbours */
    uint32_t rank;              /* of the heap */
    int32_t steps;              /* of its subtree */
};

struct sweep {
    const struct sweep_edge *edges;
    struct sweep_node *nodes; /* one for each edge */
    uint32_t root;
};

/** @param nodes  room for one per edge; borrowed, like the edges. */
void sweep_init(struct sweep *s, const struct sweep_edge *edges, struct sweep_node *nodes);
/** The edge's left end is where the line stands now, and no edge ends there any more. */
void sweep_insert(struct sweep *s, uint32_t edge);
void sweep_remove(struct sweep *s, uint32_t edge);
/** How often the ground right above an edge is covered. */
int32_t sweep_cover(const struct sweep *s, uint32_t edge);

/** Sign of the turn a-b-c: 1 when c lies to the left. */
int sweep_turn(struct sweep_point a, struct sweep_point b, struct sweep_point c);
/** Do they cross in a point that is the end of neither? */
bool sweep_is_crossing(const struct sweep_edge *a, const struct sweep_edge *b);
/** Do they lie on one line? (Neighbours that do lie on one another.) */
bool sweep_is_in_line(const struct sweep_edge *a, const struct sweep_edge *b);

#endif
