/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_DROPOUT_H
#define WR_GNN_DROPOUT_H

#include <stdint.h>

#include "gnn/net.h"

/* What is dropped in a pass: each number with probability p; the others are divided by 1 - p. */
struct wr_dropping {
    uint64_t seed, stream; /* of the numbers that come first */
    uint32_t threshold;    /* random words below it drop */
    wr_real scale;
};

/* op names the random numbers, with seed and step of the pass. */
struct wr_dropping wr_dropping_of(const struct wr_op *op, const struct wr_pass *pass, double p);

/*
 * wr_drop - y[k] = x[k] scale or 0, for k < count.
 *
 * number  in   of these numbers in the pass, below 2^32: their stream of random words
 * kept    out  count: 1 or 0; or NULL
 */
void wr_drop(const struct wr_dropping *d, int64_t number, const wr_real *x, int64_t count,
             wr_real *y, uint8_t *kept);

#endif
