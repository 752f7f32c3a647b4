/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"

enum wr_status wr_tensor_init(struct wr_tensor *t, int order, const int64_t *dim,
                              struct wr_error *err)
{
    struct wr_tensor made = {.order = order};
    enum wr_status status = wr_dims_check(order, dim, err);
    if (status)
        return status;
    if (!wr_dims_size(order, dim, &made.size))
        return wr_error_set(err, WR_ENOMEM, "the tensor has more than 2^63 entries");
    made.dim = wr_alloc(order, sizeof *made.dim, err);
    made.value = wr_calloc(made.size, sizeof *made.value, err);
    if (!made.dim || !made.value) {
        wr_tensor_release(&made);
        return WR_ENOMEM;
    }
    memcpy(made.dim, dim, (size_t)order * sizeof *dim);
    *t = made;
    return WR_OK;
}

void wr_tensor_release(struct wr_tensor *t)
{
    free(t->dim);
    free(t->value);
    *t = (struct wr_tensor){0};
}

int64_t wr_tensor_place(const struct wr_tensor *t, const uint32_t *index)
{
    int64_t place = 0;
    for (int n = 0; n < t->order; n++)
        place = place * t->dim[n] + index[n];
    return place;
}

enum wr_status wr_tensor_zero_fill(struct wr_tensor *t, const struct wr_observations *o,
                                   struct wr_error *err)
{
    enum wr_status status = wr_tensor_init(t, o->order, o->dim, err);
    for (int64_t i = 0; i < o->count && !status; i++)
        t->value[wr_tensor_place(t, wr_observations_at(o, i))] = o->value[i];
    return status;
}

enum wr_status wr_tensor_observe_all(const struct wr_tensor *t, struct wr_observations *o,
                                     struct wr_error *err)
{
    struct wr_observations made;
    enum wr_status status = wr_observations_init(&made, t->order, t->dim, t->size, true, err);
    if (status)
        return status;
    size_t row = (size_t)t->order * sizeof *made.index;
    memset(made.index, 0, row);
    for (int64_t i = 1; i < t->size; i++) {
        memcpy(made.index + i * t->order, made.index + (i - 1) * t->order, row);
        wr_dims_next(t->order, t->dim, made.index + i * t->order);
    }
    memcpy(made.value, t->value, (size_t)t->size * sizeof *t->value);
    *o = made;
    return WR_OK;
}

/* --- matricization ------------------------------------------------------------------------- */

struct wr_matricization wr_tensor_matricization(const struct wr_tensor *t, const bool *in_rows)
{
    struct wr_matricization m = {1, 1};
    for (int n = 0; n < t->order; n++)
        *(in_rows[n] ? &m.rows : &m.cols) *= t->dim[n];
    return m;
}

/* What the indices of the modes with in_rows[n] == side add to an entry's place, for every
 * combination of them, the last one fastest. The caller frees. */
static int64_t *offsets(const struct wr_tensor *t, const bool *in_rows, bool side, int64_t count,
                        struct wr_error *err)
{
    int64_t *offset = wr_alloc(count, sizeof *offset, err), stride = 1, filled = 1;
    if (!offset)
        return NULL;
    offset[0] = 0;
    for (int n = t->order - 1; n >= 0; n--) {
        if (in_rows[n] == side)
            for (int64_t i = filled; i < filled * t->dim[n]; i++)
                offset[i] = offset[i - filled] + stride;
        filled *= in_rows[n] == side ? t->dim[n] : 1;
        stride *= t->dim[n];
    }
    return offset;
}

struct matricizer {
    const double *value;
    const int64_t *row_offset, *col_offset;
    int64_t cols;
    double *out;
};

static void copy_rows(void *context, int64_t begin, int64_t end)
{
    const struct matricizer *m = context;
    for (int64_t i = begin; i < end; i++)
        for (int64_t j = 0; j < m->cols; j++)
            m->out[i * m->cols + j] = m->value[m->row_offset[i] + m->col_offset[j]];
}

