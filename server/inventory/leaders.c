#include "inventory/leaders.h"

#include <stdlib.h>

void leaders_init(struct leaders *l, struct leader *list, int max)
{
    *l = (struct leaders){.max = max, .list = list};
}

static int comes_before(struct leader a, struct leader b)
{
    return a.value != b.value ? a.value > b.value : a.key < b.key;
}

static void swap(struct leader *a, struct leader *b)
{
    struct leader kept = *a;
    *a = *b;
    *b = kept;
}

static void rise(struct leader *list, int i)
{
    for (int parent = (i - 1) / 2; i > 0 && comes_before(list[parent], list[i]);
         i = parent, parent = (i - 1) / 2)
        swap(&list[parent], &list[i]);
}

static void sink(struct leader *list, int count, int i)
{
    for (;;) {
        int last = i;
        for (int child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++) {
            if (comes_before(list[last], list[child]))
                last = child;
        }
        if (last == i)
            return;
        swap(&list[last], &list[i]);
        i = last;
    }
}

void leaders_add(struct leaders *l, struct leader of)
{
    if (l->count < l->max) {
        l->list[l->count] = of;
        rise(l->list, l->count++);
        return;
    }
    struct leader out = l->list[0];
    if (!comes_before(of, out)) {
        l->tied_beyond += of.value == out.value;
        return;
    }
    l->list[0] = of;
    sink(l->list, l->count, 0);
    l->tied_beyond = l->list[0].value == out.value ? l->tied_beyond + 1 : 0;
}

static int compare(const void *pa, const void *pb)
{
    struct leader a = *(const struct leader *)pa, b = *(const struct leader *)pb;
    return comes_before(a, b) ? -1 : comes_before(b, a);
}

void leaders_sort(struct leaders *l)
{
    qsort(l->list, (size_t)l->count, sizeof *l->list, compare);
}

int leaders_rank(const struct leaders *l, int i)
{
    while (i > 0 && l->list[i - 1].value == l->list[i].value)
        i--;
    return i + 1;
}
