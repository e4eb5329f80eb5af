#include "inventory/slice_groups.h"

#include <string.h>

#define FIRST_CAPACITY 256

static bool same_group(const struct slice *a, const struct slice *b)
{
    return a->sector == b->sector && a->gas == b->gas && a->origin == b->origin &&
           a->flow == b->flow && strcmp(a->fuel, b->fuel) == 0;
}

static uint32_t hash_of(const struct slice *s)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    const int parts[] = {s->sector, s->gas, (int)s->origin, (int)s->flow};
    for (int i = 0; i < 4; i++)
        hash = (hash ^ (uint32_t)parts[i]) * 16777619u;
    for (const char *t = s->fuel; *t; t++)
        hash = (hash ^ (unsigned char)*t) * 16777619u;
    return hash;
}

static int *slot_of(int *slots, int capacity, const struct catalog *c, int slice)
{
    int at = (int)(hash_of(&c->slices[slice]) % (uint32_t)capacity);
    while (slots[at] && !same_group(&c->slices[slots[at] - 1], &c->slices[slice]))
        at = (at + 1) % capacity;
    return &slots[at];
}

bool slice_groups_init(struct slice_groups *g, struct arena *arena)
{
    *g = (struct slice_groups){.arena = arena, .capacity = FIRST_CAPACITY};
    g->slots = arena_alloc(arena, FIRST_CAPACITY, sizeof *g->slots);
    return g->slots != NULL;
}

/* Without memory the table stays as it is, down to its last free slot. */
static void grow(struct slice_groups *g, const struct catalog *c)
{
    int capacity = g->capacity * 4;
    int *slots = arena_alloc(g->arena, (size_t)capacity, sizeof *slots);
    if (!slots)
        return;
    for (int i = 0; i < g->capacity; i++)
        if (g->slots[i])
            *slot_of(slots, capacity, c, g->slots[i] - 1) = g->slots[i];
    g->slots = slots;
    g->capacity = capacity;
}

size_t slice_groups_of(struct slice_groups *g, const struct catalog *c, int slice)
{
    if (g->count * 2 >= g->capacity)
        grow(g, c);
    int *slot = slot_of(g->slots, g->capacity, c, slice);
    if (!*slot && g->count + 1 < g->capacity) {
        *slot = slice + 1;
        g->count++;
    }
    return *slot ? (size_t)(*slot - 1) : (size_t)slice;
}
