/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include "gnn/edge_weights.h"

struct aggregate {
    struct wr_op op;
    const struct wr_sparse *a, *transpose;
    const struct wr_adjacency *adjacency; /* whose matrix a is, where edges have weights */
};

/* Y = A X */
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct aggregate *op = (struct aggregate *)base;
    wr_spmm_rows(op->a, s->begin, s->end, base->x->value, base->x->cols, wr_var_value(base->y, s),
                 false);
}

/* dX = A' dY */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct aggregate *op = (struct aggregate *)base;
    wr_spmm_rows(op->transpose, s->begin, s->end, base->y->grad, base->x->cols,
                 wr_var_grad(base->x, s), base->adds);
}

/* dA_ij = <dY_i, X_j> */
static void end_backward(struct wr_op *base, const struct wr_net *net)
{
    const struct aggregate *op = (struct aggregate *)base;
    (void)net;
    if (op->adjacency->weights)
        wr_edge_weights_gather(op->adjacency->weights, base->y->grad, base->x->value,
                               base->x->cols);
}

static const struct wr_op_class plain = {
    .name = "aggregate",
    .size = sizeof(struct aggregate),
    .forward = {{.waits = true, .rows = forward}},
    .backward = {{.waits = true, .over_x = true, .rows = backward}},
};

static const struct wr_op_class weighted = {
    .name = "aggregate",
    .size = sizeof(struct aggregate),
    .forward = {{.waits = true, .rows = forward}},
    .backward = {{.waits = true, .over_x = true, .rows = backward, .end = end_backward}},
    .back_reads_x = true,
};

static struct aggregate *append(struct wr_net *net, const struct wr_op_class *class,
                                struct wr_var *x, enum wr_rows kind, const struct wr_sparse *a,
                                const struct wr_sparse *transpose)
{
    struct aggregate *op =
        x ? wr_net_op(net, class, x, wr_net_var(net, kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    op->a = a;
    op->transpose = transpose;
    return op;
}

struct wr_var *wr_op_aggregate(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                               const struct wr_sparse *a, const struct wr_sparse *transpose)
{
    struct aggregate *op = append(net, &plain, x, kind, a, transpose);
    return op ? op->op.y : NULL;
}

struct wr_var *wr_op_neighbours(struct wr_net *net, struct wr_var *x, const struct wr_adjacency *a,
                                const struct wr_gnn_room *room)
{
    struct aggregate *op = append(net, room->edge_weights ? &weighted : &plain, x, WR_ROWS_VERTICES,
                                  &a->matrix, &a->transpose);
    if (!op)
        return NULL;
    op->adjacency = a;
    return op->op.y;
}
