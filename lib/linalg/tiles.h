/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_TILES_H
#define WR_LINALG_TILES_H

#include <stdint.h>

#include "base/lanes.h"

/*
 * The inner loops of the dense products: tiles of the result stay in registers. For machines with
 * AVX2 or AVX-512, in files of kernels.
 */
#if WR_LANES_BYTES == 64
enum { WR_TILE_TALL = 6, WR_TILE_WIDE = 4 }; /* rows and vectors: 24 sums in 32 registers */
/* As a part of its callers gcc 12 has too few registers for the addresses of six rows. */
#define WR_TILES __attribute__((noinline))
#else
#define WR_TILES
enum { WR_TILE_TALL = 6, WR_TILE_WIDE = 2 }; /* 12 sums in 16 registers */
#endif

/* Whether they are worth it; else there is OpenBLAS. */
enum { WR_HAVE_TILES = WR_LANES_BYTES > 16 };

/* C = A B + base + bias: the rows of A are row numbers apart in memory, its columns col; those of
 * B, whole vectors, b_stride; those of C and base c_stride. */
struct wr_tiles {
    const wr_real *a, *b;
    wr_real *c;
    const wr_real *base, *bias; /* NULL: 0 */
    int64_t row, col, b_stride, c_stride;
    int64_t k;    /* columns of A, rows of B */
    int64_t left; /* columns in the last vector of a row of C; wr_tiles_multiply sets it */
};

/* The next rows of C, in registers. */
WR_INLINE void wr_next_tile(int tall, int wide, struct wr_tiles *t)
{
    const wr_real *a = t->a, *b = t->b;
    wr_lanes sum[WR_TILE_TALL][WR_TILE_WIDE];
    WR_UNROLLED (r, tall)
        WR_UNROLLED (c, wide) {
            sum[r][c] = (wr_lanes){0};
            if (t->base)
                sum[r][c] = WR_LANES_AT(t->base + r * t->c_stride + c * WR_LANES);
            if (t->bias)
                sum[r][c] += WR_LANES_AT(t->bias + c * WR_LANES);
        }
    for (int64_t p = 0; p < t->k; p++, a += t->col, b += t->b_stride) {
        wr_lanes v[WR_TILE_WIDE];
        WR_UNROLLED (c, wide)
            v[c] = WR_LANES_AT(b + c * WR_LANES);
        WR_UNROLLED (r, tall)
            WR_UNROLLED (c, wide)
                sum[r][c] += a[r * t->row] * v[c];
    }
    WR_UNROLLED (r, tall) {
        wr_real *c = t->c + r * t->c_stride;
        WR_UNROLLED (v, wide - 1)
            WR_LANES_AT(c + v * WR_LANES) = sum[r][v];
        wr_lanes_store(c + (wide - 1) * WR_LANES, &sum[r][wide - 1], t->left);
    }
    t->a += tall * t->row;
    t->c += tall * t->c_stride;
    if (t->base)
        t->base += tall * t->c_stride;
}

/* All rows, tile by tile: code of its own for each size. */
WR_INLINE void wr_tiles_down(int wide, int64_t rows, struct wr_tiles t)
{
    for (; rows >= WR_TILE_TALL; rows -= WR_TILE_TALL)
        wr_next_tile(WR_TILE_TALL, wide, &t);
    if (rows >= 4) {
        wr_next_tile(4, wide, &t);
        rows -= 4;
    }
    if (rows >= 2) {
        wr_next_tile(2, wide, &t);
        rows -= 2;
    }
    if (rows > 0)
        wr_next_tile(1, wide, &t);
}

/* C of `rows' rows and cols columns, at most WR_TILE_WIDE vectors of them. */
WR_TILES static void wr_tiles_multiply(int64_t rows, int64_t cols, struct wr_tiles t)
{
    int64_t vectors = wr_lanes_width(cols) / WR_LANES;
    t.left = cols - (vectors - 1) * WR_LANES;
    if (vectors == 1)
        wr_tiles_down(1, rows, t);
    else if (vectors == 2)
        wr_tiles_down(2, rows, t);
#if WR_LANES_BYTES == 64
    else if (vectors == 3)
        wr_tiles_down(3, rows, t);
    else
        wr_tiles_down(4, rows, t);
#endif
}

#endif
