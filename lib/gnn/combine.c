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
    wr_spmm_rows_plus(&op->a->matrix, s->begin, s->end, base->x->value, base->x->cols,
                      1 + op->eps->value[0], wr_var_value(base->x, s), wr_var_value(base->y, s));
}

/* d eps = <X, dY> */
static void add_eps_gradient(const struct combine *op, const struct wr_slab *s)
{
    int64_t d = op->op.x->cols;
    const wr_real *x = wr_var_value(op->op.x, s), *dy = wr_var_grad(op->op.y, s);
    double sum = 0;
    for (int64_t i = s->begin; i < s->end; i++, x += d, dy += d) {
        wr_lanes along = {0};
        for (int64_t j = 0; j < d; j += WR_LANES) {
            wr_lanes product = WR_LANES_AT(x + j) * WR_LANES_AT(dy + j);
            wr_lanes_clip(&product, d - j, 0);
            along += product;
        }
        sum += (double)wr_lanes_sum(&along);
    }
    *wr_partials_of(op->partials, 1, s) += (wr_real)sum;
}

/* dX += (1 + eps) dY */
static void add_self(wr_real self, const wr_real *restrict dy, int64_t count, wr_real *restrict dx)
{
    for (int64_t k = 0; k < count; k++)
        dx[k] += self * dy[k];
}

/* dX = (1 + eps) dY + A' dY with A' = A */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct combine *op = (struct combine *)base;
    const wr_real self = 1 + op->eps->value[0], *dy = wr_var_grad(base->y, s);
    wr_real *dx = wr_var_grad(base->x, s);
    const int64_t d = base->x->cols;
    add_eps_gradient(op, s);
    if (base->adds) {
        add_self(self, dy, (s->end - s->begin) * d, dx);
        wr_spmm_rows(&op->a->matrix, s->begin, s->end, base->y->grad, d, dx, true);
    } else {
        wr_spmm_rows_plus(&op->a->matrix, s->begin, s->end, base->y->grad, d, self, dy, dx);
    }
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
