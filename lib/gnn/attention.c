/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes_math.h"

enum { FETCHED = 64 }; /* numbers of a row, at most: the rest follows by itself */

static const wr_real slope = (wr_real)0.2; /* of the leaky relu below 0 */

struct attention {
    struct wr_op op;
    int64_t heads, width; /* columns of a head */
    const struct wr_adjacency *a;
    struct wr_param *p, *q; /* 1 x d: the heads' vectors, one after another */
    wr_real *left, *right;  /* n x heads: p . X_i, q . X_i */
    wr_real *most, *sum;    /* n x heads, scratch for sums over a row */
    wr_real *alpha;         /* entries x heads */
    wr_real *dscore;        /* entries x heads: gradient of left_i + right_j */
    wr_real *dleft;         /* n x heads */
    wr_real *partials;      /* of a group of rows: dp, dq */
};

/*
 * Loops over vectors of columns need all columns of a vector to be of one head, as when heads are
 * 16 wide or there is one; elsewhere they go column by column. The numbers of an entry, one for
 * each head, are few: the loops over them are compiled for the usual counts of heads.
 */
static bool whole_vectors(const struct attention *op)
{
    return op->heads == 1 || op->width % WR_LANES == 0;
}

/* <u, v> over the columns of a head */
WR_INLINE wr_real dot(bool whole, const wr_real *u, const wr_real *v, int64_t count)
{
    wr_real sum = 0;
    if (whole) {
        wr_lanes sums = {0};
        for (int64_t c = 0; c < count; c += WR_LANES) {
            wr_lanes product = WR_LANES_AT(u + c) * WR_LANES_AT(v + c);
            wr_lanes_clip(&product, count - c, 0);
            sums += product;
        }
        return wr_lanes_sum(&sums);
    }
    for (int64_t c = 0; c < count; c++)
        sum += u[c] * v[c];
    return sum;
}

/* to += factor of the head * from, over all columns */
WR_INLINE void add_scaled(const struct attention *op, bool whole, int64_t heads, wr_real *to,
                          const wr_real *factor, const wr_real *from)
{
    int64_t w = op->width, d = heads * w;
    for (int64_t j = 0; whole && j < d; j += WR_LANES) {
        wr_lanes sum = WR_LANES_AT(to + j) + factor[j / w] * WR_LANES_AT(from + j);
        wr_lanes_store(to + j, &sum, d - j);
    }
    for (int64_t h = 0; !whole && h < heads; h++)
        for (int64_t c = h * w; c < (h + 1) * w; c++)
            to[c] += factor[h] * from[c];
}

/* The entry whose row is fetched when it is k's turn. */
WR_INLINE int64_t ahead_of(const struct attention *op, int64_t k)
{
    return wr_lanes_ahead(k, op->a->row[op->a->matrix.rows]);
}

/* to += sum over the row's entries k of alpha * from of the entry's column; where `reverse`, of the
 * entries' reverses. Some vectors of columns from j. */
WR_INLINE void add_strip(int vectors, int64_t j, const struct attention *op, int64_t heads,
                         int64_t i, const int64_t *reverse, const wr_real *from, wr_real *to)
{
    const int64_t d = heads * op->width;
    const uint32_t *col = op->a->col;
    int64_t head[WR_LANES_WIDE];
    wr_lanes sum[WR_LANES_WIDE];
    WR_UNROLLED (c, vectors) {
        head[c] = (j + c * WR_LANES) / op->width;
        sum[c] = WR_LANES_AT(to + j + c * WR_LANES);
    }
    for (int64_t k = op->a->row[i]; k < op->a->row[i + 1]; k++) {
        const wr_real *factor = op->alpha + (reverse ? reverse[k] : k) * heads;
        const wr_real *x = from + (int64_t)col[k] * d + j;
        wr_lanes_prefetch(from + (int64_t)col[ahead_of(op, k)] * d + j, vectors * WR_LANES);
        WR_UNROLLED (c, vectors)
            sum[c] += factor[head[c]] * WR_LANES_AT(x + c * WR_LANES);
    }
    WR_UNROLLED (c, vectors)
        wr_lanes_store(to + j + c * WR_LANES, &sum[c], vectors > 1 ? WR_LANES : d - j);
}

WR_INLINE void add_row(const struct attention *op, bool whole, int64_t heads, int64_t i,
                       const int64_t *reverse, const wr_real *from, wr_real *to)
{
    const int64_t d = heads * op->width;
    if (whole)
        WR_LANES_STRIPS(add_strip, d, op, heads, i, reverse, from, to);
    for (int64_t k = op->a->row[i]; !whole && k < op->a->row[i + 1]; k++)
        add_scaled(op, false, heads, to, op->alpha + (reverse ? reverse[k] : k) * heads,
                   from + (int64_t)op->a->col[k] * d);
}

