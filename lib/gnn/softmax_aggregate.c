/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>

#include "base/blocks.h"

/*
 * The softmax over a neighbourhood is a quotient of two sums over it: with w = exp(t m), Y_i - X_i
 * is the sum of w_j m_j over that of w_j. So there is one exponential per vertex and column, not
 * per edge, and one sparse product with the rows [w | w m]. The exponents are taken relative to
 * the largest of the column, which cancels; those more than 60 below it are held there, where a
 * neighbourhood of nothing else would otherwise divide zero by zero.
 */
static const wr_real temperature = (wr_real)0.1, message_epsilon = (wr_real)1e-7,
                     lowest_exponent = -60;

struct softmax_aggregate {
    struct wr_op op;
    struct wr_var *x, *y;
    const struct wr_sparse *a;
    wr_real *largest; /* d: message in each column */
    wr_real *weight;  /* n x 2 d: rows [w | w m] */
    wr_real *sum;     /* n x 2 d: A times it, rows [D | N] */
    wr_real *dsum;    /* n x 2 d: gradients of [D | N] */
    wr_real *dweight; /* n x 2 d: gradients of [w | w m] */
    bool adds;
};

static inline wr_real message(wr_real x)
{
    return (x > 0 ? x : 0) + message_epsilon;
}

static void find_largest(struct softmax_aggregate *op, int64_t n)
{
    int64_t d = op->x->cols;
    for (int64_t j = 0; j < d; j++)
        op->largest[j] = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < d; j++) {
            wr_real m = message(op->x->value[i * d + j]);
            op->largest[j] = m > op->largest[j] ? m : op->largest[j];
        }
}

/* [w | w m] */
static void weight_rows(void *context, int64_t begin, int64_t end)
{
    const struct softmax_aggregate *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d;
        wr_real *w = op->weight + i * 2 * d, *wm = w + d;
        for (int64_t j = 0; j < d; j++) {
            wr_real m = message(x[j]), e = temperature * (m - op->largest[j]);
            w[j] = wr_exp(e > lowest_exponent ? e : lowest_exponent);
            wm[j] = w[j] * m;
        }
    }
}

/* Y = X + N / D; just X without neighbours */
static void divide_rows(void *context, int64_t begin, int64_t end)
{
    const struct softmax_aggregate *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d, *sum = op->sum + i * 2 * d;
        wr_real *y = op->y->value + i * d;
        for (int64_t j = 0; j < d; j++)
            y[j] = x[j] + (sum[j] > 0 ? sum[d + j] / sum[j] : 0);
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    int64_t n = wr_var_rows(net, op->x);
    (void)pass;
    find_largest(op, n);
    wr_blocks_run(n, WR_NET_BLOCK, weight_rows, op);
    wr_spmm(op->a, op->weight, 2 * op->x->cols, op->sum, false);
    wr_blocks_run(n, WR_NET_BLOCK, divide_rows, op);
}

/* dN = dY / D, dD = -dY N / D^2 */
static void quotient_rows(void *context, int64_t begin, int64_t end)
{
    const struct softmax_aggregate *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *g = op->y->grad + i * d, *sum = op->sum + i * 2 * d;
        wr_real *dsum = op->dsum + i * 2 * d;
        for (int64_t j = 0; j < d; j++) {
            wr_real dn = sum[j] > 0 ? g[j] / sum[j] : 0;
            dsum[d + j] = dn;
            dsum[j] = sum[j] > 0 ? -dn * (sum[d + j] / sum[j]) : 0;
        }
    }
}

/* From d[w | w m]: dm = w d(w m) + t w (dw + m d(w m)), and dx = dy, plus dm where x > 0 */
static void message_rows(void *context, int64_t begin, int64_t end)
{
    const struct softmax_aggregate *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d, *g = op->y->grad + i * d;
        const wr_real *w = op->weight + i * 2 * d, *dw = op->dweight + i * 2 * d;
        wr_real *dx = op->x->grad + i * d;
        for (int64_t j = 0; j < d; j++) {
            wr_real dm = w[j] * (dw[d + j] + temperature * (dw[j] + message(x[j]) * dw[d + j]));
            wr_real sum = g[j] + (x[j] > 0 ? dm : 0);
            dx[j] = op->adds ? dx[j] + sum : sum;
        }
    }
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    int64_t n = wr_var_rows(net, op->x);
    (void)pass;
    op->adds = wr_var_adds(op->x);
    wr_blocks_run(n, WR_NET_BLOCK, quotient_rows, op);
    wr_spmm(op->a, op->dsum, 2 * op->x->cols, op->dweight, false);
    wr_blocks_run(n, WR_NET_BLOCK, message_rows, op);
}

static void release(struct wr_op *base)
{
    struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    free(op->largest);
    free(op->weight);
    free(op->sum);
    free(op->dsum);
    free(op->dweight);
}

static const struct wr_op_class class = {"softmax aggregate", sizeof(struct softmax_aggregate),
                                         forward, backward, release};

struct wr_var *wr_op_softmax_aggregate(struct wr_net *net, struct wr_var *x,
                                       const struct wr_sparse *a)
{
    struct softmax_aggregate *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    int64_t size = 2 * net->capacity[x->kind] * x->cols;
    op->x = x;
    op->y = wr_net_var(net, x->kind, x->cols, true);
    op->a = a;
    op->largest = wr_net_array(net, x->cols, sizeof *op->largest);
    op->weight = wr_net_array(net, size, sizeof *op->weight);
    op->sum = wr_net_array(net, size, sizeof *op->sum);
    op->dsum = wr_net_array(net, size, sizeof *op->dsum);
    op->dweight = wr_net_array(net, size, sizeof *op->dweight);
    return op->y;
}
