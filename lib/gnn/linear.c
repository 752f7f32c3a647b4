/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "linalg/panel.h"

struct linear {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_var *base; /* NULL: nothing is added */
    struct wr_param *w, *bias;
    wr_real *work; /* of the products */
    bool adds;     /* to base's gradient */
};

/* Y (n x q) = X (n x p) W (p x q) + b + H */
static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    int64_t n = wr_var_rows(net, op->x), p = op->x->cols, q = op->y->cols;
    const struct wr_panel_terms terms = {op->base ? op->base->value : NULL,
                                         op->bias ? op->bias->value : NULL};
    (void)pass;
    wr_panel_multiply(n, p, q, op->x->value, op->w->value, false, terms, op->y->value, op->work);
}

WR_CLONES
static void base_backward_block(void *context, int64_t begin, int64_t end)
{
    const struct linear *op = context;
    const wr_real *restrict dy = op->y->grad;
    wr_real *restrict dh = op->base->grad;
    for (int64_t k = begin; k < end; k++)
        dh[k] = op->adds ? dh[k] + dy[k] : dy[k];
}

/* dW (p x q) = X' dY, db = the sum of dY's rows, dX (n x p) = dY W', dH = dY */
static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    int64_t n = wr_var_rows(net, op->x), p = op->x->cols, q = op->y->cols;
    (void)pass;
    wr_panel_gradient(n, p, q, op->x->value, op->y->grad, op->w->grad,
                      op->bias ? op->bias->grad : NULL, op->work);
    const struct wr_panel_terms terms = {wr_var_adds(op->x) ? op->x->grad : NULL, NULL};
    wr_panel_multiply(n, q, p, op->y->grad, op->w->value, true, terms, op->x->grad, op->work);
    if (op->base) {
        op->adds = wr_var_adds(op->base);
        wr_blocks_run_even(n * q, WR_BLOCK, base_backward_block, op);
    }
}

static void release(struct wr_op *base)
{
    free(((struct linear *)base)->work);
}

static const struct wr_op_class class = {"linear", sizeof(struct linear), forward, backward,
                                         release};

struct wr_var *wr_op_linear(struct wr_net *net, struct wr_var *x, int64_t out, bool bias,
                            struct wr_var *base)
{
    struct linear *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    op->x = x;
    op->base = base;
    op->y = wr_net_var(net, x->kind, out, true);
    op->w = wr_net_param(net, x->cols, out, bias ? WR_PARAM_FAN_IN : WR_PARAM_GLOROT, x->cols);
    if (bias)
        op->bias = wr_net_param(net, 1, out, WR_PARAM_ZERO, 1);
    op->work =
        wr_net_array(net, wr_panel_work(net->capacity[x->kind], x->cols, out), sizeof *op->work);
    return op->y;
}
