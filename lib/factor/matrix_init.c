/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/matrix_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "linalg/dense.h"

/* Layer k (rows x cols) with the diagonal d. */
static void diagonal(double *layer, int64_t rows, int64_t cols, const double *d, double scale)
{
    memset(layer, 0, (size_t)(rows * cols) * sizeof *layer);
    for (int64_t i = 0; i < rows && i < cols; i++)
        layer[i * cols + i] = d ? d[i] : scale;
}

static enum wr_status draw_identity(struct wr_factorization *m, double scale, struct wr_error *err)
{
    const struct matrix *mf = (const struct matrix *)m;
    double *layer = wr_alloc(mf->rows * mf->cols, sizeof *layer, err);
    if (!layer)
        return WR_ENOMEM;
    for (int k = 0; k < m->factors; k++) {
        diagonal(layer, m->factor[k].rows, m->factor[k].cols, NULL, pow(scale, 1.0 / m->factors));
        wr_factorization_factor_set(m, k, layer);
    }
    free(layer);
    return WR_OK;
}

/* With W = U S Vt: layer 1 = S^(1/D) Vt, layer D = U S^(1/D), S^(1/D) between. */
static void set_balanced(struct wr_factorization *m, double *u, double *s, double *vt,
                         double *layer)
{
    const struct matrix *mf = (const struct matrix *)m;
    int64_t h = mf->rows < mf->cols ? mf->rows : mf->cols;
    for (int64_t i = 0; i < h; i++)
        s[i] = pow(s[i], 1.0 / m->factors);
    for (int64_t i = 0; i < h; i++)
        for (int64_t j = 0; j < mf->cols; j++)
            vt[i * mf->cols + j] *= s[i];
    for (int64_t i = 0; i < mf->rows; i++)
        for (int64_t j = 0; j < h; j++)
            u[i * h + j] *= s[j];
    wr_factorization_factor_set(m, 0, vt);
    for (int k = 1; k < m->factors - 1; k++) {
        diagonal(layer, h, h, s, 0);
        wr_factorization_factor_set(m, k, layer);
    }
    wr_factorization_factor_set(m, m->factors - 1, u);
}

static enum wr_status draw_balanced(struct wr_factorization *m, double std, uint64_t seed,
                                    struct wr_error *err)
{
    const struct matrix *mf = (const struct matrix *)m;
    int64_t rows = mf->rows, cols = mf->cols, h = rows < cols ? rows : cols;
    double *work = wr_alloc(rows * cols + (rows + cols + 1) * h, sizeof *work, err);
    if (!work)
        return WR_ENOMEM;
    double *w = work, *u = w + rows * cols, *vt = u + rows * h, *s = vt + h * cols;
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    for (int64_t i = 0; i < rows * cols; i++)
        w[i] = std * wr_rng_normal(&rng);
    enum wr_status status = WR_OK;
    if (m->factors == 1) {
        wr_factorization_factor_set(m, 0, w);
    } else {
        status = wr_svd(rows, cols, w, u, s, vt, err);
        if (!status)
            set_balanced(m, u, s, vt, w);
    }
    free(work);
    return status;
}

static void swap_rows(double *a, int64_t n, int64_t i, int64_t j)
{
    for (int64_t c = 0; c < n; c++) {
        double x = a[i * n + c];
        a[i * n + c] = a[j * n + c];
        a[j * n + c] = x;
    }
}

/* The sign of the determinant of a (n x n), which is destroyed: elimination with pivots. */
static int det_sign(double *a, int64_t n)
{
    int sign = 1;
    for (int64_t k = 0; k < n; k++) {
        int64_t best = k;
        for (int64_t i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k]))
                best = i;
        if (a[best * n + k] == 0)
            return 0;
        if (best != k) {
            swap_rows(a, n, best, k);
            sign = -sign;
        }
        sign = a[k * n + k] < 0 ? -sign : sign;
        for (int64_t i = k + 1; i < n; i++) {
            double share = a[i * n + k] / a[k * n + k];
            for (int64_t c = k; c < n; c++)
                a[i * n + c] -= share * a[k * n + c];
        }
    }
    return sign;
}

/* The determinant of a product is that of its factors: exact also where W itself underflows. */
static enum wr_status give_sign(struct wr_factorization *m, int wanted, struct wr_error *err)
{
    const struct matrix *mf = (const struct matrix *)m;
    int64_t n = mf->rows;
    int sign = 1;
    if (n != mf->cols)
        return wr_error_set(err, WR_EINVAL,
                            "a %lld x %lld matrix has no determinant, expected a square one",
                            (long long)n, (long long)mf->cols);
    double *layer = wr_alloc(n * n, sizeof *layer, err);
    if (!layer)
        return WR_ENOMEM;
    for (int k = 0; k < m->factors; k++) {
        wr_factorization_factor_get(m, k, layer);
        sign *= det_sign(layer, n);
    }
    if (sign == -wanted) {
        wr_factorization_factor_get(m, m->factors - 1, layer);
        for (int64_t j = 0; j < n; j++)
            layer[j] = -layer[j];
        wr_factorization_factor_set(m, m->factors - 1, layer);
    }
    free(layer);
    return sign ? WR_OK
                : wr_error_set(err, WR_ENUMERIC,
                               "the initial matrix is singular, its determinant has no sign");
}

enum wr_status wr_matrix_draw(struct wr_factorization *m, const struct wr_matrix_start *start,
                              struct wr_error *err)
{
    enum wr_status status = WR_OK;
    if (start->init == WR_MATRIX_GAUSSIAN)
        wr_factorization_draw(m, start->mean, start->std, start->seed);
    else if (start->init == WR_MATRIX_IDENTITY)
        status = draw_identity(m, start->std, err);
    else
        status = draw_balanced(m, start->std, start->seed, err);
    if (status || start->det == WR_MATRIX_DET_ANY)
        return status;
    return give_sign(m, start->det == WR_MATRIX_DET_POSITIVE ? 1 : -1, err);
}