WR_INLINE void score_row(const struct attention *op, bool whole, int64_t heads, int64_t i)
{
    int64_t w = op->width;
    for (int64_t h = 0; h < heads; h++) {
        const wr_real *x = op->op.x->value + (i * heads + h) * w;
        op->left[i * heads + h] = dot(whole, op->p->value + h * w, x, w);
        op->right[i * heads + h] = dot(whole, op->q->value + h * w, x, w);
    }
}

/* e_ij = leaky_relu(left_i + right_j); alpha_i. = softmax of e_i., head by head. */
WR_INLINE void softmax_row(const struct attention *op, int64_t heads, int64_t i)
{
    const int64_t begin = op->a->row[i], count = op->a->row[i + 1] - begin;
    const uint32_t *col = op->a->col + begin;
    const wr_real *restrict left = op->left + i * heads, *restrict right = op->right;
    wr_real *restrict alpha = op->alpha + begin * heads;
    wr_real *restrict most = op->most + i * heads, *restrict sum = op->sum + i * heads;
    for (int64_t h = 0; h < heads; h++) {
        most[h] = (wr_real)-INFINITY;
        sum[h] = 0;
    }
    for (int64_t k = 0; k < count; k++)
#pragma omp simd
        for (int64_t h = 0; h < heads; h++) {
            wr_real s = left[h] + right[(int64_t)col[k] * heads + h];
            wr_real low = slope * s, e = s > low ? s : low; /* leaky relu */
            alpha[k * heads + h] = e;
            most[h] = e > most[h] ? e : most[h];
        }
    for (int64_t k = 0; k < count; k++)
#pragma omp simd
        for (int64_t h = 0; h < heads; h++)
            alpha[k * heads + h] -= most[h];
    for (int64_t k = 0; k < count * heads; k += WR_LANES) {
        wr_lanes e = WR_LANES_AT(alpha + k);
        wr_lanes_exp(&e);
        wr_lanes_store(alpha + k, &e, count * heads - k);
    }
    for (int64_t k = 0; k < count; k++)
#pragma omp simd
        for (int64_t h = 0; h < heads; h++)
            sum[h] += alpha[k * heads + h];
    for (int64_t h = 0; h < heads; h++)
        sum[h] = 1 / sum[h];
    for (int64_t k = 0; k < count; k++)
#pragma omp simd
        for (int64_t h = 0; h < heads; h++)
            alpha[k * heads + h] *= sum[h];
}

static void scores(struct wr_op *base, const struct wr_slab *s)
{
    const struct attention *op = (struct attention *)base;
    for (int64_t i = s->begin; i < s->end; i++)
        if (whole_vectors(op))
            score_row(op, true, op->heads, i);
        else
            score_row(op, false, op->heads, i);
}

/* Y_i = sum over j of alpha_ij X_j */
WR_INLINE void forward_row(const struct attention *op, bool whole, int64_t heads, int64_t i,
                           wr_real *y)
{
    int64_t d = heads * op->width;
    softmax_row(op, heads, i);
    memset(y, 0, (size_t)d * sizeof *y);
    add_row(op, whole, heads, i, NULL, op->op.x->value, y);
}

static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct attention *op = (struct attention *)base;
    wr_real *y = wr_var_value(base->y, s);
    for (int64_t i = s->begin; i < s->end; i++, y += base->y->cols)
        if (whole_vectors(op) && op->heads == 4)
            forward_row(op, true, 4, i, y);
        else if (op->heads == 1)
            forward_row(op, true, 1, i, y);
        else
            forward_row(op, false, op->heads, i, y);
}

/* dalpha_ij = <dY_i, X_j>, de_ij = alpha_ij (dalpha_ij - sum over l of alpha_il dalpha_il) */
WR_INLINE void score_gradient(const struct attention *op, bool whole, int64_t heads, int64_t i)
{
    const int64_t begin = op->a->row[i], count = op->a->row[i + 1] - begin;
    const uint32_t *col = op->a->col + begin;
    const int64_t w = op->width, d = heads * w;
    const wr_real *dy = op->op.y->grad + i * d, *x = op->op.x->value;
    const wr_real *restrict left = op->left + i * heads, *restrict right = op->right;
    const wr_real *restrict alpha = op->alpha + begin * heads;
    wr_real *restrict ds = op->dscore + begin * heads, *restrict total = op->dleft + i * heads;
    wr_real *restrict along = op->sum + i * heads;
    for (int64_t h = 0; h < heads; h++)
        along[h] = total[h] = 0;
    for (int64_t k = 0; k < count; k++) {
        wr_lanes_prefetch(x + (int64_t)op->a->col[ahead_of(op, begin + k)] * d,
                          d < FETCHED ? d : FETCHED);
        for (int64_t h = 0; h < heads; h++) {
            wr_real dalpha = dot(whole, dy + h * w, x + ((int64_t)col[k] * heads + h) * w, w);
            along[h] += alpha[k * heads + h] * dalpha;
            ds[k * heads + h] = dalpha;
        }
    }
    for (int64_t k = 0; k < count; k++)
#pragma omp simd
        for (int64_t h = 0; h < heads; h++) {
            wr_real s = left[h] + right[(int64_t)col[k] * heads + h];
            wr_real de = alpha[k * heads + h] * (ds[k * heads + h] - along[h]);
            ds[k * heads + h] = de * (s > 0 ? 1 : slope);
            total[h] += ds[k * heads + h];
        }
}

