/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/padded.h"

#include "base/blocks.h"
#include "linalg/dense.h"
#include "linalg/tiles.h"

/* Compiled in both precisions. */

enum {
    DEPTH = 256, /* columns of WR_PADDED_ROWS of A, which stay in the second cache while ... */
    STRIP = WR_TILE_WIDE * WR_LANES /* ... they meet so many columns of B at a time */
};

/* Rows of B, of whole vectors, one behind the other. (Row by row it would be a loop of gcc's calls
 * or instructions for copying memory, which take longer to begin than so few vectors.) */
static void pack(int64_t rows, int64_t width, const wr_real *b, int64_t stride, wr_real *packed)
{
    for (int64_t j = 0; j < width; j += WR_LANES)
        for (int64_t p = 0; p < rows; p++)
            WR_LANES_AT(packed + p * width + j) = WR_LANES_AT(b + p * stride + j);
}

/* A square, or less of one, of the transposed matrix. */
WR_INLINE void turn(int rows, int64_t cols, int64_t width, const wr_real *b, int64_t stride,
                    wr_real *packed)
{
    for (int64_t j = 0; j < cols; j++)
        for (int p = 0; p < rows; p++)
            packed[p * width + j] = b[j * stride + p];
    for (int p = 0; p < rows; p++)
        for (int64_t j = cols; j < width; j++)
            packed[p * width + j] = 0;
}

/* The same of B', whose columns are rows in memory; what is beyond them is 0. In strips that are as
 * wide as a vector: their rows stay in the first cache. */
static void pack_turned(int64_t rows, int64_t cols, int64_t width, const wr_real *b, int64_t stride,
                        wr_real *packed)
{
    int64_t p = 0;
    for (; p + WR_LANES <= rows; p += WR_LANES)
        turn(WR_LANES, cols, width, b + p, stride, packed + p * width);
    turn((int)(rows - p), cols, width, b + p, stride, packed + p * width);
}

/* C += A B, or = if it is the first part of a product: the depth of A's columns and B's rows. */
static void multiply_part(int64_t m, int64_t n, int64_t depth, struct WR_REAL(wr_padded) a,
                          struct WR_REAL(wr_padded) b, bool turned_b, bool first, wr_real *c,
                          int64_t ldc)
{
    wr_real packed[DEPTH * STRIP];
    for (int64_t j = 0; j < n; j += STRIP) {
        int64_t cols = wr_block_end(j, STRIP, n) - j;
        int64_t width = wr_lanes_width(cols);
        if (turned_b)
            pack_turned(depth, cols, width, b.data + j * b.stride, b.stride, packed);
        else
            pack(depth, width, b.data + j, b.stride, packed);
        const struct wr_tiles t = {.a = a.data,
                                   .b = packed,
                                   .c = c + j,
                                   .base = first ? NULL : c + j,
                                   .row = a.stride,
                                   .col = 1,
                                   .b_stride = width,
                                   .c_stride = ldc,
                                   .k = depth};
        wr_tiles_multiply(m, width, t);
    }
}

/* A product of at most WR_PADDED_ROWS rows. */
static void multiply_rows(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_padded) a,
                          bool turned_a, struct WR_REAL(wr_padded) b, bool turned_b, wr_real *c,
                          int64_t ldc)
{
    wr_real packed[WR_PADDED_ROWS * DEPTH];
    for (int64_t p = 0; p == 0 || p < k; p += DEPTH) {
        int64_t depth = wr_block_end(p, DEPTH, k) - p;
        struct WR_REAL(wr_padded) part_a = {a.data + p, a.stride};
        const struct WR_REAL(wr_padded) part_b = {b.data + (turned_b ? p : p * b.stride), b.stride};
        if (turned_a) {
            part_a = (struct WR_REAL(wr_padded)){packed, wr_lanes_width(depth)};
            pack_turned(m, depth, part_a.stride, a.data + p * a.stride, a.stride, packed);
        }
        multiply_part(m, n, depth, part_a, part_b, turned_b, p == 0, c, ldc);
    }
}

static void multiply_by_tiles(int64_t m, int64_t n, int64_t k, struct WR_REAL(wr_padded) a,
                              bool turned_a, struct WR_REAL(wr_padded) b, bool turned_b, wr_real *c,
                              int64_t ldc)
{
    for (int64_t i = 0; i < m; i += WR_PADDED_ROWS) {
        struct WR_REAL(wr_padded) rows = {a.data + (turned_a ? i : i * a.stride), a.stride};
        multiply_rows(wr_block_end(i, WR_PADDED_ROWS, m) - i, n, k, rows, turned_a, b, turned_b,
                      c + i * ldc, ldc);
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
