/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>

#include "linalg/dense.h"

struct linear {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_param *w;
    wr_real *work; /* of the tall product */
};

/* Y (n x q) = X (n x p) W (p x q) */
static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    int64_t n = wr_var_rows(net, op->x), p = op->x->cols, q = op->y->cols;
    (void)pass;
    WR_REAL(wr_gemm)
    (n, q, p, 1, (struct WR_REAL(wr_operand)){op->x->value, p, false},
     (struct WR_REAL(wr_operand)){op->w->value, q, false}, 0, op->y->value, q);
}

/* dW (p x q) = X' dY, dX (n x p) = dY W' */
static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    int64_t n = wr_var_rows(net, op->x), p = op->x->cols, q = op->y->cols;
    (void)pass;
    WR_REAL(wr_gemm_tall)(p, q, n, op->x->value, p, op->y->grad, q, op->w->grad, q, op->work);
    WR_REAL(wr_gemm)
    (n, p, q, 1, (struct WR_REAL(wr_operand)){op->y->grad, q, false},
     (struct WR_REAL(wr_operand)){op->w->value, q, true}, wr_var_adds(op->x), op->x->grad, p);
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
    op->work = wr_net_array(net, wr_gemm_tall_work(x->cols, out, net->capacity[x->kind]),
                            sizeof *op->work);
    return bias ? wr_op_activate(net, op->y, (struct wr_activation){.bias = true}) : op->y;
}
