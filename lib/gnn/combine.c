/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>

#include "base/blocks.h"
#include "base/lanes.h"
#include "gnn/edge_weights.h"

struct combine {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_param *eps; /* 1 x 1 */
    const struct wr_adjacency *a;
    wr_real *partials; /* of a block: <x, dy> */
    bool adds;
};

WR_CLONES
static void scale_rows(void *context, int64_t begin, int64_t end)
{
    const struct combine *op = context;
    const wr_real self = 1 + op->eps->value[0], *restrict x = op->x->value;
    wr_real *restrict y = op->y->value;
    for (int64_t k = begin * op->x->cols; k < end * op->x->cols; k++)
        y[k] = self * x[k];
}

/* Y = (1 + eps) X + A X */
static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct combine *op = (struct combine *)base;
    (void)pass;
    wr_blocks_run_even(wr_var_rows(net, op->x), WR_NET_BLOCK, scale_rows, op);
    wr_spmm(&op->a->matrix, op->x->value, op->x->cols, op->y->value, true);
}

WR_CLONES
static void backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct combine *op = context;
    const wr_real self = 1 + op->eps->value[0];
    const bool adds = op->adds;
    int64_t d = op->x->cols;
    const wr_real *x = op->x->value + begin * d, *dy = op->y->grad + begin * d;
    wr_real *dx = op->x->grad + begin * d;
    double sum = 0;
    for (int64_t i = begin; i < end; i++, x += d, dy += d, dx += d) {
        wr_lanes along = {0};
        for (int64_t j = 0; j < d; j += WR_LANES) {
            wr_lanes g = WR_LANES_AT(dy + j);
            wr_lanes_clip(&g, d - j, 0);
            along += WR_LANES_AT(x + j) * g;
            g *= self;
            if (adds)
                g += WR_LANES_AT(dx + j);
            wr_lanes_store(dx + j, &g, d - j);
        }
        sum += (double)wr_lanes_sum(&along);
    }
    op->partials[begin / WR_NET_BLOCK] = (wr_real)sum;
}

/* d eps = <X, dY>, dX = (1 + eps) dY + A' dY with A' = A, dA_ij = <dY_i, X_j> */
static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct combine *op = (struct combine *)base;
    int64_t rows = wr_var_rows(net, op->x);
    (void)pass;
    op->adds = wr_var_adds(op->x);
    wr_blocks_run_even(rows, WR_NET_BLOCK, backward_rows, op);
    wr_partials_add(op->partials, rows, 1, 1, op->eps->grad);
    wr_spmm(&op->a->matrix, op->y->grad, op->x->cols, op->x->grad, true);
    if (op->a->weights)
        wr_edge_weights_gather(op->a->weights, op->y->grad, op->x->value, op->x->cols);
}

static void release(struct wr_op *base)
{
    free(((struct combine *)base)->partials);
}

static const struct wr_op_class class = {"combine", sizeof(struct combine), forward, backward,
                                         release};

struct wr_var *wr_op_combine(struct wr_net *net, struct wr_var *x, const struct wr_adjacency *a)
{
    struct combine *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    op->x = x;
    op->y = wr_net_var(net, x->kind, x->cols, true);
    op->eps = wr_net_param(net, 1, 1, WR_PARAM_ZERO, 1);
    op->a = a;
    op->partials = wr_net_partials(net, x->kind, 1);
    return op->y;
}
