/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include "gnn/edge_weights.h"

struct aggregate {
    struct wr_op op;
    struct wr_var *x, *y;
    const struct wr_sparse *a, *transpose;
    const struct wr_adjacency *adjacency; /* whose matrix a is; NULL: it is another */
};

/* Y = A X */
static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct aggregate *op = (struct aggregate *)base;
    (void)net;
    (void)pass;
    wr_spmm(op->a, op->x->value, op->x->cols, op->y->value, false);
}

/* dX = A' dY, dA_ij = <dY_i, X_j> */
static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct aggregate *op = (struct aggregate *)base;
    (void)net;
    (void)pass;
    wr_spmm(op->transpose, op->y->grad, op->x->cols, op->x->grad, wr_var_adds(op->x));
    if (op->adjacency && op->adjacency->weights)
        wr_edge_weights_gather(op->adjacency->weights, op->y->grad, op->x->value, op->x->cols);
}

static const struct wr_op_class class = {"aggregate", sizeof(struct aggregate), forward, backward,
                                         NULL};

static struct aggregate *append(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                                const struct wr_sparse *a, const struct wr_sparse *transpose)
{
    struct aggregate *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    op->x = x;
    op->y = wr_net_var(net, kind, x->cols, true);
    op->a = a;
    op->transpose = transpose;
    return op;
}

struct wr_var *wr_op_aggregate(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                               const struct wr_sparse *a, const struct wr_sparse *transpose)
{
    struct aggregate *op = append(net, x, kind, a, transpose);
    return op ? op->y : NULL;
}

struct wr_var *wr_op_neighbours(struct wr_net *net, struct wr_var *x, const struct wr_adjacency *a)
{
    struct aggregate *op = append(net, x, WR_ROWS_VERTICES, &a->matrix, &a->transpose);
    if (!op)
        return NULL;
    op->adjacency = a;
    return op->y;
}
