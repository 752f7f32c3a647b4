/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_kernels.h"

#include <assert.h>
#include <string.h>

#include "base/blocks.h"
#include "factor/lanes.h"
#include "factor/rows.h"
#include "linalg/padded.h"

/*
 * The modes in two halves: P (m x R) and Q (n x R) hold the products of each half's factors, a
 * row per distinct tuple. Predictions are dots of their rows at the observed pairs; with the
 * slopes of the loss as a sparse matrix G (m x n), dP = G Q and dQ = G' P. Strips of components
 * are worked on one by one, so that P and Q stay in cache.
 */

static int64_t half_rows(const struct cp *cp, int side)
{
    return cp->forest.node[cp->forest.top[side]].rows;
}

/* What components begin .. end - 1 add to every prediction. */
static void predict_strip(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    int64_t number = begin / CP_STRIP;
    WR_KERNEL(wr_cp_strip_up)(cp, begin, end);
    struct wr_pair_dots s = {.a = &cp->matrix,
                             .p = cp_half(cp, 0)->value + begin,
                             .q = cp_half(cp, 1)->value + begin,
                             .x =
                                 number == 0 ? cp->x : cp->strip_x + (number - 1) * cp->model.count,
                             .stride = cp->stride,
                             .width = end - begin};
    wr_blocks_run(half_rows(cp, 0), CP_ROWS, WR_KERNEL(wr_pair_dots), &s);
}

static void add_strips(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    for (int64_t n = 1; n < cp_strips(cp); n++) {
        const wr_real *restrict from = cp->strip_x + (n - 1) * cp->model.count;
        wr_real *restrict to = cp->x;
        for (int64_t k = begin; k < end; k++)
            to[k] += from[k];
    }
}

/* The gradients of components begin .. end - 1. */
static void differentiate_strip(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    const struct wr_pair_matrix *a = &cp->matrix;
    struct wr_pair_gather s = {
        a->row, a->col, NULL, cp->x, .stride = cp->stride, .width = end - begin};
    s.x = cp_half(cp, 1)->value + begin;
    s.y = cp_half(cp, 0)->grad + begin;
    wr_blocks_run(half_rows(cp, 0), CP_ROWS, WR_KERNEL(wr_pair_gather), &s);
    s.row = a->col_from;
    s.at = a->col_row;
    s.entry = a->entry;
    s.x = cp_half(cp, 0)->value + begin;
    s.y = cp_half(cp, 1)->grad + begin;
    wr_blocks_run(half_rows(cp, 1), CP_ROWS, WR_KERNEL(wr_pair_gather), &s);
    WR_KERNEL(wr_cp_strip_down)(cp, begin, end);
}

/* The slopes of the loss in place of the predictions cp->x; the mean loss. */
static double slopes(struct cp *cp)
{
    double count = (double)cp->model.count;
    return WR_REAL(wr_loss_slopes)(&cp->model.loss, cp->x, cp->y, cp->model.count, 1 / count,
                                   cp->partial) /
           count;
}

double WR_KERNEL(wr_cp_halves)(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct cp *cp = (struct cp *)m;
    assert(!batch);
    (void)batch;
    (void)count;
    WR_KERNEL(wr_cp_strips_run)(cp, predict_strip);
    wr_blocks_run(m->count, WR_BLOCK, add_strips, cp);
    double loss = slopes(cp);
    WR_KERNEL(wr_cp_strips_run)(cp, differentiate_strip);
    return loss;
}

/* --- the dense case -------------------------------------------------------------------------- */

static int64_t dense_stride(const struct cp *cp)
{
    return wr_lanes_stride(half_rows(cp, 1));
}

static void pick_row(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    int64_t stride = dense_stride(cp);
    for (int64_t i = begin; i < end; i++)
        for (int64_t k = cp->matrix.row[i]; k < cp->matrix.row[i + 1]; k++)
            cp->x[k] = cp->dense[i * stride + cp->matrix.col[k]];
}

/* G in the place of the predictions; a pair that is observed twice has the sum. */
static void place_row(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    int64_t stride = dense_stride(cp);
    memset(cp->dense + begin * stride, 0, (size_t)((end - begin) * stride) * sizeof *cp->dense);
    for (int64_t i = begin; i < end; i++)
        for (int64_t k = cp->matrix.row[i]; k < cp->matrix.row[i + 1]; k++)
            cp->dense[i * stride + cp->matrix.col[k]] += cp->x[k];
}

/* C (m x n) = op(A) (m x k) op(B) (k x n) */
struct product {
    int64_t m, n, k;
    struct WR_REAL(wr_padded) a;
    bool turned_a;
    struct WR_REAL(wr_padded) b;
    bool turned_b;
    wr_real *c;
    int64_t ldc;
};

static void multiply_columns(void *context, int64_t begin, int64_t end)
{
    const struct product *s = context;
    const struct WR_REAL(wr_padded)
        b = {s->b.data + (s->turned_b ? begin * s->b.stride : begin), s->b.stride};
    WR_REAL(wr_padded_multiply)
    (s->m, end - begin, s->k, s->a, s->turned_a, b, s->turned_b, s->c + begin, s->ldc);
}

/* Threads share the columns, some whole cache lines at a time. */
static void multiply(struct product s)
{
    enum { WORTH = 1 << 21, LINES = 64 }; /* multiplications that are worth a thread */
    int64_t block = wr_block_count(1 + WORTH / (s.m * s.k), LINES) * LINES;
    wr_blocks_run_even(s.n, block, multiply_columns, &s);
}

double WR_KERNEL(wr_cp_gemm)(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct cp *cp = (struct cp *)m;
    assert(!batch);
    (void)batch;
    (void)count;
    int64_t rows = half_rows(cp, 0), cols = half_rows(cp, 1), r = cp->width, ld = cp->stride;
    const struct WR_REAL(wr_padded) p = {cp_half(cp, 0)->value, ld},
                                    q = {cp_half(cp, 1)->value, ld},
                                    g = {cp->dense, dense_stride(cp)};
    WR_KERNEL(wr_cp_pools_up)(cp);
    /* the predictions (rows x cols) = P Q' */
    multiply((struct product){rows, cols, r, p, false, q, true, cp->dense, g.stride});
    wr_blocks_run(rows, CP_ROWS, pick_row, cp);
    double loss = slopes(cp);
    wr_blocks_run(rows, CP_ROWS, place_row, cp);
    /* dP = G Q, dQ = G' P */
    multiply((struct product){rows, r, cols, g, false, q, false, cp_half(cp, 0)->grad, ld});
    multiply((struct product){cols, r, rows, g, true, p, false, cp_half(cp, 1)->grad, ld});
    WR_KERNEL(wr_cp_pools_down)(cp);
    return loss;
}
