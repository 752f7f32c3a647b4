/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_STREAM_H
#define WR_GEN_STREAM_H

#include <stdint.h>

#include "base/rng.h"

/*
 * What the generators draw, each with streams of its own under one seed: the purpose is the
 * upper 16 bits of a stream's number, the block of work the lower 48. Fixed for ever: a graph or
 * tensor is known by its model, parameters and seed.
 */
enum wr_draw {
    WR_DRAW_PAIRS = 0x6701, /* edges of independent pairs */
    WR_DRAW_SURPLUS,        /* edges of G(n, m) to drop */
    WR_DRAW_RMAT,
    WR_DRAW_PERMUTATION,
    WR_DRAW_ATTACHMENT,
    WR_DRAW_PAIRING,
    WR_DRAW_PLACES,
    WR_DRAW_CLASSES,
    WR_DRAW_FEATURES,
    WR_DRAW_TRUTH,   /* matrices of a ground truth tensor, by node of its tree */
    WR_DRAW_ENTRIES, /* which entries are observed */
    WR_DRAW_NOISE,
    WR_DRAW_MEASUREMENTS,
    WR_DRAW_IMAGES, /* random pixels, by image */
    WR_DRAW_TARGETS /* the order of shuffled targets */
};

static inline void wr_draw_init(struct wr_rng *rng, uint64_t seed, enum wr_draw what, int64_t block)
{
    wr_rng_init(rng, seed, (uint64_t)what << 48 | (uint64_t)block);
}

#endif
