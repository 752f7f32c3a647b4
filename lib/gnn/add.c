/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include "base/compiler.h"

struct add {
    struct wr_op op;
    struct wr_var *other;
    bool other_adds; /* to the other's gradient */
};

/* Z = X + Y */
WR_CLONES
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct add *op = (struct add *)base;
    int64_t d = base->x->cols;
    const wr_real *restrict x = base->x->value, *restrict y = op->other->value;
    wr_real *restrict z = base->y->value;
    for (int64_t k = s->begin * d; k < s->end * d; k++)
        z[k] = x[k] + y[k];
}

static void begin_backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct add *op = (struct add *)base;
    (void)net;
    (void)pass;
    op->other_adds = wr_var_adds(op->other);
}

/* to = dz, or += */
WR_CLONES
static void pass_on(const struct wr_var *z, const struct wr_slab *s, bool adds,
                    wr_real *restrict to)
{
    const wr_real *restrict dz = z->grad;
    for (int64_t k = s->begin * z->cols; k < s->end * z->cols; k++)
        to[k] = adds ? to[k] + dz[k] : dz[k];
}

/* dX = dY = dZ */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct add *op = (struct add *)base;
    pass_on(base->y, s, base->adds, base->x->grad);
    pass_on(base->y, s, op->other_adds, op->other->grad);
}

static const struct wr_op_class class = {
    .name = "add",
    .size = sizeof(struct add),
    .forward = {{.rows = forward}},
    .backward = {{.begin = begin_backward, .rows = backward}},
};

struct wr_var *wr_op_add(struct wr_net *net, struct wr_var *x, struct wr_var *y)
{
    struct add *op =
        x && y ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    op->other = y;
    return op->op.y;
}
