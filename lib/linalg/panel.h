/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_PANEL_H
#define WR_LINALG_PANEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/machine.h"
#include "base/real.h"

/*
 * The products of a linear layer Y = X W: tall matrices times small ones W (k x m), a few rows of
 * X and Y at a time on the calling thread, while they are in its cache. With AVX2 or AVX-512 by
 * kernels of our own, which beat the OpenBLAS of many systems there: it has to know the processor
 * by name. Elsewhere by OpenBLAS. Matrices are row-major and contiguous.
 */

enum { WR_PANEL_ROWS = 120 }; /* at most, of X and Y in one call */

/* Numbers of a packed W. */
int64_t wr_panel_packed(int64_t k, int64_t m);
WR_DECLARE_KERNEL(wr_panel_packed);
#define wr_panel_packed WR_ON_MACHINE(wr_panel_packed)

/* W as the products read it; when transposed, w holds W' (m x k). */
void wr_panel_pack(int64_t k, int64_t m, const wr_real *w, bool transposed, wr_real *packed);
WR_DECLARE_KERNEL(wr_panel_pack);
#define wr_panel_pack WR_ON_MACHINE(wr_panel_pack)

/*
 * wr_panel_multiply - Y (rows x m) = X (rows x k) W (k x m) + terms.
 *
 * Cost    2 rows k m operations
 */
struct wr_panel_terms {
    const wr_real *base; /* rows x m, may be y: added to the product; NULL: nothing */
    const wr_real *bias; /* m: added to each row; NULL: nothing. Of both a vector is read beyond
                            the end: see wr_calloc_lanes */
};

void wr_panel_multiply(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *packed,
                       struct wr_panel_terms terms, wr_real *y);
WR_DECLARE_KERNEL(wr_panel_multiply);
#define wr_panel_multiply WR_ON_MACHINE(wr_panel_multiply)

/* Numbers of a sum of products X' Y (k x m) with the sum of Y's rows behind it. */
int64_t wr_panel_sums(int64_t k, int64_t m);
WR_DECLARE_KERNEL(wr_panel_sums);
#define wr_panel_sums WR_ON_MACHINE(wr_panel_sums)

/* sums += X' Y and, when bias, the sum of Y's rows. */
void wr_panel_add_gradient(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                           bool bias, wr_real *sums);
WR_DECLARE_KERNEL(wr_panel_add_gradient);
#define wr_panel_add_gradient WR_ON_MACHINE(wr_panel_add_gradient)

/* From the sums: W (k x m), and bias (m; NULL: not). */
void wr_panel_gradient(int64_t k, int64_t m, const wr_real *sums, wr_real *w, wr_real *bias);
WR_DECLARE_KERNEL(wr_panel_gradient);
#define wr_panel_gradient WR_ON_MACHINE(wr_panel_gradient)

#endif
