/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/onewis.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/onewis_internal.h"
#include "sparsify/random.h"

static enum wr_status order_with_random_ties(const struct wr_graph *g, uint64_t seed, int64_t count,
                                             uint64_t *order, const struct wr_progress *progress,
                                             struct wr_error *err)
{
    uint64_t *edge = wr_alloc(g->m, sizeof *edge, err);
    if (!edge)
        return WR_ENOMEM;
    enum wr_status status = wr_random_order(g, seed, g->m, edge, err);
    if (!status)
        status = wr_onewis_lazy(g, edge, count, order, progress, err);
    free(edge);
    return status;
}

enum wr_status wr_onewis_order(const struct wr_graph *g, const struct wr_onewis_options *opt,
                               int64_t count, uint64_t *order, const struct wr_progress *progress,
                               struct wr_error *err)
{
    assert(count >= 0 && count <= g->m);
    if (opt->tie == WR_TIE_RANDOM)
        return order_with_random_ties(g, opt->seed, count, order, progress, err);
    return wr_onewis_lazy(g, g->edge, count, order, progress, err);
}
