/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>

#include "base/compiler.h"
#include "linalg/panel.h"

_Static_assert((int)WR_NET_SLAB <= (int)WR_PANEL_ROWS, "slabs are what the products take");

struct linear {
    struct wr_op op; /* `also` is added to the product, if not NULL */
    struct wr_param *w, *bias;
    wr_real *packed;   /* W, W' */
    wr_real *partials; /* of a group of rows: X' dY, and the sum of dY's rows */
    int64_t sums;      /* of a group */
};

static void begin(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    (void)net;
    (void)pass;
    wr_panel_pack(base->x->cols, base->y->cols, op->w->value, false, op->packed);
}

/* Y (n x q) = X (n x p) W (p x q) + b + H */
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct linear *op = (struct linear *)base;
    int64_t p = base->x->cols, q = base->y->cols;
    const struct wr_panel_terms terms = {base->also ? wr_var_value(base->also, s) : NULL,
                                         op->bias ? op->bias->value : NULL};
    wr_panel_multiply(s->end - s->begin, p, q, wr_var_value(base->x, s), op->packed, terms,
                      wr_var_value(base->y, s));
}

static void begin_backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct linear *op = (struct linear *)base;
    (void)net;
    (void)pass;
    wr_panel_pack(base->y->cols, base->x->cols, op->w->value, true, op->packed);
}

/* dH = dY */
WR_CLONES
static void also_backward(const struct wr_op *op, const struct wr_slab *s)
{
    const wr_real *restrict dy = wr_var_grad(op->y, s);
    wr_real *restrict dh = wr_var_grad(op->also, s);
    const bool adds = op->also_adds;
    for (int64_t k = 0; k < (s->end - s->begin) * op->y->cols; k++)
        dh[k] = adds ? dh[k] + dy[k] : dy[k];
}

/* dW (p x q) = X' dY, db = the sum of dY's rows, dX (n x p) = dY W' */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct linear *op = (struct linear *)base;
    int64_t p = base->x->cols, q = base->y->cols, rows = s->end - s->begin;
    const wr_real *dy = wr_var_grad(base->y, s);
    wr_real *dx = wr_var_grad(base->x, s);
    wr_panel_add_gradient(rows, p, q, wr_var_value(base->x, s), dy, op->bias,
                          wr_partials_of(op->partials, op->sums, s));
    const struct wr_panel_terms terms = {base->adds ? dx : NULL, NULL};
    wr_panel_multiply(rows, q, p, dy, op->packed, terms, dx);
    if (base->also)
        also_backward(base, s);
}

static void end_backward(struct wr_op *base, const struct wr_net *net)
{
    struct linear *op = (struct linear *)base;
    wr_partials_sum(net, base->x->kind, op->partials, op->sums, 0, op->sums, op->partials);
    wr_panel_gradient(base->x->cols, base->y->cols, op->partials, op->w->grad,
                      op->bias ? op->bias->grad : NULL);
}

static void release(struct wr_op *base)
{
    struct linear *op = (struct linear *)base;
    free(op->packed);
    free(op->partials);
}

static const struct wr_op_class class = {
    .name = "linear",
    .size = sizeof(struct linear),
    .forward = {{.begin = begin, .rows = forward}},
    .backward = {{.begin = begin_backward, .rows = backward, .end = end_backward}},
    .back_reads_x = true,
    .in_place = true,
    .release = release,
};

struct wr_var *wr_op_linear(struct wr_net *net, struct wr_var *x, int64_t out, bool bias,
                            struct wr_var *base)
{
    struct linear *op = x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, out, true)) : NULL;
    if (!op)
        return NULL;
    int64_t there = wr_panel_packed(x->cols, out), back = wr_panel_packed(out, x->cols);
    op->op.also = base;
    op->w = wr_net_param(net, x->cols, out, bias ? WR_PARAM_FAN_IN : WR_PARAM_GLOROT, x->cols);
    if (bias)
        op->bias = wr_net_param(net, 1, out, WR_PARAM_ZERO, 1);
    op->packed = wr_net_array(net, there > back ? there : back, sizeof *op->packed);
    op->sums = wr_panel_sums(x->cols, out);
    op->partials = wr_net_partials(net, x->kind, op->sums);
    return op->op.y;
}
