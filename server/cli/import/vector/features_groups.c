/* Equal texts once, and groups found by what they are. */
#include <string.h>

#include "cli/import/vector/features_internal.h"

/* A table of slots with linear probing, at most half full; 0 = free. */
struct slots {
    int count, capacity;
    int *at; /* 1 + index */
};

struct feature_texts {
    struct arena *arena;
    struct slots slots;
    int capacity;
    const char **list;
};

struct feature_index {
    struct arena *arena;
    struct slots slots;
};

static uint32_t hash_bytes(uint32_t h, const void *bytes, size_t len)
{
    const unsigned char *b = bytes; /* FNV-1a */
    for (size_t i = 0; i < len; i++) {
        h = (h ^ b[i]) * 16777619u;
    }
    return h;
}

static uint32_t hash_text(const char *text)
{
    return hash_bytes(2166136261u, text, strlen(text));
}

static void put(struct slots *s, uint32_t hash, int index)
{
    uint32_t mask = (uint32_t)s->capacity - 1;
    uint32_t i = hash & mask;
    while (s->at[i] != 0) {
        i = (i + 1) & mask;
    }
    s->at[i] = index + 1;
}

/* Twice as many slots; `hash_of` says where each goes. */
static bool spread(struct slots *s, struct arena *arena, uint32_t (*hash_of)(const void *, int),
                   const void *of)
{
    int capacity = s->capacity > 0 ? s->capacity * 2 : 1024;
    int *at = arena_alloc(arena, (size_t)capacity, sizeof *at);
    if (at == NULL) {
        return false;
    }
    s->at = at;
    s->capacity = capacity;
    for (int i = 0; i < s->count; i++) {
        put(s, hash_of(of, i), i);
    }
    return true;
}

struct feature_texts *features_texts_new(struct arena *arena)
{
    struct feature_texts *t = arena_alloc(arena, 1, sizeof *t);
    if (t != NULL) {
        *t = (struct feature_texts){.arena = arena};
    }
    return t;
}

static uint32_t hash_of_text(const void *of, int i)
{
    return hash_text(((const struct feature_texts *)of)->list[i]);
}

static const char *add_text(struct feature_texts *t, const char *text)
{
    const char **to =
        features_room(t->arena, (void **)&t->list, t->slots.count, &t->capacity, sizeof *t->list);
    const char *copy = to != NULL ? arena_strndup(t->arena, text, strlen(text)) : NULL;
    bool is_full = t->slots.count * 2 >= t->slots.capacity;
    if (copy == NULL || (is_full && !spread(&t->slots, t->arena, hash_of_text, t))) {
        return NULL;
    }
    *to = copy;
    put(&t->slots, hash_text(copy), t->slots.count++);
    return copy;
}

const char *features_keep(struct feature_reader *r, const char *text)
{
    struct feature_texts *t = r->texts;
    uint32_t mask = (uint32_t)t->slots.capacity - 1;
    for (uint32_t i = hash_text(text) & mask; t->slots.capacity > 0 && t->slots.at[i] != 0;
         i = (i + 1) & mask) {
        const char *found = t->list[t->slots.at[i] - 1];
        if (strcmp(found, text) == 0) {
            return found;
        }
    }
    return add_text(t, text);
}

struct feature_index *features_index_new(struct arena *arena)
{
    struct feature_index *index = arena_alloc(arena, 1, sizeof *index);
    if (index != NULL) {
        *index = (struct feature_index){.arena = arena};
    }
    return index;
}

static uint32_t hash_group(const struct feature_group *g)
{
    const int numbers[] = {g->section, g->year, g->month, (int)g->flow, (int)g->origin};
    const char *const texts[] = {g->sector, g->gas, g->fuel}; /* kept: equal ones are one pointer */
    uint32_t h = hash_bytes(2166136261u, numbers, sizeof numbers);
    return hash_bytes(h, texts, sizeof texts);
}

static uint32_t hash_of_group(const void *of, int i)
{
    return hash_group(&((const struct features *)of)->groups[i]);
}

static bool is_same_group(const struct feature_group *a, const struct feature_group *b)
{
    return a->section == b->section && a->year == b->year && a->month == b->month &&
           a->flow == b->flow && a->origin == b->origin && a->sector == b->sector &&
           a->gas == b->gas && a->fuel == b->fuel;
}

static int add_group(struct feature_reader *r, const struct feature_group *key)
{
    struct features *f = r->out;
    struct slots *s = &r->index->slots;
    struct feature_group *g = features_room(r->arena, (void **)&f->groups, f->group_count,
                                            &f->group_capacity, sizeof *f->groups);
    bool is_full = s->count * 2 >= s->capacity;
    if (g == NULL || (is_full && !spread(s, r->arena, hash_of_group, f))) {
        return -1;
    }
    *g = *key;
    put(s, hash_group(key), s->count++);
    return f->group_count++;
}

/* Several methods in one group are all of them, in the order of the alphabet. */
static bool add_method(struct feature_reader *r, struct feature_group *g, const char *method)
{
    const char *at = strstr(g->method, method);
    if (at != NULL) {
        return true;
    }
    const char *text = strcmp(g->method, method) < 0
                           ? arena_printf(r->arena, "%s+%s", g->method, method)
                           : arena_printf(r->arena, "%s+%s", method, g->method);
    g->method = text != NULL ? features_keep(r, text) : NULL;
    return g->method != NULL;
}

int features_group(struct feature_reader *r, const struct feature_group *key)
{
    struct slots *s = &r->index->slots;
    uint32_t mask = (uint32_t)s->capacity - 1;
    for (uint32_t i = hash_group(key) & mask; s->capacity > 0 && s->at[i] != 0;
         i = (i + 1) & mask) {
        struct feature_group *found = &r->out->groups[s->at[i] - 1];
        if (is_same_group(found, key)) {
            return add_method(r, found, key->method) ? s->at[i] - 1 : -1;
        }
    }
    return add_group(r, key);
}
