/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lanes.h"

static const double batch_norm_epsilon = 1e-5; /* in the root */
static const double momentum = 0.1;            /* of the newest batch in the averages */

struct batch_norm {
    struct wr_op op;
    struct wr_param *gain, *shift;     /* 1 x d */
    struct wr_param *average, *spread; /* 1 x d, running: mean, variance */
    wr_real *mean, *scale;             /* of each column in this pass: mean, 1 / deviation */
    wr_real *udy, *dy;                 /* of each column: means of u dy and dy over the rows */
    wr_real *partials;                 /* of a group: two sums of each column, see below ... */
    int64_t *rows;                     /* ... over so many rows */
    int64_t stride;                    /* numbers between the two: whole cache lines */
    bool training;
};

static void begin(struct wr_op *base, const struct wr_net *net, const struct wr_pass *pass)
{
    struct batch_norm *op = (struct batch_norm *)base;
    op->training = pass->training && wr_var_rows(net, base->x) > 0;
}

/* --- statistics ------------------------------------------------------------------------------- */

/* Rows n1 with mean m1 and sum of squares s1 around it, and n2 others, have together the mean
 * m1 + f (m2 - m1), f = n2 / (n1 + n2), and the squares s1 + s2 + n1 f (m2 - m1)^2.
 * Source: T. Chan, G. Golub, R. LeVeque, Am. Stat. 37 (1983) */
WR_INLINE void merge(int64_t n1, int64_t n2, wr_lanes *mean, wr_lanes *squares,
                     const wr_lanes *other_mean, const wr_lanes *other_squares)
{
    const wr_real f = (wr_real)n2 / (wr_real)(n1 + n2);
    wr_lanes off = *other_mean - *mean;
    *mean += f * off;
    *squares += *other_squares + (wr_real)n1 * f * off * off;
}

/* Mean and sum of squares around it of the columns from j of the slab's rows. */
WR_INLINE void slab_statistics(const wr_real *x, int64_t rows, int64_t d, wr_lanes *mean,
                               wr_lanes *squares)
{
    *mean = *squares = (wr_lanes){0};
    for (int64_t i = 0; i < rows; i++)
        *mean += WR_LANES_AT(x + i * d);
    *mean *= 1 / (wr_real)rows;
    for (int64_t i = 0; i < rows; i++) {
        wr_lanes off = WR_LANES_AT(x + i * d) - *mean;
        *squares += off * off;
    }
}

/* The group's mean and sum of squares, slab by slab. */
static void statistics(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    if (!op->training)
        return;
    int64_t d = base->x->cols, rows = s->end - s->begin;
    int64_t *before = &op->rows[s->group];
    const wr_real *x = wr_var_value(base->x, s);
    wr_real *mean = wr_partials_of(op->partials, 2 * op->stride, s), *squares = mean + op->stride;
    if (s->first)
        *before = 0;
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes slab_mean, slab_squares;
        slab_statistics(x + j, rows, d, &slab_mean, &slab_squares);
        merge(*before, rows, (wr_lanes *)(mean + j), (wr_lanes *)(squares + j), &slab_mean,
              &slab_squares);
    }
    *before += rows;
}

/* All groups into the first. */
static int64_t merge_groups(const struct batch_norm *op, int64_t groups)
{
    wr_real *mean = op->partials, *squares = mean + op->stride;
    int64_t rows = op->rows[0];
    for (int64_t g = 1; g < groups; g++) {
        const wr_real *next = mean + g * 2 * op->stride;
        for (int64_t j = 0; j < op->stride; j += WR_LANES)
            merge(rows, op->rows[g], (wr_lanes *)(mean + j), (wr_lanes *)(squares + j),
                  (const wr_lanes *)(next + j), (const wr_lanes *)(next + op->stride + j));
        rows += op->rows[g];
    }
    return rows;
}

/* Mean and variance of the batch; the averages move towards them. */
static void batch_statistics(struct batch_norm *op, int64_t groups)
{
    double n = (double)merge_groups(op, groups), unbiased = n > 1 ? n / (n - 1) : 1;
    for (int64_t j = 0; j < op->op.x->cols; j++) {
        double variance = (double)op->partials[op->stride + j] / n;
        wr_real *average = op->average->value + j, *spread = op->spread->value + j;
        op->mean[j] = op->partials[j];
        op->scale[j] = (wr_real)(1 / sqrt(variance + batch_norm_epsilon));
        *average += (wr_real)(momentum * (double)(op->mean[j] - *average));
        *spread += (wr_real)(momentum * (variance * unbiased - (double)*spread));
    }
}

static void end_statistics(struct wr_op *base, const struct wr_net *net)
{
    struct batch_norm *op = (struct batch_norm *)base;
    if (op->training) {
        batch_statistics(op, wr_net_groups(net, base->x->kind));
        return;
    }
    for (int64_t j = 0; j < base->x->cols; j++) {
        op->mean[j] = op->average->value[j];
        op->scale[j] = (wr_real)(1 / sqrt((double)op->spread->value[j] + batch_norm_epsilon));
    }
}

