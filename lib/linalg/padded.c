/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/padded.h"

#include "base/blocks.h"
#include "linalg/dense.h"
#include "linalg/tiles.h"

/* Compiled in both precisions. */

enum {
    STRIP = WR_TILE_WIDE * WR_LANES, /* columns of B and C that are worked on together ... */
    DEPTH = 256                      /* ... for so many rows of B: they stay in the second cache */
};

/* Rows of B, of whole vectors, one behind the other. */
static void pack(int64_t rows, int64_t width, const wr_real *b, int64_t stride, wr_real *packed)
{
    for (int64_t p = 0; p < rows; p++)
        for (int64_t j = 0; j < width; j += WR_LANES)
            WR_LANES_AT(packed + p * width + j) = WR_LANES_AT(b + p * stride + j);
}

/* The same of B', whose columns are rows in memory; what is beyond them is 0. In squares: their
 * rows stay in the first cache. */
static void pack_turned(int64_t rows, int64_t cols, int64_t width, const wr_real *b, int64_t stride,
                        wr_real *packed)
{
    for (int64_t from = 0; from < rows; from += WR_LANES)
        for (int64_t j = 0; j < width; j++)
            for (int64_t p = from; p < wr_block_end(from, WR_LANES, rows); p++)
                packed[p * width + j] = j < cols ? b[j * stride + p] : 0;
}

static void multiply_by_tiles(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_padded) a,
                              bool turned_a, struct WR_REAL(wr_padded) b, bool turned_b, wr_real *c,
                              int64_t ldc)
{
    wr_real packed[DEPTH * STRIP];
    for (int64_t j = 0; j < n; j += STRIP) {
        int64_t cols = wr_block_end(j, STRIP, n) - j;
        int64_t width = wr_lanes_width(cols);
        for (int64_t p = 0; p == 0 || p < k; p += DEPTH) {
            int64_t rows = wr_block_end(p, DEPTH, k) - p;
            if (turned_b)
                pack_turned(rows, cols, width, b.data + j * b.stride + p, b.stride, packed);
            else
                pack(rows, width, b.data + p * b.stride + j, b.stride, packed);
            const wr_real *from = a.data + (turned_a ? p * a.stride : p);
            const struct wr_tiles t = {.a = from,
                                       .b = packed,
                                       .c = c + j,
                                       .base = p > 0 ? c + j : NULL,
                                       .row = turned_a ? 1 : a.stride,
                                       .col = turned_a ? a.stride : 1,
                                       .b_stride = width,
                                       .c_stride = ldc,
                                       .k = rows};
            wr_tiles_multiply(m, width, t);
        }
    }
}

void WR_REAL(wr_padded_multiply)(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_padded) a,
                                 bool turned_a, struct WR_REAL(wr_padded) b, bool turned_b,
                                 wr_real *c, int64_t ldc)
{
    const struct WR_REAL(wr_operand) left = {a.data, a.stride, turned_a};
    const struct WR_REAL(wr_operand) right = {b.data, b.stride, turned_b};
    if (WR_HAVE_TILES)
        multiply_by_tiles(m, n, k, a, turned_a, b, turned_b, c, ldc);
    else
        WR_REAL(wr_gemm)(m, n, k, 1, left, right, 0, c, ldc);
}
