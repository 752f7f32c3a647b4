/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gnn/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/blocks.h"
#include "base/lanes.h"

static const wr_real layer_norm_epsilon = (wr_real)1e-5; /* in the root */

enum { CHUNK = 16 }; /* rows that are treated together */

struct activate {
    struct wr_op op;
    struct wr_activation what;
    struct wr_param *bias, *gain, *shift; /* 1 x d */
    wr_real *mean, *scale;                /* of each row: its mean, 1 / standard deviation */
    wr_real *partials;                    /* of a group of rows: dgain, dshift, dbias ... */
    int64_t stride;                       /* ... each of so many numbers: cache lines */
};

/* What to do to which rows, as local values: stores of vectors could change anything else. */
struct rows {
    int64_t d;
    struct wr_activation what;
    bool whole; /* whole vectors: no row ends within one */
    bool adds;
    const wr_real *bias, *gain, *shift;
};

WR_INLINE struct rows rows_of(const struct activate *op, struct wr_activation what, bool whole,
                              bool adds)
{
    return (struct rows){op->op.x->cols,
                         what,
                         whole,
                         adds,
                         op->bias ? op->bias->value : NULL,
                         op->gain ? op->gain->value : NULL,
                         op->shift ? op->shift->value : NULL};
}

/* Run an inline loop over rows, compiled for each of the usual kinds and once for all others:
 * branches within the loops would take as long as the arithmetic. */
#define BY_KIND(loop, self, s)                                                                    \
    do {                                                                                          \
        const struct wr_activation what = (self)->what;                                           \
        const bool adds = (self)->op.adds, whole = (self)->op.x->cols % WR_LANES == 0;            \
        const bool usual = whole && !adds && what.bias && what.relu;                              \
        if (usual && what.layer_norm)                                                             \
            loop(self, s, rows_of(self, (struct wr_activation){true, true, true}, true, false));  \
        else if (usual)                                                                           \
            loop(self, s, rows_of(self, (struct wr_activation){true, true, false}, true, false)); \
        else                                                                                      \
            loop(self, s, rows_of(self, what, false, adds));                                      \
    } while (0)

/* Numbers of a row from column j, for the functions that treat its end. */
WR_INLINE int64_t left(const struct rows *r, int64_t j)
{
    return r->whole ? WR_LANES : r->d - j;
}

/* z = relu(x + b) of the columns from j; 0 beyond the row */
WR_INLINE void rectify(const struct rows *r, const wr_real *x, int64_t j, wr_lanes *z)
{
    *z = WR_LANES_AT(x + j);
    if (r->what.bias)
        *z += WR_LANES_AT(r->bias + j);
    if (r->what.relu)
        *z = WR_LANES_POSITIVE(*z);
    wr_lanes_clip(z, left(r, j), 0);
}

/* y = z; returns the sum of the row */
WR_INLINE wr_real rectify_row(const struct rows *r, const wr_real *x, wr_real *y)
{
    wr_lanes z, sum = {0};
    for (int64_t j = 0; j < r->d; j += WR_LANES) {
        rectify(r, x, j, &z);
        sum += z;
        wr_lanes_store(y + j, &z, left(r, j));
    }
    return wr_lanes_sum(&sum);
}

/* sum of (z - mean)^2 */
WR_INLINE wr_real sum_squares(const struct rows *r, const wr_real *z, wr_real mean)
{
    wr_lanes sum = {0};
    for (int64_t j = 0; j < r->d; j += WR_LANES) {
        wr_lanes off = WR_LANES_AT(z + j);
        wr_lanes_clip(&off, left(r, j), mean);
        off -= mean;
        sum += off * off;
    }
    return wr_lanes_sum(&sum);
}

/* z of the columns from j becomes (z - mean) scale gain + shift */
WR_INLINE void normalize(const struct rows *r, wr_real mean, wr_real scale, int64_t j, wr_lanes *z)
{
    *z = (*z - mean) * scale;
    *z = *z * WR_LANES_AT(r->gain + j) + WR_LANES_AT(r->shift + j);
}

WR_INLINE void normalize_row(const struct rows *r, wr_real mean, wr_real scale, wr_real *y)
{
    for (int64_t j = 0; j < r->d; j += WR_LANES) {
        wr_lanes z = WR_LANES_AT(y + j);
        normalize(r, mean, scale, j, &z);
        wr_lanes_store(y + j, &z, left(r, j));
    }
}

