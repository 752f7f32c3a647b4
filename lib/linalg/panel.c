/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/panel.h"

#include <string.h>

#include "base/blocks.h"
#include "base/lanes.h"
#include "linalg/dense.h"

enum {
    TALL = 6,                /* rows and ... */
    WIDE = 4,                /* ... vectors of a tile: 24 sums in 32 registers */
    STRIP = WIDE * WR_LANES, /* columns of a tile */
    ROWS = 20 * TALL,        /* of X and Y per unit of parallel work */
    STEP = 64,               /* rows of X and Y that stay in the first cache */
    BLOCK = 256,
    MOST_BLOCKS = 64 /* rows per partial sum of a gradient, and how many */
};

static int64_t padded(int64_t cols)
{
    return (cols + WR_LANES - 1) / WR_LANES * WR_LANES;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Whether Y' X, the transpose, has fewer numbers than X' Y when rows are whole vectors. */
static bool turns(int64_t k, int64_t m)
{
    return m * padded(k) < k * padded(m);
}

/* Numbers of a partial product of X' Y, one way or the other. */
static int64_t product_size(int64_t k, int64_t m)
{
    return turns(k, m) ? m * padded(k) : k * padded(m);
}

int64_t wr_panel_work(int64_t n, int64_t k, int64_t m)
{
    int64_t blocks = wr_block_count(n, BLOCK);
    int64_t sums = (blocks < MOST_BLOCKS ? blocks : MOST_BLOCKS) * (product_size(k, m) + m);
    int64_t packed = larger(k * padded(m), m * padded(k));
    return wr_have_avx512() ? larger(sums, packed) : larger(wr_gemm_tall_work(k, m, n), m);
}

/* C += A B: the rows of A are row numbers apart in memory, its columns col; those of B and C, whole
 * vectors, are b_stride and c_stride apart. */
struct tiles {
    const wr_real *a, *b;
    wr_real *c;
    int64_t row, col, b_stride, c_stride;
    int64_t k; /* columns of A, rows of B */
};

/* The next rows of C, in registers. */
WR_INLINE void next_tile(int tall, int wide, struct tiles *t)
{
    const wr_real *a = t->a, *b = t->b;
    wr_lanes sum[TALL][WIDE];
#pragma GCC unroll 6
    for (int r = 0; r < tall; r++)
#pragma GCC unroll 4
        for (int c = 0; c < wide; c++)
            sum[r][c] = WR_LANES_AT(t->c + r * t->c_stride + c * WR_LANES);
    for (int64_t p = 0; p < t->k; p++, a += t->col, b += t->b_stride) {
        wr_lanes v[WIDE];
#pragma GCC unroll 4
        for (int c = 0; c < wide; c++)
            v[c] = WR_LANES_AT(b + c * WR_LANES);
#pragma GCC unroll 6
        for (int r = 0; r < tall; r++)
#pragma GCC unroll 4
            for (int c = 0; c < wide; c++)
                sum[r][c] += a[r * t->row] * v[c];
    }
#pragma GCC unroll 6
    for (int r = 0; r < tall; r++)
#pragma GCC unroll 4
        for (int c = 0; c < wide; c++)
            WR_LANES_AT(t->c + r * t->c_stride + c * WR_LANES) = sum[r][c];
    t->a += tall * t->row;
    t->c += tall * t->c_stride;
}

/* All rows, tile by tile: code of its own for each size. */
WR_INLINE void multiply_tiles(int wide, int64_t rows, struct tiles t)
{
    for (; rows >= TALL; rows -= TALL)
        next_tile(TALL, wide, &t);
    if (rows >= 4) {
        next_tile(4, wide, &t);
        rows -= 4;
    }
    for (; rows > 0; rows--)
        next_tile(1, wide, &t);
}

WR_AVX512
static void multiply_strip(int64_t rows, int64_t cols, const struct tiles *t)
{
    if (cols <= WR_LANES)
        multiply_tiles(1, rows, *t);
    else if (cols <= 2 * WR_LANES)
        multiply_tiles(2, rows, *t);
    else if (cols <= 3 * WR_LANES)
        multiply_tiles(3, rows, *t);
    else
        multiply_tiles(4, rows, *t);
}

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
    int64_t stride = padded(cols);
    for (int64_t p = 0; p < rows; p++)
        for (int64_t j = 0; j < stride; j++)
            packed[p * stride + j] = j < cols ? w.data[p * w.row + j * w.col] : 0;
}

/* Rows of y = base + bias */
static void put_terms(int64_t rows, int64_t m, struct wr_panel_terms terms, wr_real *y)
{
    size_t bytes = (size_t)(rows * m) * sizeof *y;
    if (!terms.base)
        memset(y, 0, bytes);
    else if (terms.base != y)
        memcpy(y, terms.base, bytes);
    for (int64_t i = 0; terms.bias && i < rows; i++)
        for (int64_t j = 0; j < m; j++)
            y[i * m + j] += terms.bias[j];
}

/* The other way: rows of cols numbers each, stride apart. */
static void unpack(int64_t rows, int64_t cols, const wr_real *packed, wr_real *y, int64_t stride)
{
    for (int64_t p = 0; p < rows; p++)
        for (int64_t j = 0; j < cols; j++)
            y[p * stride + j] = packed[p * padded(cols) + j];
}

static void multiply_by_blas(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *w,
                             bool transposed, struct wr_panel_terms terms, wr_real *y)
{
    bool add = terms.base || terms.bias;
    if (add)
        put_terms(n, m, terms, y);
    WR_REAL(wr_gemm)
    (n, m, k, 1, (struct WR_REAL(wr_operand)){x, k, false},
     (struct WR_REAL(wr_operand)){w, transposed ? k : m, transposed}, add, y, m);
}

