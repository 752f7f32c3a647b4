/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/compiler.h"

static const double batch_norm_epsilon = 1e-5; /* in the root */
static const double momentum = 0.1;            /* of the newest batch in the averages */

struct batch_norm {
    struct wr_op op;
    struct wr_var *x, *y;
    struct wr_param *gain, *shift;     /* 1 x d */
    struct wr_param *average, *spread; /* 1 x d, running: mean, variance */
    wr_real *mean, *scale;             /* of each column in this pass: mean, 1 / deviation */
    wr_real *sums;                     /* d or 2 d: over all rows */
    wr_real *partials;                 /* the same over a block */
    bool training, adds;
    double rows;
};

WR_CLONES
static void sum_rows(void *context, int64_t begin, int64_t end)
{
    const struct batch_norm *op = context;
    int64_t d = op->x->cols;
    wr_real *sum = op->partials + begin / WR_NET_BLOCK * 2 * d;
    memset(sum, 0, (size_t)d * sizeof *sum);
    for (int64_t i = begin; i < end; i++)
        for (int64_t j = 0; j < d; j++)
            sum[j] += op->x->value[i * d + j];
}

WR_CLONES
static void square_rows(void *context, int64_t begin, int64_t end)
{
    const struct batch_norm *op = context;
    int64_t d = op->x->cols;
    wr_real *sum = op->partials + begin / WR_NET_BLOCK * 2 * d;
    memset(sum, 0, (size_t)d * sizeof *sum);
    for (int64_t i = begin; i < end; i++)
        for (int64_t j = 0; j < d; j++) {
            wr_real off = op->x->value[i * d + j] - op->mean[j];
            sum[j] += off * off;
        }
}

/* sums (width) = work's partial sums over all rows. */
static void sum_columns(struct batch_norm *op, int64_t rows, int64_t width,
                        void (*work)(void *context, int64_t begin, int64_t end))
{
    wr_blocks_run_even(rows, WR_NET_BLOCK, work, op);
    memset(op->sums, 0, (size_t)width * sizeof *op->sums);
    wr_partials_add(op->partials, rows, 2 * op->x->cols, width, op->sums);
}

/* Mean, then variance around it, of the batch; the averages move towards them. */
static void batch_statistics(struct batch_norm *op, int64_t rows)
{
    int64_t d = op->x->cols;
    double n = (double)rows;
    sum_columns(op, rows, d, sum_rows);
    for (int64_t j = 0; j < d; j++)
        op->mean[j] = (wr_real)((double)op->sums[j] / n);
    sum_columns(op, rows, d, square_rows);
    for (int64_t j = 0; j < d; j++) {
        double variance = (double)op->sums[j] / n, unbiased = rows > 1 ? n / (n - 1) : 1;
        wr_real *average = op->average->value + j, *spread = op->spread->value + j;
        op->scale[j] = (wr_real)(1 / sqrt(variance + batch_norm_epsilon));
        *average += (wr_real)(momentum * (double)(op->mean[j] - *average));
        *spread += (wr_real)(momentum * (variance * unbiased - (double)*spread));
    }
}

static void running_statistics(struct batch_norm *op)
{
    for (int64_t j = 0; j < op->x->cols; j++) {
        op->mean[j] = op->average->value[j];
        op->scale[j] = (wr_real)(1 / sqrt((double)op->spread->value[j] + batch_norm_epsilon));
    }
}

/* y = (x - mean) scale gain + shift */
WR_CLONES
static void forward_rows(void *context, int64_t begin, int64_t end)
{
    const struct batch_norm *op = context;
    int64_t d = op->x->cols;
    const wr_real *gain = op->gain->value, *shift = op->shift->value;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d;
        wr_real *y = op->y->value + i * d;
        for (int64_t j = 0; j < d; j++)
            y[j] = (x[j] - op->mean[j]) * op->scale[j] * gain[j] + shift[j];
    }
}

