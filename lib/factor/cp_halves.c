/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_internal.h"

#include <assert.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "factor/cp_lanes.h"
#include "linalg/dense.h"

/*
 * The modes in two halves: P (m x R) and Q (n x R) hold the products of each half's factors, a
 * row per distinct tuple. Predictions are dots of their rows at the observed pairs; with the
 * slopes of the loss as a sparse matrix G (m x n), dP = G Q and dQ = G' P. Strips of components
 * are worked on one by one, so that P and Q stay in cache.
 */
struct strip {
    const struct wr_pair_matrix *a;
    const wr_real *p, *q;
    wr_real *x; /* of each entry of a: what this strip adds to the prediction, or slopes */
    wr_real *grad;
    int64_t stride, width;
};

/* Four dots <P_i, Q_j> at once: a register of P serves them all. */
WR_INLINE void four_dots(const wr_real *p, const wr_real *q, const uint32_t *col, int64_t stride,
                         int64_t width, wr_real *x)
{
    const wr_real *q0 = q + col[0] * stride, *q1 = q + col[1] * stride;
    const wr_real *q2 = q + col[2] * stride, *q3 = q + col[3] * stride;
    cp_lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (int64_t r = 0; r < width; r += CP_LANES) {
        cp_lanes v = CP_AT(p + r);
        s0 += v * CP_AT(q0 + r);
        s1 += v * CP_AT(q1 + r);
        s2 += v * CP_AT(q2 + r);
        s3 += v * CP_AT(q3 + r);
    }
    x[0] = cp_lanes_sum(&s0);
    x[1] = cp_lanes_sum(&s1);
    x[2] = cp_lanes_sum(&s2);
    x[3] = cp_lanes_sum(&s3);
}

WR_INLINE void one_dot(const wr_real *p, const wr_real *q, int64_t width, wr_real *x)
{
    cp_lanes sum = {0};
    for (int64_t r = 0; r < width; r += CP_LANES)
        sum += CP_AT(p + r) * CP_AT(q + r);
    *x = cp_lanes_sum(&sum);
}

WR_CLONES
static void dot_rows(void *context, int64_t begin, int64_t end)
{
    const struct strip *s = context;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *p = s->p + i * s->stride;
        int64_t k = s->a->row[i];
        for (; k + 4 <= s->a->row[i + 1]; k += 4)
            four_dots(p, s->q, s->a->col + k, s->stride, s->width, s->x + k);
        for (; k < s->a->row[i + 1]; k++)
            one_dot(p, s->q + s->a->col[k] * s->stride, s->width, s->x + k);
    }
}

/* Row i of dY = sum over its entries k of g_k X_{at[k]}, from component r: four registers. The
 * slope of entry k is x[entry[k]], or x[k] without a list. */
struct gather {
    const int64_t *row;
    const uint32_t *at, *entry;
    const wr_real *g, *x;
    wr_real *y;
    int64_t stride, width;
};

WR_INLINE wr_real slope(const struct gather *s, int64_t k)
{
    return s->entry ? s->g[s->entry[k]] : s->g[k];
}

WR_INLINE void gather_four(const struct gather *s, int64_t i, int64_t r)
{
    cp_lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (int64_t k = s->row[i]; k < s->row[i + 1]; k++) {
        const wr_real *x = s->x + s->at[k] * s->stride + r;
        wr_real g = slope(s, k);
        s0 += g * CP_AT(x);
        s1 += g * CP_AT(x + CP_LANES);
        s2 += g * CP_AT(x + 2 * CP_LANES);
        s3 += g * CP_AT(x + 3 * CP_LANES);
    }
    wr_real *y = s->y + i * s->stride + r;
    CP_AT(y) = s0;
    CP_AT(y + CP_LANES) = s1;
    CP_AT(y + 2 * CP_LANES) = s2;
    CP_AT(y + 3 * CP_LANES) = s3;
}

WR_INLINE void gather_one(const struct gather *s, int64_t i, int64_t r)
{
    cp_lanes sum = {0};
    for (int64_t k = s->row[i]; k < s->row[i + 1]; k++)
        sum += slope(s, k) * CP_AT(s->x + s->at[k] * s->stride + r);
    CP_AT(s->y + i * s->stride + r) = sum;
}

WR_CLONES
static void gather_rows(void *context, int64_t begin, int64_t end)
{
    const struct gather *s = context;
    for (int64_t i = begin; i < end; i++) {
        int64_t r = 0;
        for (; r + 4 * CP_LANES <= s->width; r += 4 * CP_LANES)
            gather_four(s, i, r);
        for (; r < s->width; r += CP_LANES)
            gather_one(s, i, r);
    }
}

static int64_t half_rows(const struct cp *cp, int side)
{
    return cp->forest.node[cp->forest.top[side]].rows;
}

/* What components begin .. end - 1 add to every prediction. */
static void predict_strip(void *context, int64_t begin, int64_t end)
{
    const struct cp *cp = context;
    int64_t number = begin / CP_STRIP;
    WR_REAL(wr_cp_strip_up)(cp, begin, end);
    struct strip s = {.a = &cp->matrix,
                      .p = cp_half(cp, 0)->value + begin,
                      .q = cp_half(cp, 1)->value + begin,
                      .x = number == 0 ? cp->x : cp->strip_x + (number - 1) * cp->model.count,
                      .stride = cp->stride,
                      .width = end - begin};
    wr_blocks_run(half_rows(cp, 0), CP_ROWS, dot_rows, &s);
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
    struct gather s = {a->row, a->col, NULL, cp->x, .stride = cp->stride, .width = end - begin};
    s.x = cp_half(cp, 1)->value + begin;
    s.y = cp_half(cp, 0)->grad + begin;
    wr_blocks_run(half_rows(cp, 0), CP_ROWS, gather_rows, &s);
    s.row = a->col_from;
    s.at = a->col_row;
    s.entry = a->entry;
    s.x = cp_half(cp, 0)->value + begin;
    s.y = cp_half(cp, 1)->grad + begin;
    wr_blocks_run(half_rows(cp, 1), CP_ROWS, gather_rows, &s);
    WR_REAL(wr_cp_strip_down)(cp, begin, end);
}

/* The slopes of the loss in place of the predictions cp->x; the mean loss. */
static double slopes(struct cp *cp)
{
    double count = (double)cp->model.count;
    return WR_REAL(wr_loss_slopes)(&cp->model.loss, cp->x, cp->y, cp->model.count, 1 / count,
                                   cp->partial) /
           count;
}

double WR_REAL(wr_cp_halves)(struct wr_model *m, const uint32_t *batch, int64_t count)
{
    struct cp *cp = (struct cp *)m;
    assert(!batch);
    (void)batch;
    (void)count;
    wr_blocks_run(cp->width, CP_STRIP, predict_strip, cp);
    wr_blocks_run(m->count, WR_BLOCK, add_strips, cp);
    double loss = slopes(cp);
    wr_blocks_run(cp->width, CP_STRIP, differentiate_strip, cp);
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

double WR_REAL(wr_cp_gemm)(struct wr_model *m, const uint32_t *batch, int64_t count)
{
    struct cp *cp = (struct cp *)m;
    assert(!batch);
    (void)batch;
    (void)count;
    const struct cp_rows *p = cp_half(cp, 0), *q = cp_half(cp, 1);
    int64_t rows = half_rows(cp, 0), cols = half_rows(cp, 1), r = cp->width, ld = cp->stride;
    WR_REAL(wr_cp_pools_up)(cp);
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
    WR_REAL(wr_cp_pools_down)(cp);
    return loss;
}
