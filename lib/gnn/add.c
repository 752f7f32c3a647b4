/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include "base/compiler.h"

/* Z = X + Y */
WR_CLONES
static void forward(struct wr_op *op, const struct wr_slab *s)
{
    const wr_real *restrict x = wr_var_value(op->x, s), *restrict y = wr_var_value(op->also, s);
    wr_real *restrict z = wr_var_value(op->y, s);
    for (int64_t k = 0; k < (s->end - s->begin) * op->x->cols; k++)
        z[k] = x[k] + y[k];
}

/* to = dz, or += */
WR_CLONES
static void pass_on(int64_t count, const wr_real *restrict dz, bool adds, wr_real *restrict to)
{
    for (int64_t k = 0; k < count; k++)
        to[k] = adds ? to[k] + dz[k] : dz[k];
}

/* dX = dY = dZ */
static void backward(struct wr_op *op, const struct wr_slab *s)
{
    int64_t count = (s->end - s->begin) * op->y->cols;
    const wr_real *dz = wr_var_grad(op->y, s);
    pass_on(count, dz, op->adds, wr_var_grad(op->x, s));
    pass_on(count, dz, op->also_adds, wr_var_grad(op->also, s));
}

static const struct wr_op_class class = {
    .name = "add",
    .size = sizeof(struct wr_op),
    .forward = {{.rows = forward}},
    .backward = {{.rows = backward}},
};

struct wr_var *wr_op_add(struct wr_net *net, struct wr_var *x, struct wr_var *y)
{
    struct wr_op *op =
        x && y ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    op->also = y;
    return op->y;
}