/* Rows of Y += X W, where columns do not fill vectors by way of a copy. */
static void add_product(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *packed,
                        wr_real *y)
{
    wr_real whole[ROWS * STRIP];
    for (int64_t j = 0; j < m; j += STRIP) {
        int64_t cols = strip_cols(j, m), stride = padded(cols);
        struct tiles t = {x, packed + j * k, y + j, k, 1, stride, m, k};
        if (cols % WR_LANES == 0) {
            multiply_strip(rows, cols, &t);
            continue;
        }
        t.c = whole;
        t.c_stride = stride;
        pack(rows, cols, (struct view){y + j, m, 1}, whole);
        multiply_strip(rows, cols, &t);
        unpack(rows, cols, whole, y + j, m);
    }
}

void wr_panel_multiply(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *w,
                       bool transposed, struct wr_panel_terms terms, wr_real *y, wr_real *work)
{
    int64_t blocks = wr_block_count(n, ROWS);
    if (!wr_have_avx512()) {
        multiply_by_blas(n, k, m, x, w, transposed, terms, y);
        return;
    }
    for (int64_t j = 0; j < m; j += STRIP) {
        struct view strip = {w + (transposed ? j * k : j), transposed ? 1 : m, transposed ? k : 1};
        pack(k, strip_cols(j, m), strip, work + j * k);
    }
#pragma omp parallel for schedule(static) if (blocks > 1)
    for (int64_t b = 0; b < blocks; b++) {
        int64_t i = b * ROWS, rows = wr_block_end(i, ROWS, n) - i;
        struct wr_panel_terms here = {terms.base ? terms.base + i * m : NULL, terms.bias};
        put_terms(rows, m, here, y + i * m);
        add_product(rows, k, m, x + i * k, work, y + i * m);
    }
}

/* sum (k x padded m) += X' Y over a few rows */
static void add_rows(int64_t rows, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                     wr_real *sum)
{
    wr_real whole[STEP * STRIP];
    int64_t stride = padded(m);
    for (int64_t j = 0; j < m; j += STRIP) {
        int64_t cols = strip_cols(j, m);
        struct tiles t = {x, y + j, sum + j, 1, k, m, stride, rows};
        if (cols % WR_LANES) { /* vectors would read beyond the row */
            pack(rows, cols, (struct view){y + j, m, 1}, whole);
            t.b = whole;
            t.b_stride = padded(cols);
        }
        multiply_strip(k, cols, &t);
    }
}

/* Partial products X' Y (k x padded m), one per block of rows, and beside them ... */
struct partials {
    int64_t block, blocks; /* rows in each, and how many there are */
    const wr_real *y;      /* ... sums of the rows of y (n x cols), if not NULL */
    int64_t cols;
    wr_real *products, *sums;
};

WR_CLONES
static void sum_rows(int64_t rows, int64_t m, const wr_real *restrict y, wr_real *restrict sum)
{
    memset(sum, 0, (size_t)m * sizeof *sum);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < m; j++)
            sum[j] += y[i * m + j];
}

static void fill(const struct partials *p, int64_t n, int64_t k, int64_t m, const wr_real *x,
                 const wr_real *y)
{
    int64_t size = k * padded(m);
#pragma omp parallel for schedule(static) if (p->blocks > 1)
    for (int64_t b = 0; b < p->blocks; b++) {
        wr_real *product = p->products + b * size;
        int64_t begin = b * p->block, end = wr_block_end(begin, p->block, n);
        memset(product, 0, (size_t)size * sizeof *product);
        for (int64_t i = begin; i < end; i += STEP)
            add_rows(wr_block_end(i, STEP, end) - i, k, m, x + i * k, y + i * m, product);
        if (p->y)
            sum_rows(end - begin, p->cols, p->y + begin * p->cols, p->sums + b * p->cols);
    }
}

/* W (rows x cols) += a partial product, or its transpose */
static void add_view(const struct view *sum, int64_t rows, int64_t cols, wr_real *restrict w)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            w[i * cols + j] += sum->data[i * sum->row + j * sum->col];
}

/* For machines without the registers: the sums are formed on one thread. */
static void gradient_by_blas(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                             wr_real *w, wr_real *bias, wr_real *work)
{
    WR_REAL(wr_gemm_tall)(k, m, n, x, k, y, m, w, m, work);
    for (int64_t i = 0; bias && i < n; i += BLOCK) {
        sum_rows(wr_block_end(i, BLOCK, n) - i, m, y + i * m, work);
        add_view(&(struct view){work, m, 1}, 1, m, bias);
    }
}

void wr_panel_gradient(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                       wr_real *w, wr_real *bias, wr_real *work)
{
    int64_t block = larger(BLOCK, wr_block_count(n, MOST_BLOCKS)), size = product_size(k, m);
    struct partials p = {block, wr_block_count(n, block), bias ? y : NULL, m, work, NULL};
    p.sums = work + p.blocks * size;
    if (!wr_have_avx512()) {
        gradient_by_blas(n, k, m, x, y, w, bias, work);
        return;
    }
    if (turns(k, m))
        fill(&p, n, m, k, y, x);
    else
        fill(&p, n, k, m, x, y);
    for (int64_t b = 0; b < p.blocks; b++) {
        struct view product = {work + b * size, padded(m), 1};
        if (turns(k, m))
            product = (struct view){work + b * size, 1, padded(k)};
        add_view(&product, k, m, w);
        if (bias)
            add_view(&(struct view){p.sums + b * m, m, 1}, 1, m, bias);
    }
}
