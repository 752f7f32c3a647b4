/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include "base/blocks.h"
#include "base/compiler.h"

struct add {
    struct wr_op op;
    struct wr_var *x, *y, *z;
    struct wr_var *to; /* of the running backward loop */
    bool adds;
};

/* Z = X + Y */
WR_CLONES
static void forward_block(void *context, int64_t begin, int64_t end)
{
    const struct add *op = context;
    const wr_real *restrict x = op->x->value, *restrict y = op->y->value;
    wr_real *restrict z = op->z->value;
    for (int64_t k = begin; k < end; k++)
        z[k] = x[k] + y[k];
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct add *op = (struct add *)base;
    (void)pass;
    wr_blocks_run_even(wr_var_size(net, op->z), WR_BLOCK, forward_block, op);
}

/* dX = dY = dZ */
WR_CLONES
static void backward_block(void *context, int64_t begin, int64_t end)
{
    const struct add *op = context;
    const bool adds = op->adds;
    const wr_real *restrict dz = op->z->grad;
    wr_real *restrict to = op->to->grad;
    for (int64_t k = begin; k < end; k++)
        to[k] = adds ? to[k] + dz[k] : dz[k];
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct add *op = (struct add *)base;
    struct wr_var *const summand[] = {op->x, op->y};
    (void)pass;
    for (int i = 0; i < 2; i++) {
        op->to = summand[i];
        op->adds = wr_var_adds(op->to);
        wr_blocks_run_even(wr_var_size(net, op->z), WR_BLOCK, backward_block, op);
    }
}

static const struct wr_op_class class = {"add", sizeof(struct add), forward, backward, NULL};

struct wr_var *wr_op_add(struct wr_net *net, struct wr_var *x, struct wr_var *y)
{
    struct add *op = x && y ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    op->x = x;
    op->y = y;
    op->z = wr_net_var(net, x->kind, x->cols, true);
    return op->z;
}
