#include "store/db_stats.h"

#include <stdatomic.h>

const int64_t db_bounds_us[DB_BOUNDS] = {500,   1000,   2500,   5000,    10000,   25000,
                                         50000, 100000, 500000, 1000000, 2500000, 10000000};

static struct {
    atomic_llong connections[DB_STATES];
    atomic_ullong opened, failed, lost;
    atomic_ullong statements[DB_OUTCOMES];
    atomic_ullong by_bound[DB_BOUNDS + 1];
    atomic_ullong sum_us;
} counts;

static void add(atomic_ullong *to, uint64_t n)
{
    atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

void db_stats_move(enum db_state *from, enum db_state to)
{
    if (*from != DB_NONE) {
        atomic_fetch_sub_explicit(&counts.connections[*from], 1, memory_order_relaxed);
    }
    if (to != DB_NONE) {
        atomic_fetch_add_explicit(&counts.connections[to], 1, memory_order_relaxed);
    }
    if (to == DB_OPEN) {
        add(&counts.opened, 1);
    } else if (to == DB_FAILED) {
        add(&counts.failed, 1);
    }
    *from = to;
}

void db_stats_lost(void)
{
    add(&counts.lost, 1);
}

static enum db_outcome outcome_of(enum err e)
{
    switch (e) {
    case ERR_OK:
        return DB_DONE;
    case ERR_TIMEOUT:
        return DB_TIMED_OUT;
    case ERR_UNAVAILABLE:
        return DB_LOST;
    default:
        return DB_REFUSED;
    }
}

void db_stats_statement(enum err outcome, int64_t duration_us)
{
    int bound = 0;
    while (bound < DB_BOUNDS && duration_us > db_bounds_us[bound]) {
        bound++;
    }
    add(&counts.statements[outcome_of(outcome)], 1);
    add(&counts.by_bound[bound], 1);
    add(&counts.sum_us, (uint64_t)duration_us);
}

void db_stats_read(struct db_stats *out)
{
    for (int i = 0; i < DB_STATES; i++) {
        out->connections[i] = atomic_load_explicit(&counts.connections[i], memory_order_relaxed);
    }
    for (int i = 0; i < DB_OUTCOMES; i++) {
        out->statements[i] = atomic_load_explicit(&counts.statements[i], memory_order_relaxed);
    }
    for (int i = 0; i <= DB_BOUNDS; i++) {
        out->by_bound[i] = atomic_load_explicit(&counts.by_bound[i], memory_order_relaxed);
    }
    out->opened = atomic_load_explicit(&counts.opened, memory_order_relaxed);
    out->failed = atomic_load_explicit(&counts.failed, memory_order_relaxed);
    out->lost = atomic_load_explicit(&counts.lost, memory_order_relaxed);
    out->sum_us = atomic_load_explicit(&counts.sum_us, memory_order_relaxed);
}