/* y = (x - mean) scale gain + shift */
static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    int64_t d = base->x->cols, rows = s->end - s->begin;
    const wr_real *x = wr_var_value(base->x, s);
    wr_real *y = wr_var_value(base->y, s);
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes mean = WR_LANES_AT(op->mean + j), shift = WR_LANES_AT(op->shift->value + j);
        wr_lanes slope = WR_LANES_AT(op->scale + j) * WR_LANES_AT(op->gain->value + j);
        for (int64_t i = 0; i < rows; i++) {
            wr_lanes to = (WR_LANES_AT(x + i * d + j) - mean) * slope + shift;
            wr_lanes_store(y + i * d + j, &to, d - j);
        }
    }
}

/* --- gradients ----------------------------------------------------------------------------------
 */

/* Sums of u dy and dy over the rows, with u = (x - mean) scale. */
static void gradient_sums(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    const wr_real *x = wr_var_value(base->x, s), *g = wr_var_grad(base->y, s);
    int64_t d = base->x->cols, rows = s->end - s->begin;
    wr_real *udy = wr_partials_of(op->partials, 2 * op->stride, s), *dy = udy + op->stride;
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes mean = WR_LANES_AT(op->mean + j), scale = WR_LANES_AT(op->scale + j);
        wr_lanes along = WR_LANES_AT(udy + j), sum = WR_LANES_AT(dy + j);
        for (int64_t i = 0; i < rows; i++) {
            along += (WR_LANES_AT(x + i * d + j) - mean) * scale * WR_LANES_AT(g + i * d + j);
            sum += WR_LANES_AT(g + i * d + j);
        }
        WR_LANES_AT(udy + j) = along;
        WR_LANES_AT(dy + j) = sum;
    }
}

/* The gradients of gain and shift, and the means that dx takes away; none outside training, where
 * the statistics are constants. */
static void end_sums(struct wr_op *base, const struct wr_net *net)
{
    struct batch_norm *op = (struct batch_norm *)base;
    const int64_t d = base->x->cols, width = 2 * op->stride;
    const double share = op->training ? 1 / (double)wr_var_rows(net, base->x) : 0;
    wr_partials_sum(net, base->x->kind, op->partials, width, 0, d, op->gain->grad);
    wr_partials_sum(net, base->x->kind, op->partials, width, op->stride, d, op->shift->grad);
    for (int64_t j = 0; j < d; j++) {
        op->udy[j] = (wr_real)(share * (double)op->gain->grad[j]);
        op->dy[j] = (wr_real)(share * (double)op->shift->grad[j]);
    }
}

/* dx = scale gain (dy - mean(dy) - u mean(u dy)) */
static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    const bool adds = base->adds;
    int64_t d = base->x->cols, rows = s->end - s->begin;
    const wr_real *x = wr_var_value(base->x, s), *g = wr_var_grad(base->y, s);
    wr_real *to = wr_var_grad(base->x, s);
    for (int64_t j = 0; j < d; j += WR_LANES) {
        wr_lanes mean = WR_LANES_AT(op->mean + j), scale = WR_LANES_AT(op->scale + j);
        wr_lanes dy = WR_LANES_AT(op->dy + j), along = scale * WR_LANES_AT(op->udy + j);
        wr_lanes slope = scale * WR_LANES_AT(op->gain->value + j);
        for (int64_t i = 0; i < rows; i++) {
            wr_lanes off = WR_LANES_AT(x + i * d + j) - mean;
            wr_lanes dx = slope * (WR_LANES_AT(g + i * d + j) - dy - off * along);
            if (adds)
                dx += WR_LANES_AT(to + i * d + j);
            wr_lanes_store(to + i * d + j, &dx, d - j);
        }
    }
}

static void release(struct wr_op *base)
{
    struct batch_norm *op = (struct batch_norm *)base;
    free(op->mean);
    free(op->scale);
    free(op->udy);
    free(op->dy);
    free(op->partials);
    free(op->rows);
}

static const struct wr_op_class class = {
    .name = "batch norm",
    .size = sizeof(struct batch_norm),
    .forward = {{.begin = begin, .rows = statistics, .end = end_statistics},
                {.waits = true, .rows = forward}},
    .backward = {{.rows = gradient_sums, .end = end_sums}, {.waits = true, .rows = backward}},
    .remake = {.rows = forward},
    .back_reads_x = true,
    .in_place = true,
    .release = release,
};

struct wr_var *wr_op_batch_norm(struct wr_net *net, struct wr_var *x)
{
    struct batch_norm *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    int64_t d = x->cols;
    op->gain = wr_net_param(net, 1, d, WR_PARAM_ONE, 1);
    op->shift = wr_net_param(net, 1, d, WR_PARAM_ZERO, 1);
    op->average = wr_net_state(net, 1, d, WR_PARAM_ZERO);
    op->spread = wr_net_state(net, 1, d, WR_PARAM_ONE);
    op->mean = wr_net_array(net, d, sizeof *op->mean);
    op->scale = wr_net_array(net, d, sizeof *op->scale);
    op->udy = wr_net_array(net, d, sizeof *op->udy);
    op->dy = wr_net_array(net, d, sizeof *op->dy);
    op->stride = wr_line_width(d);
    op->partials = wr_net_partials(net, x->kind, 2 * op->stride);
    op->rows = wr_net_array(net, WR_NET_GROUPS, sizeof *op->rows);
    net->varies = true;
    return op->op.y;
}
