/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>

#include "base/lanes.h"
#include "gnn/edge_weights.h"

struct combine {
    struct wr_op op;
    struct wr_param *eps; /* 1 x 1 */
    const struct wr_adjacency *a;
    wr_real *partials; /* of a group of rows: <x, dy> */
};

/* Y = (1 + eps) X + A X */
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct combine *op = (struct combine *)base;
    const wr_real self = 1 + op->eps->value[0], *restrict x = base->x->value;
    wr_real *restrict y = wr_var_value(base->y, s);
    int64_t d = base->x->cols, first = s->begin * d;
    for (int64_t k = first; k < s->end * d; k++)
        y[k - first] = self * x[k];
    wr_spmm_rows(&op->a->matrix, s->begin, s->end, x, d, y, true);
}

/* d eps = <X, dY>, dX = (1 + eps) dY ... */
static void scale_back(const struct combine *op, const struct wr_slab *s)
{
    const wr_real self = 1 + op->eps->value[0];
    const bool adds = op->op.adds;
    int64_t d = op->op.x->cols;
    const wr_real *x = wr_var_value(op->op.x, s), *dy = wr_var_grad(op->op.y, s);
    wr_real *dx = wr_var_grad(op->op.x, s);
    double sum = 0;
    for (int64_t i = s->begin; i < s->end; i++, x += d, dy += d, dx += d) {
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
    *wr_partials_of(op->partials, 1, s) += (wr_real)sum;
}

/* ... + A' dY with A' = A */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct combine *op = (struct combine *)base;
    scale_back(op, s);
    wr_spmm_rows(&op->a->matrix, s->begin, s->end, base->y->grad, base->x->cols,
                 wr_var_grad(base->x, s), true);
}

/* dA_ij = <dY_i, X_j> */
static void end_backward(struct wr_op *base, const struct wr_net *net)
{
    struct combine *op = (struct combine *)base;
    wr_partials_sum(net, base->x->kind, op->partials, 1, 0, 1, op->eps->grad);
    if (op->a->weights)
        wr_edge_weights_gather(op->a->weights, base->y->grad, base->x->value, base->x->cols);
}

static void release(struct wr_op *base)
{
    free(((struct combine *)base)->partials);
}

static const struct wr_op_class class = {
    .name = "combine",
    .size = sizeof(struct combine),
    .forward = {{.waits = true, .rows = forward}},
    .backward = {{.waits = true, .rows = backward, .end = end_backward}},
    .back_reads_x = true,
    .release = release,
};

struct wr_var *wr_op_combine(struct wr_net *net, struct wr_var *x, const struct wr_adjacency *a)
{
    struct combine *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    op->eps = wr_net_param(net, 1, 1, WR_PARAM_ZERO, 1);
    op->a = a;
    op->partials = wr_net_partials(net, x->kind, 1);
    return op->op.y;
}
