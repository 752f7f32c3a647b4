/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <stdlib.h>
#include <string.h>

#include "base/lanes_math.h"
#include "gnn/edge_weights.h"

/*
 * The softmax over a neighbourhood is a quotient of two sums over it: with w = exp(t m), Y_i - X_i
 * is the sum of w_j m_j over that of w_j. So there is one exponential per vertex and column, not
 * per edge, and two sparse products. Edge weights are factors of the terms of the upper sum. The
 * exponents are taken relative to the largest of the column, which cancels; those more than 60
 * below it are held there, where a neighbourhood of nothing else would otherwise divide zero by
 * zero.
 */
static const wr_real temperature = (wr_real)0.1, message_epsilon = (wr_real)1e-7,
                     lowest_exponent = -60;

/* For the sum below and the sum above in the quotient, n x d each. */
struct quotient {
    wr_real *below, *above;
};

struct softmax_aggregate {
    struct wr_op op;
    const struct wr_adjacency *a;
    wr_real *largest;      /* d: message in each column */
    wr_real *partials;     /* the same of each group of rows */
    struct quotient term;  /* w, w m */
    struct quotient sum;   /* D, N: the sums of those over the neighbours */
    struct quotient dsum;  /* gradients of D, N */
    struct quotient dterm; /* gradients of w, w m */
};

/* m = max(x, 0) + epsilon */
#define MESSAGE(x) (WR_LANES_POSITIVE(x) + message_epsilon)

/* The largest message in each column over a group of rows. */
static void find_largest(struct wr_op *base, const struct wr_slab *s)
{
    const struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    const wr_real *x = base->x->value;
    int64_t d = base->x->cols;
    wr_real *largest = wr_partials_of(op->partials, d, s);
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes most = WR_LANES_AT(largest + j);
        for (int64_t i = s->begin; i < s->end; i++) {
            wr_lanes at = WR_LANES_AT(x + i * d + j), m = MESSAGE(at);
            most = WR_LANES_MAX(m, most);
        }
        WR_LANES_AT(largest + j) = most;
    }
}

static void end_largest(struct wr_op *base, const struct wr_net *net)
{
    struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    int64_t d = base->x->cols, groups = wr_net_groups(net, base->x->kind);
    memset(op->largest, 0, (size_t)d * sizeof *op->largest);
    for (int64_t g = 0; g < groups; g++) {
        const wr_real *group = op->partials + g * wr_line_width(d);
        for (int64_t j = 0; j < d; j++)
            op->largest[j] = group[j] > op->largest[j] ? group[j] : op->largest[j];
    }
}

/* w, w m */
static void terms(struct wr_op *base, const struct wr_slab *s)
{
    const struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    int64_t d = base->x->cols;
    const wr_real *x = wr_var_value(base->x, s), *largest = op->largest;
    wr_real *w = op->term.below + s->begin * d, *wm = op->term.above + s->begin * d;
    for (int64_t i = s->begin; i < s->end; i++, x += d, w += d, wm += d)
        for (int64_t j = 0; j < d; j += WR_LANES) {
            wr_lanes at = WR_LANES_AT(x + j), m = MESSAGE(at);
            wr_lanes e = temperature * (m - WR_LANES_AT(largest + j));
            e = WR_LANES_IF(e < lowest_exponent, WR_LANES_ALL(lowest_exponent), e);
            wr_lanes_exp(&e);
            m *= e;
            wr_lanes_store(w + j, &e, d - j);
            wr_lanes_store(wm + j, &m, d - j);
        }
}

/* Both over the neighbours, the one above with edge weights. Back is the same as forth: the
 * matrices are symmetric. */
static void sum_over_neighbours(const struct softmax_aggregate *op, const struct wr_slab *s,
                                struct quotient from, struct quotient to)
{
    struct wr_sparse unweighted = op->a->matrix;
    int64_t d = op->op.x->cols, first = s->begin * d;
    unweighted.value = NULL;
    wr_spmm_rows(&unweighted, s->begin, s->end, from.below, d, to.below + first, false);
    wr_spmm_rows(&op->a->matrix, s->begin, s->end, from.above, d, to.above + first, false);
}

/* Y = X + N / D; just X without neighbours */
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    int64_t d = base->x->cols;
    sum_over_neighbours(op, s, op->term, op->sum);
    const wr_real *x = wr_var_value(base->x, s);
    const wr_real *lower = op->sum.below + s->begin * d, *upper = op->sum.above + s->begin * d;
    wr_real *y = wr_var_value(base->y, s);
    for (int64_t i = s->begin; i < s->end; i++, x += d, y += d, lower += d, upper += d)
        for (int64_t j = 0; j < d; j += WR_LANES) {
            wr_lanes below = WR_LANES_AT(lower + j), mean = WR_LANES_AT(upper + j) / below;
            mean = WR_LANES_IF(below > 0, mean, (wr_lanes){0}) + WR_LANES_AT(x + j);
            wr_lanes_store(y + j, &mean, d - j);
        }
}

