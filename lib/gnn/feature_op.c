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
    struct wr_param *w;
    double dropout;
    bool dropped; /* by the last forward pass: the arrays below take the place of X's */
    struct wr_dropping dropping;
    wr_real *value;      /* X's numbers after dropout */
    wr_real *transposed; /* the same of X' (sparse only) */
    wr_real *packed;     /* W (dense only) */
    wr_real *partials;   /* of a group of rows: X' dY (dense only) */
    int64_t sums;        /* of a group */
};

static struct wr_sparse sparse(const struct wr_feature_matrix *x, const wr_real *value)
{
    return (struct wr_sparse){x->rows, x->cols, x->row, x->col, value};
}

static void begin(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct input *op = (struct input *)base;
    (void)net;
    op->dropped = pass->training && op->dropout > 0;
    op->dropping = wr_dropping_of(base, pass, op->dropout);
    if (op->in->x.dense)
        wr_panel_pack(op->in->x.cols, base->y->cols, op->w->value, false, op->packed);
}

/* X's numbers in a slab, after dropout: those of its rows, numbered from the first of X. */
static const wr_real *values(const struct input *op, const struct wr_slab *s)
{
    const struct wr_feature_matrix *x = &op->in->x;
    const wr_real *value = x->dense ? x->dense : x->value;
    if (!op->dropped)
        return value;
    int64_t first = x->dense ? s->begin * x->cols : x->row[s->begin];
    int64_t last = x->dense ? s->end * x->cols : x->row[s->end];
    wr_drop(&op->dropping, s->begin, value + first, last - first, op->value + first, NULL);
    return op->value;
}

/* Y (n x q) = X (n x p) W (p x q) */
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct input *op = (struct input *)base;
    const struct wr_feature_matrix *x = &op->in->x;
    const wr_real *value = values(op, s);
    int64_t p = x->cols, q = base->y->cols;
    if (x->dense) {
        wr_panel_multiply(s->end - s->begin, p, q, value + s->begin * p, op->packed,
                          (struct wr_panel_terms){NULL, NULL}, wr_var_value(base->y, s));
    } else {
        struct wr_sparse a = sparse(x, value);
        wr_spmm_rows(&a, s->begin, s->end, op->w->value, q, wr_var_value(base->y, s), false);
    }
}

static void transpose_block(void *context, int64_t begin, int64_t end)
{
    struct input *op = context;
    for (int64_t k = begin; k < end; k++)
        op->transposed[k] = op->value[op->in->xt_entry[k]];
}

/* dW (p x q) = X' dY, X sparse: each row of dW is a sum over rows of dY */
static void sparse_backward(struct wr_op *base, const struct wr_net *net,
                            const struct wr_pass *pass)
{
    struct input *op = (struct input *)base;
    const struct wr_feature_matrix *x = &op->in->x;
    (void)net;
    (void)pass;
    if (op->dropped)
        wr_blocks_run_even(x->row[x->rows], WR_BLOCK, transpose_block, op);
    struct wr_sparse t = sparse(&op->in->xt, op->dropped ? op->transposed : op->in->xt.value);
    wr_spmm(&t, base->y->grad, base->y->cols, op->w->grad, false);
}

/* The same, X dense */
static void dense_backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct input *op = (struct input *)base;
    const wr_real *value = op->dropped ? op->value : op->in->x.dense;
    int64_t p = op->in->x.cols;
    wr_panel_add_gradient(s->end - s->begin, p, base->y->cols, value + s->begin * p,
                          wr_var_grad(base->y, s), false,
                          wr_partials_of(op->partials, op->sums, s));
}

static void end_dense_backward(struct wr_op *base, const struct wr_net *net)
{
    struct input *op = (struct input *)base;
    wr_partials_sum(net, base->y->kind, op->partials, op->sums, 0, op->sums, op->partials);
    wr_panel_gradient(op->in->x.cols, base->y->cols, op->partials, op->w->grad, NULL);
}

static void release(struct wr_op *base)
{
    struct input *op = (struct input *)base;
    free(op->value);
    free(op->transposed);
    free(op->packed);
    free(op->partials);
}

static const struct wr_op_class sparse_class = {
    .name = "input",
    .size = sizeof(struct input),
    .forward = {{.begin = begin, .rows = forward}},
    .backward = {{.waits = true, .begin = sparse_backward}},
    .release = release,
};

static const struct wr_op_class dense_class = {
    .name = "input",
    .size = sizeof(struct input),
    .forward = {{.begin = begin, .rows = forward}},
    .backward = {{.rows = dense_backward, .end = end_dense_backward}},
    .release = release,
};

struct wr_var *wr_op_input(struct wr_net *net, const struct wr_gnn_input *in,
                           const struct wr_gnn_room *room, int64_t out, bool bias, double dropout)
{
    struct input *op = wr_net_op(net, room->sparse ? &sparse_class : &dense_class, NULL,
                                 wr_net_var(net, WR_ROWS_VERTICES, out, true));
    if (!op)
        return NULL;
    op->in = in;
    op->w = wr_net_param(net, room->features, out, bias ? WR_PARAM_FAN_IN : WR_PARAM_GLOROT,
                         room->features);
    op->dropout = dropout;
    int64_t dense = room->sparse ? 0 : room->vertices * room->features;
    if (dropout > 0) {
        op->value = wr_net_array(net, dense + room->feature_entries, sizeof *op->value);
        op->transposed = wr_net_array(net, room->feature_entries, sizeof *op->transposed);
        net->varies = true;
    }
    if (!room->sparse) {
        op->packed = wr_net_array(net, wr_panel_packed(room->features, out), sizeof *op->packed);
        op->sums = wr_panel_sums(room->features, out);
        op->partials = wr_net_partials(net, WR_ROWS_VERTICES, op->sums);
    }
    return bias ? wr_op_activate(net, op->op.y, (struct wr_activation){.bias = true}) : op->op.y;
}