enum wr_status wr_tensor_matricize(const struct wr_tensor *t, const bool *in_rows, double *out,
                                   struct wr_error *err)
{
    enum { BLOCK = 1 << 16 };
    struct wr_matricization sides = wr_tensor_matricization(t, in_rows);
    int64_t *row_offset = offsets(t, in_rows, true, sides.rows, err);
    int64_t *col_offset = offsets(t, in_rows, false, sides.cols, err);
    enum wr_status status = row_offset && col_offset ? WR_OK : WR_ENOMEM;
    if (!status) {
        struct matricizer m = {t->value, row_offset, col_offset, sides.cols, out};
        wr_blocks_run(sides.rows, 1 + BLOCK / sides.cols, copy_rows, &m);
    }
    free(row_offset);
    free(col_offset);
    return status;
}

/* --- norms --------------------------------------------------------------------------------- */

/* W - truth, of which blocks are measured; truth NULL: 0. */
struct difference {
    const double *value, *truth;
    double scale;  /* what the differences are multiplied by before they are squared */
    double *block; /* a result for each block */
};

static double difference_at(const struct difference *d, int64_t i)
{
    return d->truth ? d->value[i] - d->truth[i] : d->value[i];
}

static void largest_of(void *context, int64_t begin, int64_t end)
{
    struct difference *d = context;
    double largest = 0;
    for (int64_t i = begin; i < end; i++)
        largest = fmax(largest, fabs(difference_at(d, i)));
    d->block[begin / WR_BLOCK] = largest;
}

static void squares_of(void *context, int64_t begin, int64_t end)
{
    struct difference *d = context;
    double sum = 0;
    for (int64_t i = begin; i < end; i++) {
        double x = d->scale * difference_at(d, i);
        sum += x * x;
    }
    d->block[begin / WR_BLOCK] = sum;
}

/* The norm, of differences scaled by a power of 2 so that the largest is about 1: no square
 * overflows, and none that matters underflows. */
static enum wr_status measure(const double *value, const double *truth, int64_t count, double *norm,
                              struct wr_error *err)
{
    int64_t blocks = wr_block_count(count, WR_BLOCK);
    struct difference d = {value, truth, 1, wr_alloc(blocks, sizeof *d.block, err)};
    double largest = 0, sum = 0;
    int exponent;
    if (!d.block)
        return WR_ENOMEM;
    wr_blocks_run(count, WR_BLOCK, largest_of, &d);
    for (int64_t b = 0; b < blocks; b++)
        largest = fmax(largest, d.block[b]);
    frexp(largest, &exponent);
    /* 2^1074, which would bring the smallest double to 1, is beyond the range */
    exponent = exponent < -1000 ? -1000 : exponent;
    d.scale = ldexp(1, -exponent);
    wr_blocks_run(count, WR_BLOCK, squares_of, &d);
    for (int64_t b = 0; b < blocks; b++)
        sum += d.block[b];
    free(d.block);
    *norm = ldexp(sqrt(sum), exponent);
    return WR_OK;
}

enum wr_status wr_norm(const double *value, int64_t count, double *norm, struct wr_error *err)
{
    return measure(value, NULL, count, norm, err);
}

enum wr_status wr_tensor_error(const struct wr_tensor *w, const struct wr_tensor *truth,
                               double *error, struct wr_error *err)
{
    double size, distance;
    if (w->order != truth->order ||
        memcmp(w->dim, truth->dim, (size_t)w->order * sizeof *w->dim) != 0)
        return wr_error_set(err, WR_EINVAL, "the tensors have different dimensions");
    enum wr_status status = measure(truth->value, NULL, truth->size, &size, err);
    if (!status)
        status = measure(w->value, truth->value, truth->size, &distance, err);
    if (!status)
        *error = distance == 0 ? 0 : distance / size;
    return status;
}
