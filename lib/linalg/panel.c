/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/panel.h"

#include <string.h>

#include "base/lanes.h"
#include "linalg/dense.h"
#include "linalg/tiles.h"

enum {
    STRIP = WR_TILE_WIDE * WR_LANES, /* columns of a tile */
    STEP = 60                        /* rows of X and Y that stay in the first cache */
};

/* The width of the strip that begins at column j of m. */
static int64_t strip_cols(int64_t j, int64_t m)
{
    return m - j < STRIP ? m - j : STRIP;
}

/* A matrix as it stands in memory: distances of rows and of columns. */
struct view {
    const wr_real *data;
    int64_t row, col;
};

/* rows x cols of w as rows of whole vectors. */
static void pack(int64_t rows, int64_t cols, struct view w, wr_real *packed)
{
    int64_t stride = wr_lanes_width(cols);
    for (int64_t p = 0; p < rows; p++) {
        wr_real *to = packed + p * stride;
        for (int64_t j = 0; j < cols; j++)
            to[j] = w.data[p * w.row + j * w.col];
        for (int64_t j = cols; j < stride; j++)
            to[j] = 0;
    }
}

int64_t wr_panel_packed(int64_t k, int64_t m)
{
    return k * wr_lanes_width(m);
}

void wr_panel_pack(int64_t k, int64_t m, const wr_real *w, bool transposed, wr_real *packed)
{
    const int64_t row = transposed ? 1 : m, col = transposed ? k : 1;
    for (int64_t j = 0; j < m; j += STRIP)
        pack(k, strip_cols(j, m), (struct view){w + j * col, row, col}, packed + j * k);
}

/* Where there are no tiles. */
static void multiply_by_blas(int64_t rows, int64_t k, int64_t m, const wr_real *x,
                             const wr_real *packed, struct wr_panel_terms terms, wr_real *y)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < m; j++)
            y[i * m + j] =
                (terms.base ? terms.base[i * m + j] : 0) + (terms.bias ? terms.bias[j] : 0);
    for (int64_t j = 0; j < m; j += STRIP) {
        int64_t cols = strip_cols(j, m);
        const struct WR_REAL(wr_operand) a = {x, k, false},
                                         b = {packed + j * k, wr_lanes_width(cols), false};
        WR_REAL(wr_gemm)(rows, cols, k, 1, a, b, 1, y + j, m);
    }
}

void wr_panel_multiply(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *packed,
                       struct wr_panel_terms terms, wr_real *y)
{
    if (!WR_HAVE_TILES) {
        multiply_by_blas(rows, k, m, x, packed, terms, y);
        return;
    }
    for (int64_t j = 0; j < m; j += STRIP) {
        int64_t cols = strip_cols(j, m);
        wr_tiles_multiply(rows, cols,
                          (struct wr_tiles){.a = x,
                                            .b = packed + j * k,
                                            .c = y + j,
                                            .base = terms.base ? terms.base + j : NULL,
                                            .bias = terms.bias ? terms.bias + j : NULL,
                                            .row = k,
                                            .col = 1,
                                            .b_stride = wr_lanes_width(cols),
                                            .c_stride = m,
                                            .k = k});
    }
}

/* --- gradients -------------------------------------------------------------------------------- */

/* Whether the sums are of Y' X, the transpose: when it has fewer numbers in whole vectors. */
static bool turns(int64_t k, int64_t m)
{
    return m * wr_lanes_width(k) < k * wr_lanes_width(m);
}

/* Numbers of the sum of products, one way or the other. */
static int64_t product_size(int64_t k, int64_t m)
{
    return turns(k, m) ? m * wr_lanes_width(k) : k * wr_lanes_width(m);
}

int64_t wr_panel_sums(int64_t k, int64_t m)
{
    return product_size(k, m) + wr_lanes_width(m);
}

/* sum (k x padded m) += X' Y over a few rows */
static void add_product(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                        wr_real *sum)
{
    wr_real whole[STEP * STRIP];
    for (int64_t j = 0; j < m; j += STRIP) {
        int64_t cols = strip_cols(j, m);
        struct wr_tiles t = {.a = x,
                             .b = y + j,
                             .c = sum + j,
                             .base = sum + j,
                             .row = 1,
                             .col = k,
                             .b_stride = m,
                             .c_stride = wr_lanes_width(m),
                             .k = rows};
        if (cols % WR_LANES) { /* vectors would read beyond the last row */
            pack(rows, cols, (struct view){y + j, m, 1}, whole);
            t.b = whole;
            t.b_stride = wr_lanes_width(cols);
        }
        wr_tiles_multiply(k, wr_lanes_width(cols), t);
    }
}

static void add_product_by_blas(int64_t rows, int64_t k, int64_t m, const wr_real *x,
                                const wr_real *y, wr_real *sum)
{
    const struct WR_REAL(wr_operand) a = {x, k, true}, b = {y, m, false};
    WR_REAL(wr_gemm)(k, m, rows, 1, a, b, 1, sum, wr_lanes_width(m));
}

static void sum_rows(int64_t rows, int64_t m, const wr_real *restrict y, wr_real *restrict sum)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < m; j++)
            sum[j] += y[i * m + j];
}

void wr_panel_add_gradient(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                           bool bias, wr_real *sums)
{
    void (*add)(int64_t, int64_t, int64_t, const wr_real *, const wr_real *, wr_real *) =
        WR_HAVE_TILES ? add_product : add_product_by_blas;
    for (int64_t i = 0; i < rows; i += STEP) {
        int64_t some = rows - i < STEP ? rows - i : STEP;
        if (turns(k, m))
            add(some, m, k, y + i * m, x + i * k, sums);
        else
            add(some, k, m, x + i * k, y + i * m, sums);
    }
    if (bias)
        sum_rows(rows, m, y, sums + product_size(k, m));
}

void wr_panel_gradient(int64_t k, int64_t m, const wr_real *sums, wr_real *w, wr_real *bias)
{
    const int64_t row = turns(k, m) ? 1 : wr_lanes_width(m),
                  col = turns(k, m) ? wr_lanes_width(k) : 1;
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = 0; j < m; j++)
            w[i * m + j] = sums[i * row + j * col];
    for (int64_t j = 0; bias && j < m; j++)
        bias[j] = sums[product_size(k, m) + j];
}
