/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/ba.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "gen/independent.h"
#include "gen/stream.h"

/* The edges are words of two ends each, so the 2 m ends lie one after the other. */
static uint32_t edge_end(const uint64_t *edge, uint64_t i)
{
    return i & 1 ? wr_edge_v(edge[i >> 1]) : wr_edge_u(edge[i >> 1]);
}

/* Append v's edges to the m that are there; the new number. last[t] is the last vertex that
 * joined t: nobody joins t twice. Ends are drawn in batches, for a read of one misses the cache. */
static int64_t join_earlier(uint32_t v, uint32_t attach, struct wr_rng *rng, uint32_t *last,
                            uint64_t *edge, int64_t m)
{
    enum { BATCH = 32 };
    uint64_t draw[BATCH], ends = 2 * (uint64_t)m;
    int64_t full = m + attach;
    while (m < full) {
        int64_t count = full - m < BATCH ? full - m : BATCH;
        for (int64_t i = 0; i < count; i++) {
            draw[i] = wr_rng_below(rng, ends);
            __builtin_prefetch(&edge[draw[i] >> 1]);
        }
        for (int64_t i = 0; i < count; i++) {
            uint32_t t = edge_end(edge, draw[i]);
            if (last[t] == v)
                continue;
            last[t] = v;
            edge[m++] = wr_edge(t, v);
        }
    }
    return m;
}

static int64_t complete_graph(uint32_t n, uint64_t *edge)
{
    int64_t m = 0;
    for (uint32_t v = 1; v < n; v++)
        for (uint32_t t = 0; t < v; t++)
            edge[m++] = wr_edge(t, v);
    return m;
}

enum wr_status wr_gen_ba(uint32_t n, uint32_t attach, uint64_t seed, struct wr_graph *g,
                         struct wr_error *err)
{
    enum wr_status status = WR_ENOMEM;
    uint32_t core = attach < n ? attach + 1 : n;
    struct wr_pairs pairs = {.n = n};
    pairs.count = wr_pair_count(core) + (int64_t)(n - core) * attach;
    pairs.key = wr_alloc(pairs.count, sizeof *pairs.key, err);
    uint32_t *last = wr_calloc(n, sizeof *last, err);
    if (!pairs.key || !last)
        goto out;
    struct wr_rng rng;
    wr_draw_init(&rng, seed, WR_DRAW_ATTACHMENT, 0);
    int64_t m = complete_graph(core, pairs.key);
    for (uint32_t v = core; v < n; v++)
        m = join_earlier(v, attach, &rng, last, pairs.key, m);
    status = wr_graph_init(g, &pairs, false, err);
out:
    wr_pairs_release(&pairs);
    free(last);
    return status;
}
