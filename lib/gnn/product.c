/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>

#include "base/blocks.h"

/*
 * Products are sums of logarithms, and signs are counts: with rows [log|x| | x < 0], A times them
 * gives [l | s], and y = (-1)^s exp(l) / root mean square of exp(l) over the row. A zero counts
 * as a positive number of size 1e-18: y is then about 0, and y / x still the product of the others.
 */
static const wr_real smallest = (wr_real)1e-18;

struct product {
    struct wr_op op;
    struct wr_var *x, *y;
    const struct wr_sparse *a, *transpose;
    wr_real *term; /* n x 2 d: [log|x| | x < 0] */
    wr_real *sum;  /* rows of y x 2 d: A times it */
    wr_real *dsum; /* rows of y x d: gradient of l */
    wr_real *dlog; /* n x d: gradient of log|x| */
    bool adds;
};

static inline wr_real nonzero(wr_real x)
{
    if (x < 0)
        return x < -smallest ? x : -smallest;
    return x > smallest ? x : smallest;
}

static void term_rows(void *context, int64_t begin, int64_t end)
{
    const struct product *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++)
        for (int64_t j = 0; j < d; j++) {
            wr_real x = nonzero(op->x->value[i * d + j]);
            op->term[i * 2 * d + j] = wr_log(x < 0 ? -x : x);
            op->term[(i * 2 + 1) * d + j] = x < 0;
        }
}

static void power_rows(void *context, int64_t begin, int64_t end)
{
    const struct product *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *l = op->sum + i * 2 * d, *s = l + d;
        wr_real *y = op->y->value + i * d;
        wr_real largest = l[0];
        double squares = 0;
        for (int64_t j = 1; j < d; j++)
            largest = l[j] > largest ? l[j] : largest;
        for (int64_t j = 0; j < d; j++) {
            wr_real size = wr_exp(l[j] - largest);
            squares += (double)(size * size);
            y[j] = (int64_t)s[j] % 2 ? -size : size;
        }
        wr_real scale = (wr_real)(1 / sqrt(squares / (double)d));
        for (int64_t j = 0; j < d; j++)
            y[j] *= scale;
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct product *op = (struct product *)base;
    (void)pass;
    wr_blocks_run(wr_var_rows(net, op->x), WR_NET_BLOCK, term_rows, op);
    wr_spmm(op->a, op->term, 2 * op->x->cols, op->sum, false);
    wr_blocks_run(wr_var_rows(net, op->y), WR_NET_BLOCK, power_rows, op);
}

/* y_j is proportional to exp(l_j) with sum of squares d: dl_j = y_j dy_j - y_j^2 <y, dy> / d */
static void power_backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct product *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *y = op->y->value + i * d, *g = op->y->grad + i * d;
        double along = 0;
        for (int64_t j = 0; j < d; j++)
            along += (double)(y[j] * g[j]);
        wr_real mean = (wr_real)(along / (double)d);
        for (int64_t j = 0; j < d; j++)
            op->dsum[i * d + j] = y[j] * (g[j] - y[j] * mean);
    }
}

/* dx = d log|x| / x */
static void term_backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct product *op = context;
    int64_t d = op->x->cols;
    for (int64_t k = begin * d; k < end * d; k++) {
        wr_real g = op->dlog[k] / nonzero(op->x->value[k]);
        op->x->grad[k] = op->adds ? op->x->grad[k] + g : g;
    }
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct product *op = (struct product *)base;
    (void)pass;
    op->adds = wr_var_adds(op->x);
    wr_blocks_run(wr_var_rows(net, op->y), WR_NET_BLOCK, power_backward_rows, op);
    wr_spmm(op->transpose, op->dsum, op->x->cols, op->dlog, false);
    wr_blocks_run(wr_var_rows(net, op->x), WR_NET_BLOCK, term_backward_rows, op);
}

static void release(struct wr_op *base)
{
    struct product *op = (struct product *)base;
    free(op->term);
    free(op->sum);
    free(op->dsum);
    free(op->dlog);
}

static const struct wr_op_class class = {"product", sizeof(struct product), forward, backward,
                                         release};

struct wr_var *wr_op_product(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                             const struct wr_sparse *a, const struct wr_sparse *transpose)
{
    struct product *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    int64_t in = net->capacity[x->kind] * x->cols, out = net->capacity[kind] * x->cols;
    op->x = x;
    op->y = wr_net_var(net, kind, x->cols, true);
    op->a = a;
    op->transpose = transpose;
    op->term = wr_net_array(net, 2 * in, sizeof *op->term);
    op->sum = wr_net_array(net, 2 * out, sizeof *op->sum);
    op->dsum = wr_net_array(net, out, sizeof *op->dsum);
    op->dlog = wr_net_array(net, in, sizeof *op->dlog);
    return op->y;
}
