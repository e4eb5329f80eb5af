/* Bodies that claim to be areas. Besides memory errors it looks for areas that are taken and are
 * none: what was read must close, lie in the world, have ground, and cover no more than that of a
 * grid. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "api/body.h"
#include "api/drawn.h"
#include "geo/cover.h"

static void check_ring(const struct shape *s, const struct shape_ring *r)
{
    const double *first = s->lonlat + 2 * r->first, *last = first + 2 * (r->count - 1);
    check(r->count >= 4 && first[0] == last[0] && first[1] == last[1]);
    for (size_t i = 0; i < r->count; i++)
        check(fabs(first[2 * i]) <= 180 && fabs(first[2 * i + 1]) <= 90);
}

/* A sound shape holds between nothing and all of what a grid of ones has. */
static void check_cover(const struct shape *s)
{
    static float ones[GRID_BLOCK_CELLS];
    const struct grid g = {-3, 3, 0.125, 0.0625, 48, 96};
    struct cover c;
    struct cover_sum sum = {0};
    for (int i = 0; i < GRID_BLOCK_CELLS; i++)
        ones[i] = 1;
    double km2 = cover_shape_km2(s);
    check(km2 >= 0 && km2 < 510065622.0 * (1 + 1e-9));
    if (cover_build(&c, g, s) != ERR_OK)
        return;
    for (size_t i = 0; i < c.block_count; i++) {
        for (uint32_t k = c.blocks[i].first; k < c.blocks[i].first + c.blocks[i].count; k++) {
            const struct cover_run *r = &c.runs[k];
            check(r->count > 0 && r->row < GRID_BLOCK && r->col + r->count <= GRID_BLOCK);
            check(r->share > 0 && r->share <= 1);
        }
        cover_add_block(&c, &c.blocks[i], ones, &sum);
    }
    check(sum.mass >= 0 && sum.mass <= 64 * 128 + 1e-6 && sum.sum_sq <= sum.mass + 1e-6);
    cover_fini(&c);
}

static void check_areas(const struct drawn *d)
{
    for (int i = 0; i < d->count; i++) {
        const struct shape *s = &d->areas[i].shape;
        check(s->ring_count > 0);
        for (size_t r = 0; r < s->ring_count; r++)
            check_ring(s, &s->rings[r]);
        check_cover(s);
        (void)shape_has_point(s, s->lonlat[0], s->lonlat[1]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    char *text = fuzz_text(data, size), name[DIGEST_HEX_SIZE];
    if (text == NULL)
        return 0;
    arena_init(&arena, (size_t)4 << 20);
    for (int is_by_feature = 0; is_by_feature < 2; is_by_feature++) {
        struct drawn d;
        struct why why = {0};
        enum err e = drawn_read(text, size, is_by_feature != 0, &arena, &d, &why);
        check(e == ERR_OK ? d.count > 0 : d.count == 0 && why.code == e && why.reason[0] != '\0');
        check_areas(&d);
        drawn_fini(&d);
    }
    check(body_digest(text, size, name) == ERR_OK);
    arena_fini(&arena);
    free(text);
    return 0;
}
