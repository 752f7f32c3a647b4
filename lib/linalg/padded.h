/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_PADDED_H
#define WR_LINALG_PADDED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/machine.h"

/*
 * Products of matrices whose rows are padded to whole cache lines. Compiled in both
 * precisions. With AVX2 or AVX-512 by kernels of our own, which beat the OpenBLAS of many systems
 * there: it has to know the processor by name. Elsewhere by OpenBLAS.
 */
struct WR_REAL(wr_padded) {
    const wr_real *data;
    int64_t stride; /* numbers from row to row, whole cache lines, at least the columns */
};

/* Rows of op(A) for which B is packed once: products are best of about so many, or multiples. */
enum { WR_PADDED_ROWS = 128 };

/*
 * wr_padded_multiply_f64, wr_padded_multiply_f32 - C (m x n) = op(A) (m x k) op(B) (k x n), on the
 * calling thread.
 *
 * turned_a, turned_b  in   op transposes: the matrix in memory is k x m, or n x k
 * c                   out  stride ldc; where the padding of B and of C is 0, that of C stays 0
 * Cost                2 m n k operations; the result depends on nothing but the arguments
 */
void WR_REAL(wr_padded_multiply)(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_padded) a,
                                 bool turned_a, struct WR_REAL(wr_padded) b, bool turned_b,
                                 wr_real *c, int64_t ldc);
WR_DECLARE_KERNEL(WR_REAL(wr_padded_multiply));
#define wr_padded_multiply_f32 WR_ON_MACHINE(wr_padded_multiply_f32)
#define wr_padded_multiply_f64 WR_ON_MACHINE(wr_padded_multiply_f64)

#endif
