/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "gnn/dropout.h"
#include "linalg/panel.h"

struct input {
    struct wr_op op;
    const struct wr_gnn_input *in;
    struct wr_var *y;
    struct wr_param *w;
    double dropout;
    bool dropped;        /* by the last forward pass: the arrays below take the place of X's */
    wr_real *value;      /* X's numbers after dropout */
    wr_real *transposed; /* the same of X' (sparse only) */
    wr_real *work;       /* of the products (dense only) */
};

static struct wr_sparse sparse(const struct wr_feature_matrix *x, const wr_real *value)
{
    return (struct wr_sparse){x->rows, x->cols, x->row, x->col, value};
}

static void transpose_block(void *context, int64_t begin, int64_t end)
{
    struct input *op = context;
    for (int64_t k = begin; k < end; k++)
        op->transposed[k] = op->value[op->in->xt_entry[k]];
}

static void drop(struct input *op, const struct wr_pass *pass)
{
    const struct wr_feature_matrix *x = &op->in->x;
    int64_t count = x->dense ? x->rows * x->cols : x->row[x->rows];
    wr_drop(&op->op, pass, op->dropout, x->dense ? x->dense : x->value, count, op->value, NULL);
    if (!x->dense)
        wr_blocks_run_even(count, WR_BLOCK, transpose_block, op);
}

/* Y (n x q) = X (n x p) W (p x q) */
static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct input *op = (struct input *)base;
    const struct wr_feature_matrix *x = &op->in->x;
    int64_t p = x->cols, q = op->y->cols;
    op->dropped = pass->training && op->dropout > 0;
    if (op->dropped)
        drop(op, pass);
    if (p == 0) {
        memset(op->y->value, 0, (size_t)wr_var_size(net, op->y) * sizeof(wr_real));
    } else if (x->dense) {
        const wr_real *value = op->dropped ? op->value : x->dense;
        wr_panel_multiply(x->rows, p, q, value, op->w->value, false,
                          (struct wr_panel_terms){NULL, NULL}, op->y->value, op->work);
    } else {
        struct wr_sparse a = sparse(x, op->dropped ? op->value : x->value);
        wr_spmm(&a, op->w->value, q, op->y->value, false);
    }
}

/* dW (p x q) = X' dY */
static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct input *op = (struct input *)base;
    const struct wr_feature_matrix *x = &op->in->x;
    int64_t p = x->cols, q = op->y->cols;
    (void)net;
    (void)pass;
    if (p > 0 && x->dense) {
        wr_panel_gradient(x->rows, p, q, op->dropped ? op->value : x->dense, op->y->grad,
                          op->w->grad, NULL, op->work);
    } else if (p > 0) {
        struct wr_sparse t = sparse(&op->in->xt, op->dropped ? op->transposed : op->in->xt.value);
        wr_spmm(&t, op->y->grad, q, op->w->grad, false);
    }
}

static void release(struct wr_op *base)
{
    struct input *op = (struct input *)base;
    free(op->value);
    free(op->transposed);
    free(op->work);
}

static const struct wr_op_class class = {"input", sizeof(struct input), forward, backward, release};

struct wr_var *wr_op_input(struct wr_net *net, const struct wr_gnn_input *in,
                           const struct wr_gnn_room *room, int64_t out, bool bias, double dropout)
{
    struct input *op = wr_net_op(net, &class);
    if (!op)
        return NULL;
    op->in = in;
    op->y = wr_net_var(net, WR_ROWS_VERTICES, out, true);
    op->w = wr_net_param(net, room->features, out, bias ? WR_PARAM_FAN_IN : WR_PARAM_GLOROT,
                         room->features);
    op->dropout = dropout;
    int64_t dense = room->sparse ? 0 : room->vertices * room->features;
    int64_t work = wr_panel_work(room->vertices, room->features, out);
    if (dropout > 0) {
        op->value = wr_net_array(net, dense + room->feature_entries, sizeof *op->value);
        op->transposed = wr_net_array(net, room->feature_entries, sizeof *op->transposed);
        net->varies = true;
    }
    op->work = wr_net_array(net, room->sparse ? 0 : work, sizeof *op->work);
    return bias ? wr_op_activate(net, op->y, (struct wr_activation){.bias = true}) : op->y;
}
