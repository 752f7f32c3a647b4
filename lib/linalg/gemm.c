/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/dense.h"

#include <math.h>

#include <cblas.h>

#include "base/blocks.h"
#include "base/real.h"

/* Compiled in both precisions. */

#ifdef WR_REAL_DOUBLE
#define blas_gemm cblas_dgemm
#else
#define blas_gemm cblas_sgemm
#endif

static enum CBLAS_TRANSPOSE transpose(bool transposed)
{
    return transposed ? CblasTrans : CblasNoTrans;
}

/* Rows of C that a thread takes at once. Of few rows, too, several threads have some if the product is
 * worth it; B is packed anew for each, so they are not too few. */
static int64_t panel_rows(int64_t m, int64_t n, int64_t k)
{
    enum { WORTH = 400000, LEAST = 48, MOST_PIECES = 8, EVEN = 4 };
    double rows = fmax(LEAST, fmax((double)m / MOST_PIECES, WORTH / ((double)n * (double)k)));
    int64_t pieces = rows < (double)m ? (int64_t)((double)m / rows) : 1;
    int64_t panel = wr_block_count(wr_block_count(m, pieces), EVEN) * EVEN;
    return m == 0 || panel > WR_GEMM_PANEL ? WR_GEMM_PANEL : panel;
}

struct product {
    int64_t n, k;
    wr_real alpha;
    struct WR_REAL(wr_operand) a, b;
    wr_real beta, *c;
    int64_t ldc;
};

static void multiply_panel(void *context, int64_t begin, int64_t end)
{
    const struct product *p = context;
    const wr_real *rows = p->a.data + (p->a.transposed ? begin : begin * p->a.stride);
    blas_gemm(CblasRowMajor, transpose(p->a.transposed), transpose(p->b.transposed),
              (int)(end - begin), (int)p->n, (int)p->k, p->alpha, rows, (int)p->a.stride, p->b.data,
              (int)p->b.stride, p->beta, p->c + begin * p->ldc, (int)p->ldc);
}

void WR_REAL(wr_gemm)(int64_t m, int64_t n, int64_t k, wr_real alpha, struct WR_REAL(wr_operand) a,
                      struct WR_REAL(wr_operand) b, wr_real beta, wr_real *c, int64_t ldc)
{
    wr_blas_one_thread();
    wr_blocks_run(m, panel_rows(m, n, k), multiply_panel,
                  &(struct product){n, k, alpha, a, b, beta, c, ldc});
}
