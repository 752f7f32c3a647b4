/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>

#include "base/lanes_math.h"

/*
 * Products are sums of logarithms, and signs are counts: with rows [log|x| | x < 0], A times them
 * gives [l | s], and y = (-1)^s exp(l) / root mean square of exp(l) over the row. A zero counts
 * as a positive number of size 1e-18: y is then about 0, and y / x still the product of the others.
 */
static const wr_real smallest = (wr_real)1e-18;

struct product {
    struct wr_op op;
    const struct wr_sparse *a, *transpose;
    wr_real *term; /* n x 2 d: [log|x| | x < 0] */
    wr_real *sum;  /* rows of y x 2 d: A times it */
    wr_real *dsum; /* rows of y x d: gradient of l */
    wr_real *dlog; /* n x d: gradient of log|x| */
};

/* max(|x|, smallest); and the same with x's sign */
#define SIZE(x) WR_LANES_MAX(WR_LANES_MAX(x, -(x)), WR_LANES_ALL(smallest))
#define NONZERO(x) WR_LANES_IF((x) < 0, -SIZE(x), SIZE(x))

static void terms(struct wr_op *base, const struct wr_slab *s)
{
    const struct product *op = (struct product *)base;
    int64_t d = base->x->cols;
    const wr_real *x = wr_var_value(base->x, s);
    wr_real *term = op->term + s->begin * 2 * d;
    for (int64_t i = s->begin; i < s->end; i++, x += d, term += 2 * d)
        for (int64_t j = 0; j < d; j += WR_LANES) {
            wr_lanes at = WR_LANES_AT(x + j), size = SIZE(at);
            wr_lanes negative = WR_LANES_IF(at < 0, WR_LANES_ALL((wr_real)1), (wr_lanes){0});
            wr_lanes_log(&size);
            wr_lanes_store(term + j, &size, d - j);
            wr_lanes_store(term + d + j, &negative, d - j);
        }
}

/* y = (-1)^s exp(l - largest l); returns the sum of squares */
WR_INLINE wr_real powers(const wr_real *l, const wr_real *s, int64_t d, wr_real *y)
{
    const int sign_bit = 8 * (int)sizeof(wr_real) - 1;
    wr_lanes most = WR_LANES_ALL((wr_real)-INFINITY), squares = {0};
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes at = WR_LANES_AT(l + j);
        wr_lanes_clip(&at, d - j, (wr_real)-INFINITY);
        most = WR_LANES_MAX(most, at);
    }
    wr_real largest = wr_lanes_largest(&most);
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes size = WR_LANES_AT(l + j) - largest;
        wr_lane_bits count = __builtin_convertvector(WR_LANES_AT(s + j), wr_lane_bits);
        wr_lanes_exp(&size);
        wr_lanes_clip(&size, d - j, 0);
        squares += size * size;
        size = (wr_lanes)((wr_lane_bits)size ^ (count << sign_bit));
        wr_lanes_store(y + j, &size, d - j);
    }
    return wr_lanes_sum(&squares);
}

static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct product *op = (struct product *)base;
    int64_t d = base->x->cols;
    wr_spmm_rows(op->a, s->begin, s->end, op->term, 2 * d, op->sum + s->begin * 2 * d, false);
    wr_real *y = wr_var_value(base->y, s);
    for (int64_t i = s->begin; i < s->end; i++, y += d) {
        wr_real squares = powers(op->sum + i * 2 * d, op->sum + (i * 2 + 1) * d, d, y);
        wr_real scale = 1 / wr_sqrt(squares / (wr_real)d);
        for (int64_t j = 0; j < d; j++)
            y[j] *= scale;
    }
}

/* y_j is proportional to exp(l_j) with sum of squares d: dl_j = y_j dy_j - y_j^2 <y, dy> / d */
static void power_backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct product *op = (struct product *)base;
    int64_t d = base->x->cols;
    const wr_real *y = wr_var_value(base->y, s), *g = wr_var_grad(base->y, s);
    for (int64_t i = s->begin; i < s->end; i++, y += d, g += d) {
        double along = 0;
        for (int64_t j = 0; j < d; j++)
            along += (double)(y[j] * g[j]);
        wr_real mean = (wr_real)(along / (double)d);
        for (int64_t j = 0; j < d; j++)
            op->dsum[i * d + j] = y[j] * (g[j] - y[j] * mean);
    }
}

/* dx = d log|x| / x */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct product *op = (struct product *)base;
    const bool adds = base->adds;
    int64_t d = base->x->cols, first = s->begin * d, count = s->end * d - first;
    wr_spmm_rows(op->transpose, s->begin, s->end, op->dsum, d, op->dlog + first, false);
    const wr_real *x = wr_var_value(base->x, s), *dlog = op->dlog + first;
    wr_real *dx = wr_var_grad(base->x, s);
    for (int64_t k = 0; k < count; k += WR_LANES) {
        wr_lanes at = WR_LANES_AT(x + k), g = WR_LANES_AT(dlog + k) / NONZERO(at);
        if (adds)
            g += WR_LANES_AT(dx + k);
        wr_lanes_store(dx + k, &g, count - k);
    }
}

static void release(struct wr_op *base)
{
    struct product *op = (struct product *)base;
    free(op->term);
    free(op->sum);
    free(op->dsum);
    free(op->dlog);
}

static const struct wr_op_class class = {
    .name = "product",
    .size = sizeof(struct product),
    .forward = {{.over_x = true, .rows = terms}, {.waits = true, .rows = forward}},
    .backward = {{.rows = power_backward}, {.waits = true, .over_x = true, .rows = backward}},
    .back_reads_x = true,
    .back_reads_y = true,
    .in_place = true,
    .release = release,
};

struct wr_var *wr_op_product(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                             const struct wr_sparse *a, const struct wr_sparse *transpose)
{
    struct product *op = x ? wr_net_op(net, &class, x, wr_net_var(net, kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    int64_t in = net->capacity[x->kind] * x->cols, out = net->capacity[kind] * x->cols;
    op->a = a;
    op->transpose = transpose;
    op->term = wr_net_array(net, 2 * in, sizeof *op->term);
    op->sum = wr_net_array(net, 2 * out, sizeof *op->sum);
    op->dsum = wr_net_array(net, out, sizeof *op->dsum);
    op->dlog = wr_net_array(net, in, sizeof *op->dlog);
    return op->op.y;
}