/* A few rows in steps, so that the processor need not wait for the sums of each row. */
WR_INLINE void forward_chunk(const struct rows *r, int64_t count, const wr_real *x, wr_real *y,
                             const struct activate *op, int64_t begin)
{
    const wr_real share = 1 / (wr_real)r->d;
    wr_real mean[CHUNK], scale[CHUNK] = {0};
    for (int64_t i = 0; i < count; i++)
        mean[i] = share * rectify_row(r, x + i * r->d, y + i * r->d);
    if (!r->what.layer_norm)
        return;
    for (int64_t i = 0; i < count; i++)
        scale[i] = share * sum_squares(r, y + i * r->d, mean[i]);
    for (int64_t i = 0; i < CHUNK; i++)
        scale[i] = 1 / wr_sqrt(scale[i] + layer_norm_epsilon);
    for (int64_t i = 0; i < count; i++)
        normalize_row(r, mean[i], scale[i], y + i * r->d);
    memcpy(op->mean + begin, mean, (size_t)count * sizeof *mean);
    memcpy(op->scale + begin, scale, (size_t)count * sizeof *scale);
}

WR_INLINE void forward_rows(const struct activate *op, const struct wr_slab *s, struct rows r)
{
    const wr_real *x = wr_var_value(op->op.x, s);
    wr_real *y = wr_var_value(op->op.y, s);
    for (int64_t i = s->begin; i < s->end; i += CHUNK)
        forward_chunk(&r, wr_block_end(i, CHUNK, s->end) - i, x + (i - s->begin) * r.d,
                      y + (i - s->begin) * r.d, op, i);
}

static void forward(struct wr_op *base, const struct wr_slab *s)
{
    BY_KIND(forward_rows, (const struct activate *)base, s);
}

/* The same, by the means and scales that are known. */
WR_INLINE void remake_rows(const struct activate *op, const struct wr_slab *s, struct rows r)
{
    const wr_real *x = wr_var_value(op->op.x, s);
    wr_real *y = wr_var_value(op->op.y, s);
    for (int64_t i = s->begin; i < s->end; i++, x += r.d, y += r.d) {
        for (int64_t j = 0; j < r.d; j += WR_LANES) {
            wr_lanes z;
            rectify(&r, x, j, &z);
            if (r.what.layer_norm)
                normalize(&r, op->mean[i], op->scale[i], j, &z);
            wr_lanes_store(y + j, &z, left(&r, j));
        }
    }
}

static void remake(struct wr_op *base, const struct wr_slab *s)
{
    BY_KIND(remake_rows, (const struct activate *)base, s);
}

/* What a row needs to turn dY into dZ through the layer norm: with u = (z - mean) scale and
 * v = dy gain, dz = scale (v - mean(v) - u mean(u v)). */
struct row_norm {
    wr_real mean, scale, mean_v, along; /* the last is scale mean(u v) */
};

/* Means over a row, of which dy and z are what the rest follows from. */
WR_INLINE void norm_of_row(const struct rows *r, const wr_real *x, const wr_real *dy,
                           struct row_norm *norm)
{
    wr_lanes sum_v = {0}, sum_uv = {0};
    for (int64_t j = 0; j < r->d; j += WR_LANES) {
        wr_lanes z, v = WR_LANES_AT(dy + j) * WR_LANES_AT(r->gain + j);
        rectify(r, x, j, &z);
        wr_lanes_clip(&v, left(r, j), 0);
        sum_v += v;
        sum_uv += (z - norm->mean) * v;
    }
    const wr_real share = 1 / (wr_real)r->d;
    norm->mean_v = wr_lanes_sum(&sum_v) * share;
    norm->along = norm->scale * norm->scale * wr_lanes_sum(&sum_uv) * share;
}

/* Sums over rows, a vector of columns each. */
struct column_sums {
    wr_lanes gain, shift, bias;
};

/* dX of the columns from j in a row, and what it adds to the sums. */
WR_INLINE void backward_at(const struct rows *r, const wr_real *x, const wr_real *dy,
                           const struct row_norm *norm, int64_t j, wr_real *dx,
                           struct column_sums *sums)
{
    wr_lanes z, dz = WR_LANES_AT(dy + j);
    rectify(r, x, j, &z);
    if (r->what.layer_norm) {
        wr_lanes off = z - norm->mean;
        sums->gain += off * norm->scale * dz;
        sums->shift += dz;
        dz = (dz * WR_LANES_AT(r->gain + j) - norm->mean_v - off * norm->along) * norm->scale;
    }
    if (r->what.relu)
        dz = WR_LANES_IF(z > 0, dz, (wr_lanes){0});
    sums->bias += dz;
    if (r->adds)
        dz += WR_LANES_AT(dx + j);
    wr_lanes_store(dx + j, &dz, left(r, j));
}

