/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>

#include "base/blocks.h"
#include "base/compiler.h"

static const double layer_norm_epsilon = 1e-5; /* in the root, as everywhere else */

struct activate {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_activation what;
    struct wr_param *bias, *gain, *shift; /* 1 x d */
    wr_real *mean, *scale;                /* of each row: its mean, 1 / standard deviation */
    wr_real *partials;                    /* of a block: dgain, dshift, dbias */
    bool adds;
};

/* z = relu(x + b) */
static inline wr_real rectified(const struct activate *op, const wr_real *x, int64_t j)
{
    wr_real z = op->bias ? x[j] + op->bias->value[j] : x[j];
    return op->what.relu && z < 0 ? 0 : z;
}

/* y = (z - mean) scale gain + shift, in place */
static void normalize_row(const struct activate *op, int64_t i, int64_t d, wr_real *y)
{
    double sum = 0, squares = 0;
    for (int64_t j = 0; j < d; j++)
        sum += (double)y[j];
    double mean = sum / (double)d;
    for (int64_t j = 0; j < d; j++)
        squares += ((double)y[j] - mean) * ((double)y[j] - mean);
    op->mean[i] = (wr_real)mean;
    op->scale[i] = (wr_real)(1 / sqrt(squares / (double)d + layer_norm_epsilon));
    for (int64_t j = 0; j < d; j++)
        y[j] = (y[j] - op->mean[i]) * op->scale[i] * op->gain->value[j] + op->shift->value[j];
}

WR_CLONES
static void forward_rows(void *context, int64_t begin, int64_t end)
{
    const struct activate *op = context;
    int64_t d = op->x->cols;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d;
        wr_real *y = op->y->value + i * d;
        for (int64_t j = 0; j < d; j++)
            y[j] = rectified(op, x, j);
        if (op->what.layer_norm)
            normalize_row(op, i, d, y);
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
static struct row_norm norm_backward(const struct activate *op, const wr_real *x, int64_t i,
                                     const wr_real *g, wr_real *dgain, wr_real *dshift)
{
    int64_t d = op->x->cols;
    struct row_norm r = {op->mean[i], op->scale[i], 0, 0};
    double sum_v = 0, sum_uv = 0;
    for (int64_t j = 0; j < d; j++) {
        wr_real u = (rectified(op, x, j) - r.mean) * r.scale, v = g[j] * op->gain->value[j];
        sum_v += (double)v;
        sum_uv += (double)(u * v);
        dgain[j] += u * g[j];
        dshift[j] += g[j];
    }
    r.mean_v = (wr_real)(sum_v / (double)d);
    r.mean_uv = (wr_real)(sum_uv / (double)d);
    return r;
}

WR_CLONES
static void backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct activate *op = context;
    int64_t d = op->x->cols;
    wr_real *dgain = op->partials + begin / WR_NET_BLOCK * 3 * d, *dshift = dgain + d,
            *dbias = dshift + d;
    for (int64_t j = 0; j < 3 * d; j++)
        dgain[j] = 0;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d, *g = op->y->grad + i * d;
        wr_real *dx = op->x->grad + i * d;
        struct row_norm r = {0};
        if (op->what.layer_norm)
            r = norm_backward(op, x, i, g, dgain, dshift);
        for (int64_t j = 0; j < d; j++) {
            wr_real z = rectified(op, x, j), dz = g[j];
            if (op->what.layer_norm)
                dz = r.scale *
                     (g[j] * op->gain->value[j] - r.mean_v - (z - r.mean) * r.scale * r.mean_uv);
            if (op->what.relu && !(z > 0))
                dz = 0;
            dbias[j] += dz;
            dx[j] = op->adds ? dx[j] + dz : dz;
        }
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
            wr_partials_add(op->partials + k * d, rows, 3 * d, d, param[k]->grad);
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
    op->partials = wr_net_partials(net, x->kind, 3 * d);
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
