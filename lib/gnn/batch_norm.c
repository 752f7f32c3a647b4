/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cacheline.h"
#include "base/lanes.h"

static const double batch_norm_epsilon = 1e-5; /* in the root */
static const double momentum = 0.1;            /* of the newest batch in the averages */

/* Vectors of columns that are treated together: a cache line of them, and two at least. */
enum { LINE = WR_LANES_BYTES < WR_CACHE_LINE ? WR_CACHE_LINE / WR_LANES_BYTES : 2 };

/* Call an inline function for all columns: for LINE vectors of them as long as there are so many,
 * then for one at a time, which may reach beyond the end of a row. */
#define FOR_COLUMNS(j, d, function, op, ...)                     \
    do {                                                         \
        int64_t j = 0;                                           \
        for (; j + LINE * WR_LANES <= (d); j += LINE * WR_LANES) \
            function(op, LINE, j, __VA_ARGS__);                  \
        for (; j < (d); j += WR_LANES)                           \
            function(op, 1, j, __VA_ARGS__);                     \
    } while (0)

struct batch_norm {
    struct wr_op op;
    bool relu;
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

/* Mean and sum of squares around it of columns of the slab's rows. */
WR_INLINE void columns_statistics(const wr_real *x, int64_t rows, int64_t d, int vectors,
                                  wr_lanes *mean, wr_lanes *squares)
{
    WR_UNROLLED (v, vectors)
        mean[v] = squares[v] = (wr_lanes){0};
    for (int64_t i = 0; i < rows; i++)
        WR_UNROLLED (v, vectors)
            mean[v] += WR_LANES_AT(x + i * d + v * WR_LANES);
    WR_UNROLLED (v, vectors)
        mean[v] *= 1 / (wr_real)rows;
    for (int64_t i = 0; i < rows; i++)
        WR_UNROLLED (v, vectors) {
            wr_lanes off = WR_LANES_AT(x + i * d + v * WR_LANES) - mean[v];
            squares[v] += off * off;
        }
}

/* Columns from j: the slab's statistics into those of the group's rows before it. */
WR_INLINE void add_columns(const struct batch_norm *op, int vectors, int64_t j,
                           const struct wr_slab *s, wr_real *group)
{
    const int64_t rows = s->end - s->begin;
    wr_lanes mean[LINE], squares[LINE];
    columns_statistics(wr_var_value(op->op.x, s) + j, rows, op->op.x->cols, vectors, mean, squares);
    WR_UNROLLED (v, vectors) {
        wr_real *at = group + j + v * WR_LANES;
        merge(op->rows[s->group], rows, (wr_lanes *)at, (wr_lanes *)(at + op->stride), &mean[v],
              &squares[v]);
    }
}

/* The group's mean and sum of squares, slab by slab. */
static void statistics(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    if (!op->training)
        return;
    wr_real *group = wr_partials_of(op->partials, 2 * op->stride, s);
    if (s->first)
        op->rows[s->group] = 0;
    FOR_COLUMNS(j, base->x->cols, add_columns, op, s, group);
    op->rows[s->group] += s->end - s->begin;
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

/* y = (x - mean) slope + shift, slope = scale gain, or the relu of that. */
struct line {
    wr_lanes mean[LINE], slope[LINE], shift[LINE];
};

WR_INLINE void load_line(const struct batch_norm *op, int64_t j, int vectors, struct line *c)
{
    WR_UNROLLED (v, vectors) {
        const int64_t at = j + v * WR_LANES;
        c->mean[v] = WR_LANES_AT(op->mean + at);
        c->slope[v] = WR_LANES_AT(op->scale + at) * WR_LANES_AT(op->gain->value + at);
        c->shift[v] = WR_LANES_AT(op->shift->value + at);
    }
}

/* Columns from j */
WR_INLINE void forward_columns(const struct batch_norm *op, int vectors, int64_t j,
                               const struct wr_slab *s)
{
    const bool relu = op->relu;
    const int64_t d = op->op.x->cols, rows = s->end - s->begin;
    const int64_t left = vectors > 1 ? WR_LANES : d - j;
    const wr_real *x = wr_var_value(op->op.x, s) + j;
    wr_real *y = wr_var_value(op->op.y, s) + j;
    struct line c;
    load_line(op, j, vectors, &c);
    for (int64_t i = 0; i < rows; i++, x += d, y += d)
        WR_UNROLLED (v, vectors) {
            wr_lanes to = (WR_LANES_AT(x + v * WR_LANES) - c.mean[v]) * c.slope[v] + c.shift[v];
            if (relu)
                to = WR_LANES_POSITIVE(to);
            wr_lanes_store(y + v * WR_LANES, &to, left);
        }
}

static void forward(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    FOR_COLUMNS(j, base->x->cols, forward_columns, op, s);
}

/* --- gradients -------------------------------------------------------------------------------- */

/* Where relu was, dy counts where y > 0 only. */
WR_INLINE void pass_relu(const struct line *c, int v, const wr_lanes *off, wr_lanes *dy)
{
    *dy = WR_LANES_IF(*off * c->slope[v] + c->shift[v] > 0, *dy, (wr_lanes){0});
}

/* Sums of u dy and dy over the rows, with u = (x - mean) scale: columns from j. */
WR_INLINE void sum_columns(const struct batch_norm *op, int vectors, int64_t j,
                           const struct wr_slab *s, wr_real *udy)
{
    const bool relu = op->relu;
    const int64_t d = op->op.x->cols, rows = s->end - s->begin;
    const wr_real *x = wr_var_value(op->op.x, s) + j, *g = wr_var_grad(op->op.y, s) + j;
    wr_real *dy = udy + op->stride;
    wr_lanes scale[LINE], along[LINE], sum[LINE];
    struct line c;
    load_line(op, j, vectors, &c);
    WR_UNROLLED (v, vectors) {
        scale[v] = WR_LANES_AT(op->scale + j + v * WR_LANES);
        along[v] = sum[v] = (wr_lanes){0};
    }
    for (int64_t i = 0; i < rows; i++, x += d, g += d)
        WR_UNROLLED (v, vectors) {
            wr_lanes off = WR_LANES_AT(x + v * WR_LANES) - c.mean[v];
            wr_lanes at = WR_LANES_AT(g + v * WR_LANES);
            if (relu)
                pass_relu(&c, v, &off, &at);
            along[v] += off * scale[v] * at;
            sum[v] += at;
        }
    WR_UNROLLED (v, vectors) {
        const int64_t at = j + v * WR_LANES;
        WR_LANES_AT(udy + at) += along[v];
        WR_LANES_AT(dy + at) += sum[v];
    }
}

static void gradient_sums(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    wr_real *sums = wr_partials_of(op->partials, 2 * op->stride, s);
    FOR_COLUMNS(j, base->x->cols, sum_columns, op, s, sums);
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

/* dx = slope (dy - mean(dy) - u mean(u dy)) in columns from j */
WR_INLINE void backward_columns(const struct batch_norm *op, int vectors, int64_t j,
                                const struct wr_slab *s)
{
    const bool adds = op->op.adds, relu = op->relu;
    const int64_t d = op->op.x->cols, rows = s->end - s->begin;
    const int64_t left = vectors > 1 ? WR_LANES : d - j;
    const wr_real *x = wr_var_value(op->op.x, s) + j, *g = wr_var_grad(op->op.y, s) + j;
    wr_real *to = wr_var_grad(op->op.x, s) + j;
    wr_lanes dy[LINE], along[LINE];
    struct line c;
    load_line(op, j, vectors, &c);
    WR_UNROLLED (v, vectors) {
        const int64_t at = j + v * WR_LANES;
        dy[v] = WR_LANES_AT(op->dy + at);
        along[v] = WR_LANES_AT(op->scale + at) * WR_LANES_AT(op->udy + at);
    }
    for (int64_t i = 0; i < rows; i++, x += d, g += d, to += d)
        WR_UNROLLED (v, vectors) {
            wr_lanes off = WR_LANES_AT(x + v * WR_LANES) - c.mean[v];
            wr_lanes dx = WR_LANES_AT(g + v * WR_LANES);
            if (relu)
                pass_relu(&c, v, &off, &dx);
            dx = c.slope[v] * (dx - dy[v] - off * along[v]);
            if (adds)
                dx += WR_LANES_AT(to + v * WR_LANES);
            wr_lanes_store(to + v * WR_LANES, &dx, left);
        }
}

static void backward(struct wr_op *base, const struct wr_slab *s)
{
    const struct batch_norm *op = (struct batch_norm *)base;
    FOR_COLUMNS(j, base->x->cols, backward_columns, op, s);
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

struct wr_var *wr_op_batch_norm(struct wr_net *net, struct wr_var *x, bool relu)
{
    struct batch_norm *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    int64_t d = x->cols;
    op->relu = relu;
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
