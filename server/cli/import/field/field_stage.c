#include "cli/import/field/field_stage.h"

#include <endian.h>
#include <math.h>
#include <string.h>

static enum err keep(void *context, const struct spool_block *block, struct why *why)
{
    struct field_stage *s = context;
    return spool_add(s->spool, block, why);
}

enum err field_stage_init(struct field_stage *s, struct grid g, const struct shares *shares,
                          bool is_cut, struct why *why)
{
    *s = (struct field_stage){0};
    enum err e = spool_new(&s->spool, why);
    if (e == ERR_OK) {
        e = pyramid_new(g, keep, s, &s->pyramid);
    }
    return e == ERR_OK ? district_masses_init(&s->masses, shares, is_cut) : e;
}

void field_stage_fini(struct field_stage *s)
{
    spool_free(s->spool);
    pyramid_free(s->pyramid);
    district_masses_fini(&s->masses);
}

enum err field_stage_row(void *context, int32_t y, const float *cells, struct why *why)
{
    struct field_stage *s = context;
    district_masses_row(&s->masses, y, cells);
    return pyramid_row(s->pyramid, cells, why);
}

static void pack(const struct spool_block *from, struct packed_block *to)
{
    struct sum sum = {0, 0};
    *to = (struct packed_block){
        .level = from->level, .bx = from->bx, .by = from->by, .min = INFINITY, .max = -INFINITY};
    for (size_t i = 0; i < GRID_BLOCK_CELLS; i++) {
        float cell = from->cells[i];
        uint32_t bits = 0x7fc00000; /* one NaN for all */
        if (!isnan(cell)) {
            memcpy(&bits, &cell, sizeof bits);
            to->count++;
            sum_add(&sum, (double)cell);
            to->min = fminf(to->min, cell);
            to->max = fmaxf(to->max, cell);
        }
        bits = htobe32(bits);
        memcpy(to->cells + i * sizeof bits, &bits, sizeof bits);
    }
    to->sum = sum_value(sum);
}

enum err field_stage_blocks(struct field_stage *s, double total, field_stage_block *each,
                            void *context, struct why *why)
{
    struct pyramid_closing closings[GRID_MAX_LEVELS];
    pyramid_close(s->pyramid, total, closings);
    struct spool_block block;
    struct packed_block packed;
    bool is_end = false;
    enum err e = spool_rewind(s->spool, why);
    while (e == ERR_OK && !is_end) {
        e = spool_next(s->spool, &block, &is_end, why);
        if (e == ERR_OK && !is_end) {
            pyramid_close_block(&closings[block.level], &block);
            pack(&block, &packed);
            each(context, &packed);
        }
    }
    return e;
}
