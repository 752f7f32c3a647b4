/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/wis.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sparsify/edge_walks.h"
#include "sparsify/random.h"
#include "sparsify/wis_search.h"

/* At WR_MAX_DEPTH and beyond every vertex with an edge has too many walks; partitions need not have
 * any. */
static enum wr_status new_search(struct wr_wis_search **search, const struct wr_graph *g,
                                 const uint64_t *edge, const struct wr_wis_options *opt,
                                 struct wr_error *err)
{
    if (opt->depth > WR_MAX_DEPTH)
        return wr_error_set(err, WR_ENUMERIC,
                            "2^126 walks of %d steps are too many: choose a smaller depth",
                            opt->depth);
    if (!opt->partitions && opt->task == WR_TASK_VERTEX && opt->depth == 3)
        return wr_wis3_new(search, g, edge, err);
    return wr_wis_lazy_new(search, g, edge, opt->depth, opt->task, opt->partitions, err);
}

/* Find the best edges, as many as there are in a batch, then remove them, again and again. */
static enum wr_status remove_in_order(struct wr_wis_search *search, const uint64_t *edge,
                                      int64_t batch, int64_t count,
                                      const struct wr_progress *progress, uint64_t *order,
                                      struct wr_error *err)
{
    enum { STEP = 256 };
    uint32_t *chosen = wr_alloc(batch, sizeof *chosen, err);
    enum wr_status status = chosen ? WR_OK : WR_ENOMEM;
    for (int64_t done = 0, told = 0; !status && done < count;) {
        int64_t some = 0;
        while (!status && some < batch && done + some < count)
            status = search->take_best(search, &chosen[some++], err);
        for (int64_t i = 0; !status && i < some; i++) {
            status = search->remove(search, chosen[i], err);
            order[done++] = edge[chosen[i]];
        }
        if (!status && done - told >= STEP) {
            told = done;
            if (!wr_progress_step(progress, done, count))
                status = wr_error_set(err, WR_EINTERRUPT, "interrupted");
        }
    }
    free(chosen);
    return status;
}

static enum wr_status check(const struct wr_graph *g, const struct wr_wis_options *opt,
                            struct wr_error *err)
{
    if (opt->depth < 2)
        return wr_error_set(err, WR_EINVAL, "depth %d: (L-1)-WIS wants at least 2", opt->depth);
    if (g->m >= UINT32_MAX)
        return wr_error_set(err, WR_EINVAL, "%lld edges: (L-1)-WIS takes at most %u",
                            (long long)g->m, UINT32_MAX - 1);
    if (!opt->partitions)
        return WR_OK;
    if (opt->partitions->count > UINT32_MAX)
        return wr_error_set(err, WR_EINVAL, "%lld partitions: (L-1)-WIS takes at most %u",
                            (long long)opt->partitions->count, UINT32_MAX);
    return wr_partitions_check(opt->partitions, g->n, opt->task == WR_TASK_VERTEX, "", err);
}

enum wr_status wr_wis_order(const struct wr_graph *g, const struct wr_wis_options *opt,
                            int64_t count, const struct wr_progress *progress, uint64_t *order,
                            struct wr_error *err)
{
    assert(!g->directed && opt->batch >= 1 && count >= 0 && count <= g->m);
    uint64_t *shuffled = NULL;
    struct wr_wis_search *search;
    enum wr_status status = check(g, opt, err);
    if (status || count == 0)
        goto out;
    if (opt->tie == WR_TIE_RANDOM) {
        status = WR_ENOMEM;
        if (!(shuffled = wr_alloc(g->m, sizeof *shuffled, err)) ||
            (status = wr_random_order(g, opt->seed, g->m, shuffled, err)))
            goto out;
    }
    const uint64_t *edge = shuffled ? shuffled : g->edge;
    if ((status = new_search(&search, g, edge, opt, err)))
        goto out;
    int64_t batch = opt->batch < count ? opt->batch : count;
    status = remove_in_order(search, edge, batch, count, progress, order, err);
    search->free(search);
out:
    free(shuffled);
    return status;
}
