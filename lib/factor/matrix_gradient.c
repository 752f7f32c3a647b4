/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/matrix_internal.h"

#include <string.h>

#include "base/real.h"
#include "linalg/dense.h"

/* Compiled in both precisions. */

enum { SMALL = 1024 }; /* multiplications below which calling the BLAS costs more */

static struct WR_REAL(wr_operand) plain(const wr_real *data, int64_t cols)
{
    return (struct WR_REAL(wr_operand)){data, cols, false};
}

static struct WR_REAL(wr_operand) turned(const wr_real *data, int64_t cols)
{
    return (struct WR_REAL(wr_operand)){data, cols, true};
}

static void multiply_small(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_operand) a,
                           struct WR_REAL(wr_operand) b, wr_real *c)
{
    int64_t a_down = a.transposed ? 1 : a.stride, a_right = a.transposed ? a.stride : 1;
    int64_t b_down = b.transposed ? 1 : b.stride, b_right = b.transposed ? b.stride : 1;
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            wr_real sum = 0;
            for (int64_t p = 0; p < k; p++)
                sum += a.data[i * a_down + p * a_right] * b.data[p * b_down + j * b_right];
            c[i * n + j] = sum;
        }
}

/* C (m x n) = A (m x k) B (k x n) */
static void multiply(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_operand) a,
                     struct WR_REAL(wr_operand) b, wr_real *c)
{
    if (m * n * k <= SMALL)
        multiply_small(m, n, k, a, b, c);
    else
        WR_REAL(wr_gemm)(m, n, k, 1, a, b, 0, c, n);
}

/* W_k ... W_1 for every layer */
static void forward(const struct matrix *mf)
{
    const wr_real *value = mf->model.value;
    for (int k = 1; k < mf->model.factors; k++) {
        const struct wr_factor *f = &mf->model.factor[k];
        multiply(f->rows, mf->cols, f->cols, plain(value + f->offset, f->cols),
                 plain(mf->product[k - 1], mf->cols), mf->product[k]);
    }
}

/*
 * With G_k (layer k's rows x cols) the slopes with respect to W_k ... W_1:
 * dW_k = G_k (W_{k-1} ... W_1)' and G_{k-1} = W_k' G_k; dW_1 = G_1.
 */
static void backward(const struct matrix *mf, wr_real *top)
{
    const wr_real *value = mf->model.value, *g = top;
    wr_real *grad = mf->model.grad;
    for (int k = mf->model.factors - 1; k > 0; k--) {
        const struct wr_factor *f = &mf->model.factor[k];
        wr_real *below = k == 1               ? grad + mf->model.factor[0].offset
                         : g == mf->slopes[0] ? mf->slopes[1]
                                              : mf->slopes[0];
        multiply(f->rows, f->cols, mf->cols, plain(g, mf->cols),
                 turned(mf->product[k - 1], mf->cols), grad + f->offset);
        multiply(f->cols, mf->cols, f->rows, turned(value + f->offset, f->cols), plain(g, mf->cols),
                 below);
        g = below;
    }
}

/* The predictions of the observations, or of a batch, and beside them what was observed; for
 * batches in the place of y that the model keeps free behind its own. */
static const wr_real *pick(const struct matrix *mf, const uint32_t *batch, int64_t count)
{
    const wr_real *w = mf->product[mf->model.factors - 1], *y = mf->y;
    wr_real *x = mf->x, *taken = (wr_real *)mf->y + mf->model.count;
    for (int64_t i = 0; i < count; i++)
        x[i] = w[mf->place[batch ? batch[i] : i]];
    if (!batch)
        return y;
    for (int64_t i = 0; i < count; i++)
        taken[i] = y[batch[i]];
    return taken;
}

double WR_REAL(wr_matrix_gradient)(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct matrix *mf = (struct matrix *)m;
    wr_real *x = mf->x, *top = m->factors == 1 ? m->grad : mf->slopes[0];
    count = batch ? count : m->count;
    forward(mf);
    const wr_real *y = pick(mf, batch, count);
    double sum = WR_REAL(wr_loss_slopes)(&m->loss, x, y, count, 1 / (double)count, mf->partial);
    memset(top, 0, (size_t)(mf->rows * mf->cols) * sizeof *top);
    for (int64_t i = 0; i < count; i++)
        top[mf->place[batch ? batch[i] : i]] += x[i];
    backward(mf, top);
    return sum / (double)count;
}
