/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/rmat.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/compiler.h"
#include "gen/stream.h"

enum {
    MAX_SCALE = 31,
    BATCH = 128,        /* pairs that descend side by side */
    BLOCK = 64 * BATCH, /* pairs of one random stream */
};

/* A word below A falls in the upper left quadrant, below AB in the upper right, below ABC in the
 * lower left. */
#define A ((uint32_t)(0.57 * 0x1p32))
#define AB ((uint32_t)(0.76 * 0x1p32))
#define ABC ((uint32_t)(0.95 * 0x1p32))

/* One pair of vertices per lane: every level of the recursion appends the bit of its quadrant to
 * u (lower half) and to v (right half). words (scale x BATCH) are random. */
WR_CLONES
static void descend(int scale, const uint32_t *restrict words, uint32_t *restrict u,
                    uint32_t *restrict v)
{
    for (int i = 0; i < BATCH; i++)
        u[i] = v[i] = 0;
    for (int level = 0; level < scale; level++) {
        const uint32_t *word = words + level * BATCH;
        for (int i = 0; i < BATCH; i++) {
            uint32_t lower = word[i] >= AB;
            uint32_t right = (word[i] >= A) ^ lower ^ (word[i] >= ABC);
            u[i] = u[i] << 1 | lower;
            v[i] = v[i] << 1 | right;
        }
    }
}

struct rmat {
    int scale;
    uint64_t seed;
    uint64_t *key;
};

/* Pairs begin .. end - 1: one block. */
static void draw_block(void *context, int64_t begin, int64_t end)
{
    const struct rmat *rmat = context;
    uint32_t words[MAX_SCALE * BATCH], u[BATCH], v[BATCH];
    struct wr_rng rng;
    wr_draw_init(&rng, rmat->seed, WR_DRAW_RMAT, begin / BLOCK);
    for (int64_t first = begin; first < end; first += BATCH) {
        int64_t stop = wr_block_end(first, BATCH, end);
        wr_rng_fill_u32(&rng, words, rmat->scale * BATCH);
        descend(rmat->scale, words, u, v);
        for (int64_t i = first; i < stop; i++)
            rmat->key[i] = wr_arc(u[i - first], v[i - first]);
    }
}

struct renaming {
    const uint64_t *name; /* of each vertex */
    uint64_t *key;
};

static void rename_block(void *context, int64_t begin, int64_t end)
{
    const struct renaming *r = context;
    for (int64_t i = begin; i < end; i++)
        r->key[i] = r->name[wr_edge_u(r->key[i])] << 32 | r->name[wr_edge_v(r->key[i])];
}

/* Rename the vertices of all pairs by a random permutation. */
static enum wr_status permute_vertices(struct wr_pairs *pairs, uint64_t seed, struct wr_error *err)
{
    uint64_t *name = wr_alloc(pairs->n, sizeof *name, err);
    if (!name)
        return WR_ENOMEM;
    struct wr_rng rng;
    wr_draw_init(&rng, seed, WR_DRAW_PERMUTATION, 0);
    for (uint32_t v = 0; v < pairs->n; v++)
        name[v] = v;
    wr_rng_shuffle_u64(&rng, name, pairs->n);
    wr_blocks_run(pairs->count, BLOCK, rename_block, &(struct renaming){name, pairs->key});
    free(name);
    return WR_OK;
}

enum wr_status wr_gen_rmat(int scale, int64_t edge_factor, bool permute, uint64_t seed,
                           struct wr_pairs *pairs, struct wr_error *err)
{
    if (scale < 0 || scale > MAX_SCALE)
        return wr_error_set(err, WR_EINVAL, "the scale %d is not between 0 and %d", scale,
                            MAX_SCALE);
    if (edge_factor < 0 || edge_factor > INT64_MAX >> (scale + 1))
        return wr_error_set(err, WR_EINVAL, "%lld times 2^%d edges are too many",
                            (long long)edge_factor, scale);
    struct wr_pairs made = {.n = UINT32_C(1) << scale, .count = edge_factor << scale};
    made.key = wr_alloc(made.count, sizeof *made.key, err);
    if (!made.key)
        return WR_ENOMEM;
    struct rmat rmat = {scale, seed, made.key};
    wr_blocks_run(made.count, BLOCK, draw_block, &rmat);
    if (permute && permute_vertices(&made, seed, err)) {
        wr_pairs_release(&made);
        return WR_ENOMEM;
    }
    *pairs = made;
    return WR_OK;
}
