/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_kernels.h"

#include <assert.h>
#include <string.h>

#include "base/blocks.h"
#include "factor/rows.h"
#include "linalg/dense.h"

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

static void pick_row(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    int64_t n = half_rows(cp, 1);
    for (int64_t i = begin; i < end; i++)
        for (int64_t k = cp->matrix.row[i]; k < cp->matrix.row[i + 1]; k++)
            cp->x[k] = cp->dense[i * n + cp->matrix.col[k]];
}

/* G in the place of the predictions; a pair that is observed twice has the sum. */
static void place_row(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    int64_t n = half_rows(cp, 1);
    memset(cp->dense + begin * n, 0, (size_t)((end - begin) * n) * sizeof *cp->dense);
    for (int64_t i = begin; i < end; i++)
        for (int64_t k = cp->matrix.row[i]; k < cp->matrix.row[i + 1]; k++)
            cp->dense[i * n + cp->matrix.col[k]] += cp->x[k];
}

static struct WR_REAL(wr_operand) operand(const wr_real *data, int64_t stride, bool transposed)
{
    return (struct WR_REAL(wr_operand)){data, stride, transposed};
}

double WR_KERNEL(wr_cp_gemm)(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct cp *cp = (struct cp *)m;
    assert(!batch);
    (void)batch;
    (void)count;
    const struct cp_rows *p = cp_half(cp, 0), *q = cp_half(cp, 1);
    int64_t rows = half_rows(cp, 0), cols = half_rows(cp, 1), r = cp->width, ld = cp->stride;
    WR_KERNEL(wr_cp_pools_up)(cp);
    /* the predictions (rows x cols) = P Q' */
    WR_REAL(wr_gemm)
    (rows, cols, r, 1, operand(p->value, ld, false), operand(q->value, ld, true), 0, cp->dense,
     cols);
    wr_blocks_run(rows, CP_ROWS, pick_row, cp);
    double loss = slopes(cp);
    wr_blocks_run(rows, CP_ROWS, place_row, cp);
    WR_REAL(wr_gemm)
    (rows, r, cols, 1, operand(cp->dense, cols, false), operand(q->value, ld, false), 0, p->grad,
     ld);
    WR_REAL(wr_gemm)
    (cols, r, rows, 1, operand(cp->dense, cols, true), operand(p->value, ld, false), 0, q->grad,
     ld);
    WR_KERNEL(wr_cp_pools_down)(cp);
    return loss;
}
