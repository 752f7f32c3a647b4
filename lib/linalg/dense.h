/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_DENSE_H
#define WR_LINALG_DENSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Dense linear algebra by OpenBLAS and LAPACK, which nobody else calls. Matrices are
 * row-major: element (i, j) of a is a[i * lda + j]. OpenBLAS runs on one thread; the threads are
 * ours, each on fixed row panels or blocks, so that results do not depend on their number.
 */

/* The functions below see to the one thread themselves; to be called before libraries that use
 * the BLAS on their own. */
void wr_blas_one_thread(void);

/* An operand as it stands in memory, and whether it enters the product transposed. */
struct wr_operand_f64 {
    const double *data;
    int64_t stride; /* elements from row to row */
    bool transposed;
};

struct wr_operand_f32 {
    const float *data;
    int64_t stride;
    bool transposed;
};

/*
 * wr_gemm_f64, wr_gemm_f32 - C (m x n) = alpha A (m x k) B (k x n) + beta C.
 *
 * c       in/out  stride ldc; beta 0 ignores what is there, also NaN
 * Cost    2 m n k operations in panels of at most WR_GEMM_PANEL rows of C, in parallel
 */
enum { WR_GEMM_PANEL = 256 };

void wr_gemm_f64(int64_t m, int64_t n, int64_t k, double alpha, struct wr_operand_f64 a,
                 struct wr_operand_f64 b, double beta, double *c, int64_t ldc);
void wr_gemm_f32(int64_t m, int64_t n, int64_t k, float alpha, struct wr_operand_f32 a,
                 struct wr_operand_f32 b, float beta, float *c, int64_t ldc);

/*
 * wr_singular_values - all min(rows, cols) singular values, largest first.
 *
 * a       in/out  rows x cols, contiguous; destroyed
 * sigma   out     min(rows, cols)
 * Errors  WR_ENOMEM, also for sides beyond LAPACK's 32 bits; WR_ENUMERIC when LAPACK does not
 *         converge or a holds NaN
 */
enum wr_status wr_singular_values(int64_t rows, int64_t cols, double *a, double *sigma,
                                  struct wr_error *err);

/*
 * wr_svd - A (rows x cols) = U diag(sigma) Vt, r = min(rows, cols).
 *
 * a       in/out  destroyed
 * u       out     rows x r
 * sigma   out     r, largest first
 * vt      out     r x cols
 * Errors  as wr_singular_values
 */
enum wr_status wr_svd(int64_t rows, int64_t cols, double *a, double *u, double *sigma, double *vt,
                      struct wr_error *err);

/*
 * wr_solve_spd - X with S X' = B' for symmetric positive definite S (n x n), a row of X (count x
 * n) for each row of B.
 *
 * s       in/out  n x n, destroyed
 * b       in/out  count x n: B, then X
 * Errors  WR_ENUMERIC when S is not positive definite: b is undefined; WR_ENOMEM
 */
enum wr_status wr_solve_spd(int64_t n, double *s, int64_t count, double *b, struct wr_error *err);

/*
 * wr_factor_psd - F (rank x n) with S = F' F for positive semidefinite S (n x n), by Cholesky's
 * decomposition with pivots, which ends where what is left is below n eps times the largest
 * diagonal entry.
 *
 * s       in/out  destroyed
 * f       out     n x n, of which rank rows are F
 * rank    out
 * Errors  WR_ENUMERIC when S is not finite; WR_ENOMEM
 */
enum wr_status wr_factor_psd(int64_t n, double *s, double *f, int64_t *rank, struct wr_error *err);

/*
 * wr_solve_upper_f64 - B (n x count) = T^-1 B, or T'^-1 B when t.transposed.
 *
 * t     in      upper triangle of an n x n matrix, the rest is not looked at
 * b     in/out  stride ldb
 * Cost  n^2 count operations on the calling thread
 */
void wr_solve_upper_f64(int64_t n, int64_t count, struct wr_operand_f64 t, double *b, int64_t ldb);

#endif
