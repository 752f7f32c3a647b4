/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/dense.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include <cblas.h>
#include <lapacke.h>

#include "base/alloc.h"

/* OpenBLAS's threads would fight ours and give other bits. Setting the number again is free. */
void wr_blas_one_thread(void)
{
    openblas_set_num_threads(1);
}

/* LAPACK loops forever on NaN, and counts in int. */
static enum wr_status check_matrix(int64_t rows, int64_t cols, const double *a,
                                   struct wr_error *err)
{
    if (rows > INT_MAX || cols > INT_MAX)
        return wr_error_set(err, WR_ENOMEM, "a %lld x %lld matrix is too large for LAPACK",
                            (long long)rows, (long long)cols);
    for (int64_t i = 0; i < rows * cols; i++)
        if (!isfinite(a[i]))
            return wr_error_set(err, WR_ENUMERIC, "the matrix is not finite");
    return WR_OK;
}

static enum wr_status lapack_status(lapack_int info, const char *what, struct wr_error *err)
{
    if (info == 0)
        return WR_OK;
    if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR)
        return wr_error_set(err, WR_ENOMEM, "out of memory");
    return wr_error_set(err, WR_ENUMERIC, "%s", what);
}

enum wr_status wr_singular_values(int64_t rows, int64_t cols, double *a, double *sigma,
                                  struct wr_error *err)
{
    double unused;
    enum wr_status status = check_matrix(rows, cols, a, err);
    if (status || rows == 0 || cols == 0)
        return status;
    wr_blas_one_thread();
    /* a row-major A is a column-major A', which has the same singular values */
    lapack_int info = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'N', (int)cols, (int)rows, a, (int)cols,
                                     sigma, &unused, 1, &unused, 1);
    return lapack_status(info, "the singular values did not converge", err);
}

enum wr_status wr_svd(int64_t rows, int64_t cols, double *a, double *u, double *sigma, double *vt,
                      struct wr_error *err)
{
    int64_t r = rows < cols ? rows : cols;
    enum wr_status status = check_matrix(rows, cols, a, err);
    if (status || r == 0)
        return status;
    wr_blas_one_thread();
    /* column-major, A' = V diag(sigma) U': LAPACK's U is our Vt and the other way round */
    lapack_int info = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'S', (int)cols, (int)rows, a, (int)cols,
                                     sigma, vt, (int)cols, u, (int)r);
    return lapack_status(info, "the singular values did not converge", err);
}

enum wr_status wr_solve_spd(int64_t n, double *s, int64_t count, double *b, struct wr_error *err)
{
    if (n == 0 || count == 0)
        return WR_OK;
    enum wr_status status = check_matrix(n, n, s, err);
    if (status)
        return status;
    wr_blas_one_thread();
    /* rows of row-major B are columns of column-major B' */
    lapack_int info =
        LAPACKE_dposv(LAPACK_COL_MAJOR, 'L', (int)n, (int)count, s, (int)n, b, (int)n);
    return lapack_status(info, "the system is not positive definite", err);
}

enum wr_status wr_factor_psd(int64_t n, double *s, double *f, int64_t *rank, struct wr_error *err)
{
    lapack_int found = 0;
    *rank = 0;
    enum wr_status status = check_matrix(n, n, s, err);
    lapack_int *pivot = status || n == 0 ? NULL : wr_alloc(n, sizeof *pivot, err);
    if (!pivot)
        return n == 0 ? WR_OK : status ? status : WR_ENOMEM;
    wr_blas_one_thread();
    /* LAPACK's column-major L is a row-major upper triangle U: P' S P = U' U */
    lapack_int info = LAPACKE_dpstrf(LAPACK_COL_MAJOR, 'L', (int)n, s, (int)n, pivot, &found, -1);
    status = lapack_status(info > 0 ? 0 : info, "the matrix has no decomposition", err);
    for (int64_t i = 0; !status && i < found; i++)
        for (int64_t j = 0; j < n; j++)
            f[i * n + pivot[j] - 1] = j < i ? 0 : s[i * n + j];
    *rank = found;
    free(pivot);
    return status;
}

void wr_solve_upper_f64(int64_t n, int64_t count, struct wr_operand_f64 t, double *b, int64_t ldb)
{
    if (n == 0 || count == 0)
        return;
    wr_blas_one_thread();
    cblas_dtrsm(CblasRowMajor, CblasLeft, CblasUpper, t.transposed ? CblasTrans : CblasNoTrans,
                CblasNonUnit, (int)n, (int)count, 1, t.data, (int)t.stride, b, (int)ldb);
}
