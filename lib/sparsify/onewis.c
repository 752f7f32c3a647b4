/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/onewis_internal.h"
#include "sparsify/random.h"

bool wr_removals_checkpoint(struct wr_removals *removals)
{
    enum { REPORTS = 256 };
    int64_t left = removals->count - removals->done;
    if (left == 0 || removals->interrupted)
        return false;
    if (!wr_progress_step(removals->progress, removals->done, removals->count)) {
        removals->interrupted = true;
        return false;
    }
    int64_t stretch = removals->count / REPORTS + 1;
    removals->checkpoint = removals->done + (stretch < left ? stretch : left);
    return true;
}

static enum wr_status order_with_random_ties(const struct wr_graph *g, uint64_t seed,
                                             struct wr_removals *removals, struct wr_error *err)
{
    uint64_t *edge = wr_alloc(g->m, sizeof *edge, err);
    if (!edge)
        return WR_ENOMEM;
    enum wr_status status = wr_random_order(g, seed, g->m, edge, err);
    if (!status)
        status = wr_onewis_general(g, edge, removals, err);
    free(edge);
    return status;
}

enum wr_status wr_onewis_order(const struct wr_graph *g, const struct wr_onewis_options *opt,
                               int64_t count, const struct wr_progress *progress, uint64_t *order,
                               struct wr_error *err)
{
    assert(count >= 0 && count <= g->m);
    enum wr_status status;
    struct wr_removals removals = {.order = order, .count = count, .progress = progress};
    if (opt->tie == WR_TIE_RANDOM)
        status = order_with_random_ties(g, opt->seed, &removals, err);
    else if (g->directed)
        status = wr_onewis_general(g, g->edge, &removals, err);
    else
        status = wr_onewis_level(g, &removals, err);
    if (!status && removals.interrupted)
        status = wr_error_set(err, WR_EINTERRUPT, "interrupted");
    return status;
}