/* dN = dY / D, dD = -dY N / D^2 */
static void quotient_backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    int64_t d = base->x->cols;
    const wr_real *g = wr_var_grad(base->y, s), *lower = op->sum.below, *upper = op->sum.above;
    for (int64_t i = s->begin; i < s->end; i++)
        for (int64_t j = 0; j < d; j += WR_LANES) {
            int64_t k = i * d + j;
            wr_lanes below = WR_LANES_AT(lower + k), share = 1 / below;
            share = WR_LANES_IF(below > 0, share, (wr_lanes){0});
            wr_lanes dn = WR_LANES_AT(g + (i - s->begin) * d + j) * share;
            wr_lanes dd = -dn * (WR_LANES_AT(upper + k) * share);
            wr_lanes_store(op->dsum.below + k, &dd, d - j);
            wr_lanes_store(op->dsum.above + k, &dn, d - j);
        }
}

/* From dw and d(w m): dm = w d(w m) + t w (dw + m d(w m)), and dx = dy, plus dm where x > 0 */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    const bool adds = base->adds;
    int64_t d = base->x->cols, first = s->begin * d;
    sum_over_neighbours(op, s, op->dsum, op->dterm);
    const wr_real *x = wr_var_value(base->x, s), *g = wr_var_grad(base->y, s);
    const wr_real *w = op->term.below + first;
    const wr_real *dw = op->dterm.below + first, *dupper = op->dterm.above + first;
    wr_real *dx = wr_var_grad(base->x, s);
    for (int64_t i = s->begin; i < s->end;
         i++, x += d, g += d, w += d, dw += d, dupper += d, dx += d)
        for (int64_t j = 0; j < d; j += WR_LANES) {
            wr_lanes at = WR_LANES_AT(x + j), dwm = WR_LANES_AT(dupper + j);
            wr_lanes along = WR_LANES_AT(dw + j) + MESSAGE(at) * dwm;
            wr_lanes dm = WR_LANES_AT(w + j) * (dwm + temperature * along);
            dm = WR_LANES_AT(g + j) + WR_LANES_IF(at > 0, dm, (wr_lanes){0});
            if (adds)
                dm += WR_LANES_AT(dx + j);
            wr_lanes_store(dx + j, &dm, d - j);
        }
}

static void end_backward(struct wr_op *base, const struct wr_net *net)
{
    const struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    (void)net;
    if (op->a->weights) /* N = A (w m) */
        wr_edge_weights_gather(op->a->weights, op->dsum.above, op->term.above, base->x->cols);
}

static struct quotient quotient_new(struct wr_net *net, int64_t size)
{
    return (struct quotient){wr_net_array(net, size, sizeof(wr_real)),
                             wr_net_array(net, size, sizeof(wr_real))};
}

static void quotient_free(struct quotient q)
{
    free(q.below);
    free(q.above);
}

static void release(struct wr_op *base)
{
    struct softmax_aggregate *op = (struct softmax_aggregate *)base;
    free(op->largest);
    free(op->partials);
    quotient_free(op->term);
    quotient_free(op->sum);
    quotient_free(op->dsum);
    quotient_free(op->dterm);
}

static const struct wr_op_class class = {
    .name = "softmax aggregate",
    .size = sizeof(struct softmax_aggregate),
    .forward = {{.rows = find_largest, .end = end_largest},
                {.waits = true, .rows = terms},
                {.waits = true, .rows = forward}},
    .backward = {{.rows = quotient_backward},
                 {.waits = true, .rows = backward, .end = end_backward}},
    .back_reads_x = true,
    .release = release,
};

struct wr_var *wr_op_softmax_aggregate(struct wr_net *net, struct wr_var *x,
                                       const struct wr_adjacency *a)
{
    struct softmax_aggregate *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    int64_t size = net->capacity[x->kind] * x->cols;
    op->a = a;
    op->largest = wr_net_array(net, x->cols, sizeof *op->largest);
    op->partials = wr_net_partials(net, x->kind, x->cols);
    op->term = quotient_new(net, size);
    op->sum = quotient_new(net, size);
    op->dsum = quotient_new(net, size);
    op->dterm = quotient_new(net, size);
    return op->op.y;
}
