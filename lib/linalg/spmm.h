/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_SPMM_H
#define WR_LINALG_SPMM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/machine.h"
#include "base/real.h"

/*
 * A sparse matrix (rows x cols) in compressed rows: the entries of row i are
 * col[row[i]] .. col[row[i+1]-1] with the values beside them. The arrays belong to whoever made
 * the matrix.
 */
struct wr_sparse {
    int64_t rows, cols;
    const int64_t *row;   /* rows + 1 */
    const uint32_t *col;  /* row[rows] */
    const wr_real *value; /* row[rows], or NULL: all 1 */
};

/*
 * wr_spmm - Y (rows x d) = A X (cols x d), or Y += A X.
 *
 * x, y    row-major and contiguous, not overlapping
 * Cost    2 d operations per entry, rows in parallel; the result does not depend on threads
 */
void wr_spmm(const struct wr_sparse *a, const wr_real *x, int64_t d, wr_real *y, bool add);
WR_DECLARE_KERNEL(wr_spmm);
#define wr_spmm WR_ON_MACHINE(wr_spmm)

/* Rows begin .. end - 1 of Y alone, the first of which is at y, on the calling thread. */
void wr_spmm_rows(const struct wr_sparse *a, int64_t begin, int64_t end, const wr_real *x,
                  int64_t d, wr_real *y, bool add);
WR_DECLARE_KERNEL(wr_spmm_rows);
#define wr_spmm_rows WR_ON_MACHINE(wr_spmm_rows)

/* The same rows of scale Z + A X, the first of Z's at z; Z may be Y, but not overlap it else. */
void wr_spmm_rows_plus(const struct wr_sparse *a, int64_t begin, int64_t end, const wr_real *x,
                       int64_t d, wr_real scale, const wr_real *z, wr_real *y);
WR_DECLARE_KERNEL(wr_spmm_rows_plus);
#define wr_spmm_rows_plus WR_ON_MACHINE(wr_spmm_rows_plus)

/*
 * wr_sddmm - value[k] = <P_i, Q_j> for every entry k = (i, j) of a's pattern: the gradient of
 * Y = A X with respect to A's entries for P = dY and Q = X.
 *
 * p       rows x d
 * q       cols x d
 * value   out, row[rows]
 */
void wr_sddmm(const struct wr_sparse *a, const wr_real *p, const wr_real *q, int64_t d,
              wr_real *value);
WR_DECLARE_KERNEL(wr_sddmm);
#define wr_sddmm WR_ON_MACHINE(wr_sddmm)

#endif
