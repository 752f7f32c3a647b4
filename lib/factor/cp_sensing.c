/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp_kernels.h"

#include "base/blocks.h"
#include "base/compiler.h"
#include "factor/lanes.h"
#include "linalg/dense.h"

/*
 * Rank-1 measurements: with A_n (m x R) = X_n W_n, a row per measurement, the model predicts the
 * sums over the components of A_1 * ... * A_N, and dW_n = X_n' (slope * the product of the other
 * A). Measurements are taken in slabs, so that all A_n of a slab stay in cache.
 */
enum { SLAB = 512, SLAB_ROWS = 16 };

struct sensing {
    struct cp cp;
    int64_t numbers;   /* of a measurement: the sum of the dimensions */
    wr_real *x;        /* count x numbers */
    wr_real *gathered; /* SLAB x numbers: the measurements of a slab of a batch */
    wr_real *a;        /* order x SLAB x stride: A_n, then what stands beside X_n' */
    wr_real *prefix;   /* SLAB x order x WR_LANES */
};

/* The slab at hand. */
struct slab {
    struct sensing *s;
    const uint32_t *batch;
    int64_t begin, rows;
    const wr_real *x;
    double share, sum[SLAB];
};

static wr_real *row_of(const struct sensing *s, int n, int64_t i)
{
    return s->a + (n * (int64_t)SLAB + i) * s->cp.stride;
}

/* In place of each A_n, slope times the product of the others, for components r .... */
WR_INLINE void differentiate(const struct sensing *s, int64_t i, int64_t r, wr_real slope)
{
    wr_real *prefix = s->prefix + i * s->cp.order * WR_LANES;
    wr_lanes product = {0};
    for (int64_t j = 0; j < WR_LANES && r + j < s->cp.rank; j++)
        product[j] = slope;
    for (int n = 0; n < s->cp.order; n++) {
        WR_LANES_AT(prefix + n * WR_LANES) = product;
        product *= WR_LANES_AT(row_of(s, n, i) + r);
    }
    wr_lanes suffix;
    for (int j = 0; j < WR_LANES; j++)
        suffix[j] = 1;
    for (int n = s->cp.order - 1; n >= 0; n--) {
        wr_lanes a = WR_LANES_AT(row_of(s, n, i) + r);
        WR_LANES_AT(row_of(s, n, i) + r) = WR_LANES_AT(prefix + n * WR_LANES) * suffix;
        suffix *= a;
    }
}

static void slab_rows(void *context, int64_t begin, int64_t end)
{
    struct slab *slab = context;
    const struct sensing *s = slab->s;
    for (int64_t i = begin; i < end; i++) {
        int64_t o = slab->batch ? slab->batch[slab->begin + i] : slab->begin + i;
        wr_lanes total = {0};
        double slope;
        for (int64_t r = 0; r < s->cp.width; r += WR_LANES) {
            wr_lanes product = WR_LANES_AT(row_of(s, 0, i) + r);
            for (int n = 1; n < s->cp.order; n++)
                product *= WR_LANES_AT(row_of(s, n, i) + r);
            total += product;
        }
        double z = (double)(wr_lanes_sum(&total) - s->cp.y[o]);
        slab->sum[i] = wr_loss_at(&s->cp.model.loss, z, &slope);
        for (int64_t r = 0; r < s->cp.width; r += WR_LANES)
            differentiate(s, i, r, (wr_real)(slope * slab->share));
    }
}

/* The measurements of a slab, side by side. */
static const wr_real *slab_x(const struct slab *slab)
{
    const struct sensing *s = slab->s;
    if (!slab->batch)
        return s->x + slab->begin * s->numbers;
    for (int64_t i = 0; i < slab->rows; i++)
        for (int64_t j = 0; j < s->numbers; j++)
            s->gathered[i * s->numbers + j] = s->x[slab->batch[slab->begin + i] * s->numbers + j];
    return s->gathered;
}

