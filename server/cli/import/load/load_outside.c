/* Mass with a place outside every district: how much of it a release may hold.
 *
 * Some is normal: a coarse grid reaches over the border, ships are at sea. A pattern that lies
 * outside altogether is in the wrong place, most often because of swapped axes or another
 * coordinate system, so it is refused unless the manifest's control.outside_tolerance says 1.
 */
#include <math.h>

#include "cli/import/load/load_internal.h"

#define NEARLY_ALL (1 - 1e-9)

static void check_row(struct load *l, const struct report_balance *b, double allowed)
{
    double placed_t = b->stored_t - b->unallocated_t;
    double share = placed_t > 0 ? b->outside_t / placed_t : 0;
    struct place at = {.file = l->m->name, .column = "control.outside_tolerance"};
    if (isnan(allowed) && share >= NEARLY_ALL) {
        issues_add(l->issues, at,
                   "all %.9g t of %s %s %s %d with a place lie outside every district; check the "
                   "axes and the coordinate system, or set outside_tolerance to 1",
                   placed_t, b->sector, b->gas, b->flow, b->year);
    } else if (share > allowed) {
        issues_add(l->issues, at,
                   "%.6g of the mass of %s %s %s %d lies outside every district and %.6g is "
                   "allowed; find what is misplaced, or raise it",
                   share, b->sector, b->gas, b->flow, b->year, allowed);
    }
}

enum err load_check_outside(struct load *l, struct why *why)
{
    for (int i = 0; i < l->report->balance_count && !issues_are_full(l->issues); i++) {
        check_row(l, &l->report->balance[i], l->m->outside_tolerance);
    }
    return issues_verdict(l->issues, why);
}
