/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_ROWS_H
#define WR_FACTOR_ROWS_H

#include "base/blocks.h"
#include "base/machine.h"
#include "factor/forest.h"
#include "factor/lanes.h"

/*
 * What the models do with the rows of the nodes of a forest. All rows begin on a cache line, lie
 * `stride' numbers apart, and have `width' components that count, a multiple of WR_LANES. The
 * functions work on rows begin .. end - 1 of a struct of theirs, so that wr_blocks_run runs them.
 */

/* A pool and its children. */
struct wr_pool_rows {
    const struct wr_pool_node *node;
    const wr_real *left, *right; /* values of the children; right NULL: of the only one */
    wr_real *value;
    const wr_real *grad; /* with respect to value */
    int64_t stride, width;
    /* the child that gets its gradient */
    const struct wr_pool_node *child;
    wr_real *child_grad;
    int side;
};

/* value_t = left_a * right_b for every tuple t = (a, b); rows of the pool. */
void WR_KERNEL(wr_pool_multiply)(void *pool, int64_t begin, int64_t end);

/* child_grad_a = sum over the tuples t that use row a of grad_t * the sibling's row in t; rows of
 * the child. */
void WR_KERNEL(wr_pool_push)(void *pool, int64_t begin, int64_t end);

/* x_k = <p_i, q_j> at every entry k = (i, j) of a; rows of a. */
struct wr_pair_dots {
    const struct wr_pair_matrix *a;
    const wr_real *p, *q;
    wr_real *x;
    int64_t stride, width;
};
void WR_KERNEL(wr_pair_dots)(void *dots, int64_t begin, int64_t end);

/* Row i of Y = sum over its entries k of g_k X_{at[k]}: a sparse matrix times a dense one. The
 * value of entry k is g[entry[k]], or g[k] without a list. */
struct wr_pair_gather {
    const int64_t *row;
    const uint32_t *at, *entry;
    const wr_real *g, *x;
    wr_real *y;
    int64_t stride, width;
};
void WR_KERNEL(wr_pair_gather)(void *gather, int64_t begin, int64_t end);

#endif
