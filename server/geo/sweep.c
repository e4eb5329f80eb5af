#include "geo/sweep.h"

void sweep_init(struct sweep *s, const struct sweep_edge *edges, struct sweep_node *nodes)
{
    *s = (struct sweep){.edges = edges, .nodes = nodes, .root = SWEEP_NONE};
}

int sweep_turn(struct sweep_point a, struct sweep_point b, struct sweep_point c)
{
    __int128 left = (__int128)(b.x - a.x) * (c.y - a.y);
    __int128 right = (__int128)(b.y - a.y) * (c.x - a.x);
    return (left > right) - (left < right);
}

static int side(const struct sweep_edge *e, struct sweep_point p)
{
    return sweep_turn(e->left, e->right, p);
}

bool sweep_is_crossing(const struct sweep_edge *a, const struct sweep_edge *b)
{
    return side(a, b->left) * side(a, b->right) < 0 && side(b, a->left) * side(b, a->right) < 0;
}

bool sweep_is_in_line(const struct sweep_edge *a, const struct sweep_edge *b)
{
    return side(a, b->left) == 0 && side(a, b->right) == 0;
}

/* Edges that lie on one another: in the order they came. */
static bool is_above(const struct sweep_edge *fresh, const struct sweep_edge *there)
{
    int at = side(there, fresh->left);
    return (at != 0 ? at : side(there, fresh->right)) >= 0;
}

static int32_t steps_of(const struct sweep *s, uint32_t node)
{
    return node == SWEEP_NONE ? 0 : s->nodes[node].steps;
}

static void resum(struct sweep *s, uint32_t node)
{
    struct sweep_node *n = &s->nodes[node];
    n->steps = s->edges[node].step + steps_of(s, n->low) + steps_of(s, n->high);
}

/* Whatever points at `old` from above points at `fresh` now. */
static void replace_child(struct sweep *s, uint32_t parent, uint32_t old, uint32_t fresh)
{
    if (parent == SWEEP_NONE)
        s->root = fresh;
    else if (s->nodes[parent].low == old)
        s->nodes[parent].low = fresh;
    else
        s->nodes[parent].high = fresh;
    if (fresh != SWEEP_NONE)
        s->nodes[fresh].parent = parent;
}

/* Moves a node above its parent. */
static void lift(struct sweep *s, uint32_t node)
{
    struct sweep_node *n = &s->nodes[node];
    uint32_t parent = n->parent;
    struct sweep_node *p = &s->nodes[parent];
    bool is_low = p->low == node;
    uint32_t moved = is_low ? n->high : n->low;
    replace_child(s, p->parent, parent, node);
    *(is_low ? &n->high : &n->low) = parent;
    *(is_low ? &p->low : &p->high) = moved;
    p->parent = node;
    if (moved != SWEEP_NONE)
        s->nodes[moved].parent = parent;
    resum(s, parent);
    resum(s, node);
}

static uint32_t scatter(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ x >> 16;
}

static void link_neighbours(struct sweep *s, uint32_t below, uint32_t above)
{
    if (below != SWEEP_NONE)
        s->nodes[below].above = above;
    if (above != SWEEP_NONE)
        s->nodes[above].below = below;
}

void sweep_insert(struct sweep *s, uint32_t edge)
{
    struct sweep_node *n = &s->nodes[edge];
    uint32_t parent = SWEEP_NONE, below = SWEEP_NONE, above = SWEEP_NONE;
    for (uint32_t at = s->root; at != SWEEP_NONE;) {
        parent = at;
        bool goes_high = is_above(&s->edges[edge], &s->edges[at]);
        *(goes_high ? &below : &above) = at;
        at = goes_high ? s->nodes[at].high : s->nodes[at].low;
    }
    *n = (struct sweep_node){.parent = parent,
                             .low = SWEEP_NONE,
                             .high = SWEEP_NONE,
                             .below = below,
                             .above = above,
                             .rank = scatter(edge),
                             .steps = s->edges[edge].step};
    link_neighbours(s, below, edge);
    link_neighbours(s, edge, above);
    if (parent == SWEEP_NONE)
        s->root = edge;
    else
        *(parent == below ? &s->nodes[parent].high : &s->nodes[parent].low) = edge;
    for (uint32_t at = parent; at != SWEEP_NONE; at = s->nodes[at].parent)
        s->nodes[at].steps += n->steps;
    while (n->parent != SWEEP_NONE && s->nodes[n->parent].rank < n->rank)
        lift(s, edge);
}

void sweep_remove(struct sweep *s, uint32_t edge)
{
    struct sweep_node *n = &s->nodes[edge];
    while (n->low != SWEEP_NONE && n->high != SWEEP_NONE)
        lift(s, s->nodes[n->low].rank > s->nodes[n->high].rank ? n->low : n->high);
    replace_child(s, n->parent, edge, n->low != SWEEP_NONE ? n->low : n->high);
    for (uint32_t at = n->parent; at != SWEEP_NONE; at = s->nodes[at].parent)
        resum(s, at);
    link_neighbours(s, n->below, n->above);
}

int32_t sweep_cover(const struct sweep *s, uint32_t edge)
{
    int32_t cover = s->edges[edge].step + steps_of(s, s->nodes[edge].low);
    for (uint32_t at = edge; s->nodes[at].parent != SWEEP_NONE; at = s->nodes[at].parent) {
        uint32_t parent = s->nodes[at].parent;
        if (s->nodes[parent].high == at)
            cover += s->edges[parent].step + steps_of(s, s->nodes[parent].low);
    }
    return cover;
}