static double slab_pass(struct slab *slab)
{
    struct sensing *s = slab->s;
    const wr_real *value = s->cp.model.value, *x = slab_x(slab);
    wr_real *grad = s->cp.model.grad;
    int64_t width = s->cp.width, stride = s->cp.stride, column = 0;
    for (int n = 0; n < s->cp.order; n++) {
        const struct wr_factor *f = &s->cp.model.factor[n];
        WR_REAL(wr_gemm)
        (slab->rows, width, f->rows, 1, (struct WR_REAL(wr_operand)){x + column, s->numbers, false},
         (struct WR_REAL(wr_operand)){value + f->offset, stride, false}, 0, row_of(s, n, 0),
         stride);
        column += f->rows;
    }
    wr_blocks_run(slab->rows, SLAB_ROWS, slab_rows, slab);
    column = 0;
    for (int n = 0; n < s->cp.order; n++) {
        const struct wr_factor *f = &s->cp.model.factor[n];
        WR_REAL(wr_gemm)
        (f->rows, width, slab->rows, 1, (struct WR_REAL(wr_operand)){x + column, s->numbers, true},
         (struct WR_REAL(wr_operand)){row_of(s, n, 0), stride, false}, slab->begin > 0,
         grad + f->offset, stride);
        column += f->rows;
    }
    double sum = 0;
    for (int64_t i = 0; i < slab->rows; i++)
        sum += slab->sum[i];
    return sum;
}

static double gradient(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct slab slab = {.s = (struct sensing *)m, .batch = batch};
    double sum = 0;
    count = batch ? count : m->count;
    slab.share = 1 / (double)count;
    for (slab.begin = 0; slab.begin < count; slab.begin += SLAB) {
        slab.rows = wr_block_end(slab.begin, SLAB, count) - slab.begin;
        sum += slab_pass(&slab);
    }
    return sum * slab.share;
}

static const struct wr_factorization_class class = {
    "cp of measurements", gradient, WR_KERNEL(wr_cp_predict), wr_cp_measures, wr_cp_measure_name,
    wr_cp_measure,        NULL};

static enum wr_status copy(struct sensing *s, const struct wr_measurements *data,
                           struct wr_error *err)
{
    struct wr_factorization *m = &s->cp.model;
    int64_t size;
    for (int n = 0; n < data->order; n++)
        s->numbers += data->dim[n];
    if (__builtin_mul_overflow(m->count, s->numbers, &size))
        return wr_error_set(err, WR_ENOMEM, "the measurements are too many");
    s->x = wr_factorization_own(m, size, sizeof *s->x, err);
    s->cp.y = wr_factorization_own(m, m->count, sizeof *s->cp.y, err);
    s->gathered = wr_factorization_own(m, SLAB * s->numbers, sizeof *s->gathered, err);
    s->a = wr_factorization_own(m, data->order * SLAB * s->cp.stride, sizeof *s->a, err);
    s->prefix =
        wr_factorization_own(m, (int64_t)SLAB * data->order * WR_LANES, sizeof *s->prefix, err);
    if (!s->x || !s->cp.y || !s->gathered || !s->a || !s->prefix)
        return WR_ENOMEM;
    for (int64_t i = 0; i < size; i++) {
        s->x[i] = (wr_real)data->x[i];
        if (!isfinite(data->x[i]))
            return wr_error_set(err, WR_EDATA, "measurement %lld has the entry %g",
                                (long long)(i / s->numbers) + 1, data->x[i]);
    }
    for (int64_t i = 0; i < m->count; i++) {
        s->cp.y[i] = (wr_real)data->y[i];
        if (!isfinite(data->y[i]))
            return wr_error_set(err, WR_EDATA, "target %lld is %g", (long long)i + 1, data->y[i]);
    }
    return WR_OK;
}

enum wr_status WR_REAL(wr_cp_sensing_new)(const struct wr_measurements *data,
                                          const struct wr_cp_options *options,
                                          const struct wr_loss *loss, struct wr_factorization **out,
                                          struct wr_error *err)
{
    enum wr_status status = wr_loss_check(loss, err);
    if (!status)
        status = wr_dims_check(data->order, data->dim, err);
    if (!status && (data->count < 1 || data->count > UINT32_MAX))
        status = wr_error_set(err, WR_EINVAL, "%lld measurements, expected 1 to %u",
                              (long long)data->count, UINT32_MAX);
    if (status)
        return status;
    struct sensing *s = wr_factorization_new(&class, sizeof *s, loss, sizeof(wr_real), err);
    if (!s)
        return WR_ENOMEM;
    s->cp.model.count = data->count;
    status = WR_KERNEL(wr_cp_lay_out)(&s->cp, data->order, data->dim, options->rank, err);
    if (!status)
        status = copy(s, data, err);
    if (status)
        wr_factorization_free(&s->cp.model);
    else
        *out = &s->cp.model;
    return status;
}