static void forward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct batch_norm *op = (struct batch_norm *)base;
    int64_t rows = wr_var_rows(net, op->x);
    op->training = pass->training && rows > 0;
    op->rows = (double)rows;
    if (op->training)
        batch_statistics(op, rows);
    else
        running_statistics(op);
    wr_blocks_run_even(rows, WR_NET_BLOCK, forward_rows, op);
}

/* Partial sums of u dy and dy, with u = (x - mean) scale. */
WR_CLONES
static void gradient_rows(void *context, int64_t begin, int64_t end)
{
    const struct batch_norm *op = context;
    int64_t d = op->x->cols;
    wr_real *gain = op->partials + begin / WR_NET_BLOCK * 2 * d, *shift = gain + d;
    memset(gain, 0, (size_t)(2 * d) * sizeof *gain);
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d, *g = op->y->grad + i * d;
        for (int64_t j = 0; j < d; j++) {
            gain[j] += (x[j] - op->mean[j]) * op->scale[j] * g[j];
            shift[j] += g[j];
        }
    }
}

/* dx = scale gain (dy - mean(dy) - u mean(u dy)), means over the batch; outside training the
 * statistics are constants: dx = scale gain dy. */
WR_CLONES
static void backward_rows(void *context, int64_t begin, int64_t end)
{
    const struct batch_norm *op = context;
    int64_t d = op->x->cols;
    wr_real share = (wr_real)(op->training ? 1 / op->rows : 0);
    const wr_real *udy = op->sums, *dy = op->sums + d;
    for (int64_t i = begin; i < end; i++) {
        const wr_real *x = op->x->value + i * d, *g = op->y->grad + i * d;
        wr_real *dx = op->x->grad + i * d;
        for (int64_t j = 0; j < d; j++) {
            wr_real u = (x[j] - op->mean[j]) * op->scale[j];
            wr_real v =
                op->scale[j] * op->gain->value[j] * (g[j] - share * dy[j] - u * share * udy[j]);
            dx[j] = op->adds ? dx[j] + v : v;
        }
    }
}

static void backward(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct batch_norm *op = (struct batch_norm *)base;
    int64_t rows = wr_var_rows(net, op->x), d = op->x->cols;
    (void)pass;
    sum_columns(op, rows, 2 * d, gradient_rows);
    memcpy(op->gain->grad, op->sums, (size_t)d * sizeof *op->sums);
    memcpy(op->shift->grad, op->sums + d, (size_t)d * sizeof *op->sums);
    op->adds = wr_var_adds(op->x);
    wr_blocks_run_even(rows, WR_NET_BLOCK, backward_rows, op);
}

static void release(struct wr_op *base)
{
    struct batch_norm *op = (struct batch_norm *)base;
    free(op->mean);
    free(op->scale);
    free(op->sums);
    free(op->partials);
}

static const struct wr_op_class class = {"batch norm", sizeof(struct batch_norm), forward, backward,
                                         release};

struct wr_var *wr_op_batch_norm(struct wr_net *net, struct wr_var *x)
{
    struct batch_norm *op = x ? wr_net_op(net, &class) : NULL;
    if (!op)
        return NULL;
    int64_t d = x->cols;
    op->x = x;
    op->y = wr_net_var(net, x->kind, d, true);
    op->gain = wr_net_param(net, 1, d, WR_PARAM_ONE, 1);
    op->shift = wr_net_param(net, 1, d, WR_PARAM_ZERO, 1);
    op->average = wr_net_state(net, 1, d, WR_PARAM_ZERO);
    op->spread = wr_net_state(net, 1, d, WR_PARAM_ONE);
    op->mean = wr_net_array(net, d, sizeof *op->mean);
    op->scale = wr_net_array(net, d, sizeof *op->scale);
    op->sums = wr_net_array(net, 2 * d, sizeof *op->sums);
    op->partials = wr_net_partials(net, x->kind, 2 * d);
    net->varies = true;
    return op->y;
}
