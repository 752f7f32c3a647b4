/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_PANEL_H
#define WR_LINALG_PANEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/real.h"

/*
 * The products of a linear layer Y = X W: tall matrices, n rows, times small ones. With AVX-512 by
 * kernels of our own, which beat the OpenBLAS of many systems there: it has to know the processor
 * by name. Elsewhere by OpenBLAS. Matrices are row-major and contiguous.
 */

/* Numbers of scratch for the products of W (k x m) with up to n rows. */
int64_t wr_panel_work(int64_t n, int64_t k, int64_t m);

/*
 * wr_panel_multiply - Y (n x m) = X (n x k) W (k x m) + terms.
 *
 * transposed  in  w holds W' (m x k)
 * work        -   scratch for W or W', whichever is given
 * Cost        2 n k m operations, rows in parallel; the result does not depend on threads
 */
struct wr_panel_terms {
    const wr_real *base; /* n x m, may be y: added to the product; NULL: nothing */
    const wr_real *bias; /* m: added to each row; NULL: nothing */
};

void wr_panel_multiply(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *w,
                       bool transposed, struct wr_panel_terms terms, wr_real *y, wr_real *work);

/*
 * wr_panel_gradient - W (k x m) += X' Y, X (n x k), Y (n x m), and bias (m; NULL: not) += the sum
 * of Y's rows: in blocks of rows that depend on n alone, added in order.
 */
void wr_panel_gradient(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                       wr_real *w, wr_real *bias, wr_real *work);

#endif