static void score_backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct attention *op = (struct attention *)base;
    for (int64_t i = s->begin; i < s->end; i++)
        if (whole_vectors(op) && op->heads == 4)
            score_gradient(op, true, 4, i);
        else if (op->heads == 1)
            score_gradient(op, true, 1, i);
        else
            score_gradient(op, false, op->heads, i);
}

/* dX_j = sum over i of alpha_ij dY_i + dleft_j p + dright_j q, dright_j = sum over i of ds_ij:
 * the entries (i, j) of a column are the reverses of its row's. */
WR_INLINE void gradient_row(const struct attention *op, bool whole, int64_t heads, int64_t j,
                            wr_real *dx, wr_real *dp, wr_real *dq)
{
    const int64_t *reverse = op->a->reverse;
    int64_t d = heads * op->width;
    const wr_real *x = op->op.x->value + j * d, *dleft = op->dleft + j * heads;
    wr_real *dright = op->sum + j * heads;
    for (int64_t h = 0; h < heads; h++)
        dright[h] = 0;
    for (int64_t k = op->a->row[j]; k < op->a->row[j + 1]; k++) {
        const int64_t later = reverse[ahead_of(op, k)] * heads;
        __builtin_prefetch(op->dscore + later);
        __builtin_prefetch(op->alpha + later);
#pragma omp simd
        for (int64_t h = 0; h < heads; h++)
            dright[h] += op->dscore[reverse[k] * heads + h];
    }
    if (!op->op.adds)
        memset(dx, 0, (size_t)d * sizeof *dx);
    add_row(op, whole, heads, j, reverse, op->op.y->grad, dx);
    add_scaled(op, whole, heads, dx, dleft, op->p->value);
    add_scaled(op, whole, heads, dx, dright, op->q->value);
    add_scaled(op, whole, heads, dp, dleft, x);
    add_scaled(op, whole, heads, dq, dright, x);
}

static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct attention *op = (struct attention *)base;
    int64_t d = base->x->cols;
    wr_real *dp = wr_partials_of(op->partials, 2 * d, s), *dq = dp + d;
    wr_real *dx = wr_var_grad(base->x, s);
    for (int64_t j = s->begin; j < s->end; j++, dx += d)
        if (whole_vectors(op) && op->heads == 4)
            gradient_row(op, true, 4, j, dx, dp, dq);
        else if (op->heads == 1)
            gradient_row(op, true, 1, j, dx, dp, dq);
        else
            gradient_row(op, false, op->heads, j, dx, dp, dq);
}

static void end_backward(struct wr_op *base, const struct wr_net *net)
{
    const struct attention *op = (struct attention *)base;
    int64_t d = base->x->cols;
    wr_partials_sum(net, base->x->kind, op->partials, 2 * d, 0, d, op->p->grad);
    wr_partials_sum(net, base->x->kind, op->partials, 2 * d, d, d, op->q->grad);
}

static void release(struct wr_op *base)
{
    struct attention *op = (struct attention *)base;
    free(op->left);
    free(op->right);
    free(op->most);
    free(op->sum);
    free(op->alpha);
    free(op->dscore);
    free(op->dleft);
    free(op->partials);
}

static const struct wr_op_class class = {
    .name = "attention",
    .size = sizeof(struct attention),
    .forward = {{.rows = scores}, {.waits = true, .rows = forward}},
    .backward = {{.rows = score_backward}, {.waits = true, .rows = backward, .end = end_backward}},
    .back_reads_x = true,
    .release = release,
};

struct wr_var *wr_op_attention(struct wr_net *net, struct wr_var *x, int64_t heads,
                               const struct wr_adjacency *a, const struct wr_gnn_room *room)
{
    struct attention *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    int64_t rows = net->capacity[x->kind] * heads, entries = room->entries * heads;
    op->heads = heads;
    op->width = x->cols / heads;
    op->a = a;
    op->p = wr_net_param(net, 1, x->cols, WR_PARAM_GLOROT, op->width);
    op->q = wr_net_param(net, 1, x->cols, WR_PARAM_GLOROT, op->width);
    op->left = wr_net_array(net, rows, sizeof *op->left);
    op->right = wr_net_array(net, rows, sizeof *op->right);
    op->most = wr_net_array(net, rows, sizeof *op->most);
    op->sum = wr_net_array(net, rows, sizeof *op->sum);
    op->alpha = wr_net_array(net, entries, sizeof *op->alpha);
    op->dscore = wr_net_array(net, entries, sizeof *op->dscore);
    op->dleft = wr_net_array(net, rows, sizeof *op->dleft);
    op->partials = wr_net_partials(net, x->kind, 2 * x->cols);
    return op->op.y;
}
