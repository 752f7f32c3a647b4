/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>

#include "linalg/panel.h"

struct linear {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_param *w;
    wr_real *work; /* of the products */
};

/* Y (n x q) = X (n x p) W (p x q) */
static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    int64_t n = wr_var_rows(net, op->x), p = op->x->cols, q = op->y->cols;
    (void)pass;
    wr_panel_multiply(n, p, q, op->x->value, op->w->value, false, op->y->value, false, op->work);
}

/* dW (p x q) = X' dY, dX (n x p) = dY W' */
static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    int64_t n = wr_var_rows(net, op->x), p = op->x->cols, q = op->y->cols;
    (void)pass;
    wr_panel_gradient(n, p, q, op->x->value, op->y->grad, op->w->grad, op->work);
    wr_panel_multiply(n, q, p, op->y->grad, op->w->value, true, op->x->grad, wr_var_adds(op->x),
                      op->work);
}

static void release(struct wr_op *base)
{
    free(((struct linear *)base)->work);
}

static const struct wr_op_class class = {"linear", sizeof(struct linear), forward, backward,
                                         release};

struct wr_var *wr_op_linear(struct wr_net *net, struct wr_var *x, int64_t out, bool bias)
{
    struct linear *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    op->x = x;
    op->y = wr_net_var(net, x->kind, out, true);
    op->w = wr_net_param(net, x->cols, out, bias ? WR_PARAM_FAN_IN : WR_PARAM_GLOROT, x->cols);
    op->work =
        wr_net_array(net, wr_panel_work(net->capacity[x->kind], x->cols, out), sizeof *op->work);
    return bias ? wr_op_activate(net, op->y, (struct wr_activation){.bias = true}) : op->y;
}
