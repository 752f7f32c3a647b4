/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sparsify/random.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/rng.h"

/* A part is shuffled in place by random access: it should fit the second-level cache. */
enum { PART = 1 << 15, MAX_BITS = 12, MAX_PARTS = 1 << MAX_BITS };

/* Streams of the shuffles; those of the scatter are numbered from 0. */
#define SHUFFLE_STREAM (UINT64_C(1) << 63)

struct shuffle {
    uint64_t *edge;
    uint64_t seed;
    int64_t start[MAX_PARTS + 1]; /* part p is edge[start[p]] .. edge[start[p+1]-1] */
};

static int part_bits(int64_t m)
{
    int bits = 0;
    while (bits < MAX_BITS && m >> bits > PART)
        bits++;
    return bits;
}

/* Draw the part of every edge, each part with the same probability. Without `to` only count them
 * into at[part + 1]; with it move every edge to to[at[part]++]. */
static void scatter(const struct wr_graph *g, uint64_t seed, int bits, int64_t *at, uint64_t *to)
{
    for (int64_t begin = 0; begin < g->m; begin += WR_BLOCK) {
        struct wr_rng rng;
        wr_rng_init(&rng, seed, (uint64_t)(begin / WR_BLOCK));
        int64_t end = wr_block_end(begin, WR_BLOCK, g->m);
        for (int64_t e = begin; e < end; e++) {
            uint64_t part = (uint64_t)wr_rng_u32(&rng) << bits >> 32;
            if (to)
                to[at[part]++] = g->edge[e];
            else
                at[part + 1]++;
        }
    }
}

static void shuffle_parts(void *context, int64_t begin, int64_t end)
{
    struct shuffle *s = context;
    for (int64_t p = begin; p < end; p++) {
        struct wr_rng rng;
        wr_rng_init(&rng, s->seed, SHUFFLE_STREAM | (uint64_t)p);
        wr_rng_shuffle_u64(&rng, s->edge + s->start[p], s->start[p + 1] - s->start[p]);
    }
}

enum wr_status wr_random_order(const struct wr_graph *g, uint64_t seed, int64_t count,
                               uint64_t *order, struct wr_error *err)
{
    assert(count >= 0 && count <= g->m);
    int bits = part_bits(g->m), parts = 1 << bits;
    struct shuffle s = {.seed = seed, .edge = order};
    if (count < g->m && !(s.edge = wr_alloc(g->m, sizeof *s.edge, err)))
        return WR_ENOMEM;
    scatter(g, seed, bits, s.start, NULL);
    for (int p = 0; p < parts; p++)
        s.start[p + 1] += s.start[p];
    int64_t at[MAX_PARTS];
    memcpy(at, s.start, sizeof at);
    scatter(g, seed, bits, at, s.edge);
    int64_t wanted = 0; /* parts of which some edge is among the first count */
    while (wanted < parts && s.start[wanted] < count)
        wanted++;
    wr_blocks_run(wanted, 1, shuffle_parts, &s);
    if (s.edge != order) {
        if (count > 0)
            memcpy(order, s.edge, (size_t)count * sizeof *order);
        free(s.edge);
    }
    return WR_OK;
}
