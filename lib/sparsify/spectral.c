/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/spectral.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/rng.h"
#include "linalg/resistance.h"

/* An edge and the time at which it is sampled. */
struct clock {
    double time;
    uint64_t edge;
};

struct sampling {
    const struct wr_graph *graph;
    uint64_t seed;
    const double *leverage;
    struct clock *clock;
};

/* Every edge has a clock that rings after an exponential time of rate w_e R_e: the order in which
 * they ring is that of sampling without replacement with probabilities proportional to the
 * rates. A leverage that has underflowed to 0 rings at infinity. */
static void wind_clocks(void *context, int64_t begin, int64_t end)
{
    struct sampling *s = context;
    struct wr_rng rng;
    wr_rng_init(&rng, s->seed, (uint64_t)(begin / WR_BLOCK));
    for (int64_t e = begin; e < end; e++) {
        double time = wr_rng_exponential(&rng) / s->leverage[e];
        s->clock[e] = (struct clock){.time = time, .edge = s->graph->edge[e]};
    }
}

/* The last to ring comes first; of equals, the smallest (u, v). */
static int compare_clocks(const void *a, const void *b)
{
    const struct clock *x = a, *y = b;
    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    return x->edge < y->edge ? -1 : x->edge > y->edge;
}

enum wr_status wr_spectral_order(const struct wr_graph *g, const struct wr_spectral_options *opt,
                                 int64_t count, const struct wr_progress *progress, uint64_t *order,
                                 struct wr_error *err)
{
    assert(count >= 0 && count <= g->m);
    const struct wr_leverage_options leverages = {.epsilon = opt->epsilon, .seed = opt->seed};
    double *leverage = wr_alloc(g->m, sizeof *leverage, err);
    struct clock *clock = wr_alloc(g->m, sizeof *clock, err);
    enum wr_status status = leverage && clock ? WR_OK : WR_ENOMEM;
    if (status || (status = wr_leverages(g, &leverages, progress, leverage, err)))
        goto out;
    struct sampling s = {.graph = g, .seed = opt->seed, .leverage = leverage, .clock = clock};
    wr_blocks_run(g->m, WR_BLOCK, wind_clocks, &s);
    qsort(clock, (size_t)g->m, sizeof *clock, compare_clocks);
    for (int64_t i = 0; i < count; i++)
        order[i] = clock[i].edge;
out:
    free(leverage);
    free(clock);
    return status;
}