/* A few rows, vector of columns by vector, so that the sums stay in registers. */
WR_INLINE void backward_chunk(const struct rows *r, int64_t count, const wr_real *x,
                              const wr_real *dy, const struct row_norm *norm, wr_real *dx,
                              wr_real *dgain, wr_real *dshift, wr_real *dbias)
{
    for (int64_t j = 0; j < r->d; j += WR_LANES) {
        struct column_sums sums = {WR_LANES_AT(dgain + j), WR_LANES_AT(dshift + j),
                                   WR_LANES_AT(dbias + j)};
        for (int64_t k = 0; k < count; k++)
            backward_at(r, x + k * r->d, dy + k * r->d, &norm[k], j, dx + k * r->d, &sums);
        WR_LANES_AT(dgain + j) = sums.gain;
        WR_LANES_AT(dshift + j) = sums.shift;
        WR_LANES_AT(dbias + j) = sums.bias;
    }
}

WR_INLINE void backward_rows(const struct activate *op, const struct wr_slab *s, struct rows r)
{
    wr_real *dgain = wr_partials_of(op->partials, 3 * op->stride, s), *dshift = dgain + op->stride,
            *dbias = dshift + op->stride;
    for (int64_t i = s->begin; i < s->end; i += CHUNK) {
        int64_t count = wr_block_end(i, CHUNK, s->end) - i;
        const wr_real *x = wr_var_value(op->op.x, s) + (i - s->begin) * r.d;
        const wr_real *dy = wr_var_grad(op->op.y, s) + (i - s->begin) * r.d;
        wr_real *dx = wr_var_grad(op->op.x, s) + (i - s->begin) * r.d;
        struct row_norm norm[CHUNK];
        for (int64_t k = 0; r.what.layer_norm && k < count; k++) {
            norm[k] = (struct row_norm){.mean = op->mean[i + k], .scale = op->scale[i + k]};
            norm_of_row(&r, x + k * r.d, dy + k * r.d, &norm[k]);
        }
        backward_chunk(&r, count, x, dy, norm, dx, dgain, dshift, dbias);
    }
}

static void backward(struct wr_op *base, const struct wr_slab *s)
{
    BY_KIND(backward_rows, (const struct activate *)base, s);
}

static void end_backward(struct wr_op *base, const struct wr_net *net)
{
    struct activate *op = (struct activate *)base;
    struct wr_param *const param[] = {op->gain, op->shift, op->bias};
    for (int k = 0; k < 3; k++)
        if (param[k])
            wr_partials_sum(net, base->x->kind, op->partials, 3 * op->stride, k * op->stride,
                            base->x->cols, param[k]->grad);
}

static void release(struct wr_op *base)
{
    struct activate *op = (struct activate *)base;
    free(op->mean);
    free(op->scale);
    free(op->partials);
}

static const struct wr_op_class class = {
    .name = "activate",
    .size = sizeof(struct activate),
    .forward = {{.rows = forward}},
    .backward = {{.rows = backward, .end = end_backward}},
    .remake = {.rows = remake},
    .back_reads_x = true,
    .in_place = true,
    .release = release,
};

struct wr_var *wr_op_activate(struct wr_net *net, struct wr_var *x, struct wr_activation what)
{
    struct activate *op =
        x ? wr_net_op(net, &class, x, wr_net_var(net, x->kind, x->cols, true)) : NULL;
    if (!op)
        return NULL;
    int64_t rows = net->capacity[x->kind], d = x->cols;
    op->what = what;
    op->stride = wr_line_width(d);
    op->partials = wr_net_partials(net, x->kind, 3 * op->stride);
    if (what.bias)
        op->bias = wr_net_param(net, 1, d, WR_PARAM_ZERO, 1);
    if (what.layer_norm) {
        op->gain = wr_net_param(net, 1, d, WR_PARAM_ONE, 1);
        op->shift = wr_net_param(net, 1, d, WR_PARAM_ZERO, 1);
        op->mean = wr_net_array(net, rows, sizeof *op->mean);
        op->scale = wr_net_array(net, rows, sizeof *op->scale);
    }
    return op->op.y;
}
