/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/lanes.h"

static const double layer_norm_epsilon = 1e-5; /* in the root, as everywhere else */

struct activate {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_activation what;
    struct wr_param *bias, *gain, *shift; /* 1 x d */
    wr_real *mean, *scale;                /* of each row: its mean, 1 / standard deviation */
    wr_real *partials;                    /* of a block: dgain, dshift, dbias ... */
    int64_t stride;                       /* ... each of so many numbers: whole vectors */
    bool adds;
};

/* z = relu(x + b) of the columns from j, `left` of them in the row; 0 in the others */
WR_INLINE void rectify(const struct activate *op, const wr_real *x, int64_t j, int64_t left,
                       wr_lanes *z)
{
    *z = WR_LANES_AT(x + j);
    if (op->what.bias)
        *z += WR_LANES_AT(op->bias->value + j);
    if (op->what.relu)
        *z = WR_LANES_POSITIVE(*z);
    if (left < WR_LANES)
        wr_lanes_load_or(z, (const wr_real *)z, left, 0);
}

/* y = (z - mean) scale gain + shift, in place */
WR_INLINE void normalize_row(const struct activate *op, int64_t i, int64_t d, wr_real *y,
                             const wr_lanes *sums)
{
    wr_lanes squares = {0};
    wr_real mean = wr_lanes_sum(sums) / (wr_real)d;
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes off;
        wr_lanes_load_or(&off, y + j, d - j, mean);
        off -= mean;
        squares += off * off;
    }
    double variance = (double)wr_lanes_sum(&squares) / (double)d;
    wr_real scale = (wr_real)(1 / sqrt(variance + layer_norm_epsilon));
    op->mean[i] = mean;
    op->scale[i] = scale;
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes u = (WR_LANES_AT(y + j) - mean) * scale;
        u = u * WR_LANES_AT(op->gain->value + j) + WR_LANES_AT(op->shift->value + j);
        wr_lanes_store(y + j, &u, d - j);
    }
}

WR_CLONES
static void forward_rows(void *context, int64_t begin, int64_t end)
{
    const struct activate *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d;
        wr_real *y = op->y->value + i * d;
        wr_lanes z, sums = {0};
        for (int64_t j = 0; j < d; j += WR_LANES) {
            rectify(op, x, j, d - j, &z);
            sums += z;
            wr_lanes_store(y + j, &z, d - j);
        }
        if (op->what.layer_norm)
            normalize_row(op, i, d, y, &sums);
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct activate *op = (struct activate *)base;
    (void)pass;
    wr_blocks_run(wr_var_rows(net, op->x), WR_NET_BLOCK, forward_rows, op);
}

/* What a row needs to turn dY into dZ through the layer norm: with u = (z - mean) scale and
 * v = dy gain, dz = scale (v - mean(v) - u mean(u v)). */
struct row_norm {
    wr_real mean, scale, mean_v, mean_uv;
};

/* Also adds u dy and dy to the sums for gain and shift. */
WR_INLINE struct row_norm norm_backward(const struct activate *op, const wr_real *x, int64_t i,
                                        const wr_real *dy, wr_real *dgain, wr_real *dshift)
{
    int64_t d = op->x->cols;
    wr_real mean = op->mean[i], scale = op->scale[i];
    wr_lanes sum_v = {0}, sum_uv = {0};
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes z, g;
        rectify(op, x, j, d - j, &z);
        wr_lanes_load_or(&g, dy + j, d - j, 0);
        wr_lanes ug = (z - mean) * scale * g, gain = WR_LANES_AT(op->gain->value + j);
        sum_v += g * gain;
        sum_uv += ug * gain;
        WR_LANES_AT(dgain + j) += ug;
        WR_LANES_AT(dshift + j) += g;
    }
    return (struct row_norm){mean, scale, wr_lanes_sum(&sum_v) / (wr_real)d,
                             wr_lanes_sum(&sum_uv) / (wr_real)d};
}

/* dX and the sum for the bias */
WR_INLINE void backward_row(const struct activate *op, const wr_real *x, const wr_real *dy,
                            const struct row_norm *r, wr_real *dx, wr_real *dbias)
{
    int64_t d = op->x->cols;
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes z, dz;
        wr_lanes_load_or(&dz, dy + j, d - j, 0);
        rectify(op, x, j, d - j, &z);
        if (op->what.layer_norm)
            dz = (dz * WR_LANES_AT(op->gain->value + j) - r->mean_v -
                  (z - r->mean) * (r->scale * r->mean_uv)) *
                 r->scale;
        if (op->what.relu)
            dz = WR_LANES_IF(z > 0, dz, (wr_lanes){0});
        WR_LANES_AT(dbias + j) += dz;
        if (op->adds)
            dz += WR_LANES_AT(dx + j);
        wr_lanes_store(dx + j, &dz, d - j);
    }
}

WR_CLONES
static void backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct activate *op = context;
    int64_t d = op->x->cols, stride = op->stride;
    wr_real *dgain = op->partials + begin / WR_NET_BLOCK * 3 * stride, *dshift = dgain + stride,
            *dbias = dshift + stride;
    memset(dgain, 0, (size_t)(3 * stride) * sizeof *dgain);
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d, *dy = op->y->grad + i * d;
        struct row_norm r = {0};
        if (op->what.layer_norm)
            r = norm_backward(op, x, i, dy, dgain, dshift);
        backward_row(op, x, dy, &r, op->x->grad + i * d, dbias);
    }
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct activate *op = (struct activate *)base;
    int64_t rows = wr_var_rows(net, op->x), d = op->x->cols;
    (void)pass;
    op->adds = wr_var_adds(op->x);
    wr_blocks_run(rows, WR_NET_BLOCK, backward_rows, op);
    struct wr_param *const param[] = {op->gain, op->shift, op->bias};
    for (int k = 0; k < 3; k++)
        if (param[k])
            wr_partials_add(op->partials + k * op->stride, rows, 3 * op->stride, d, param[k]->grad);
}

static void release(struct wr_op *base)
{
    struct activate *op = (struct activate *)base;
    free(op->mean);
    free(op->scale);
    free(op->partials);
}

static const struct wr_op_class class = {"activate", sizeof(struct activate), forward, backward,
                                         release};

struct wr_var *wr_op_activate(struct wr_net *net, struct wr_var *x, struct wr_activation what)
{
    struct activate *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    int64_t rows = net->capacity[x->kind], d = x->cols;
    op->x = x;
    op->y = wr_net_var(net, x->kind, d, true);
    op->what = what;
    op->stride = wr_block_count(d, WR_LANES) * WR_LANES;
    op->partials = wr_net_partials(net, x->kind, 3 * op->stride);
    if (what.bias)
        op->bias = wr_net_param(net, 1, d, WR_PARAM_ZERO, 1);
    if (what.layer_norm) {
        op->gain = wr_net_param(net, 1, d, WR_PARAM_ONE, 1);
        op->shift = wr_net_param(net, 1, d, WR_PARAM_ZERO, 1);
        op->mean = wr_net_array(net, rows, sizeof *op->mean);
        op->scale = wr_net_array(net, rows, sizeof *op->scale);
    }
    return op->y;
}
