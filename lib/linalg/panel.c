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

/* Whether the tiles are in registers. */
static bool have_registers(void)
{
#if defined __AVX512F__
    return true;
#elif defined WR_HAVE_CLONES
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
#else
    return false;
#endif
}

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

int64_t wr_panel_work(int64_t n, int64_t k, int64_t m)
{
    int64_t blocks = wr_block_count(n, BLOCK);
    int64_t sum = turns(k, m) ? m * padded(k) : k * padded(m);
    int64_t sums = (blocks < MOST_BLOCKS ? blocks : MOST_BLOCKS) * sum;
    int64_t packed = larger(k * padded(m), m * padded(k));
    return have_registers() ? larger(sums, packed) : wr_gemm_tall_work(k, m, n);
}

/* A tile of a product A B: the rows of A are row numbers apart in memory, its columns col; those
 * of B are stride apart. */
struct factors {
    const wr_real *a, *b;
    int64_t row, col, stride;
    int64_t k; /* columns of A, rows of B */
};

/* sum (tall x wide) += A B */
WR_INLINE void multiply_tile(int tall, int wide, const struct factors *f, wr_lanes sum[TALL][WIDE])
{
    const wr_real *a = f->a, *b = f->b;
    for (int64_t p = 0; p < f->k; p++, a += f->col, b += f->stride) {
        wr_lanes v[WIDE];
#pragma GCC unroll 4
        for (int c = 0; c < wide; c++)
            v[c] = WR_LANES_AT(b + c * WR_LANES);
#pragma GCC unroll 6
        for (int r = 0; r < tall; r++)
#pragma GCC unroll 4
            for (int c = 0; c < wide; c++)
                sum[r][c] += a[r * f->row] * v[c];
    }
}

/* Where a tile goes: rows stride apart, `cols` columns; of the last vector perhaps not all. */
struct target {
    wr_real *c;
    int64_t stride, cols;
    bool add;
};

WR_INLINE void put(const struct target *t, int r, int c, const wr_lanes *sum)
{
    wr_real *to = t->c + r * t->stride + c * WR_LANES;
    int64_t left = t->cols - c * WR_LANES;
    if (!t->add)
        wr_lanes_store(to, sum, left);
    else if (WR_LIKELY(left >= WR_LANES))
        WR_LANES_AT(to) += *sum;
    else
        for (int64_t j = 0; j < left; j++)
            to[j] += (*sum)[j];
}

/* One tile, and on to the one below. */
WR_INLINE void next_tile(int tall, int wide, struct factors *f, struct target *t)
{
    wr_lanes sum[TALL][WIDE] = {{{0}}};
    multiply_tile(tall, wide, f, sum);
#pragma GCC unroll 6
    for (int r = 0; r < tall; r++)
#pragma GCC unroll 4
        for (int c = 0; c < wide; c++)
            put(t, r, c, &sum[r][c]);
    f->a += tall * f->row;
    t->c += tall * t->stride;
}

/* All rows of a strip, tile by tile; for each width code of its own. */
WR_INLINE void strip(int wide, int64_t rows, struct factors f, struct target t)
{
    for (; rows >= TALL; rows -= TALL)
        next_tile(TALL, wide, &f, &t);
    if (rows >= 4) {
        next_tile(4, wide, &f, &t);
        rows -= 4;
    }
    if (rows >= 2) {
        next_tile(2, wide, &f, &t);
        rows -= 2;
    }
    if (rows > 0)
        next_tile(1, wide, &f, &t);
}

WR_CLONES
static void multiply_strip(int64_t rows, const struct factors *f, const struct target *t)
{
    switch (padded(t->cols) / WR_LANES) {
    case 1:
        strip(1, rows, *f, *t);
        break;
    case 2:
        strip(2, rows, *f, *t);
        break;
    case 3:
        strip(3, rows, *f, *t);
        break;
    default:
        strip(WIDE, rows, *f, *t);
    }
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

static void multiply_by_blas(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *w,
                             bool transposed, wr_real *y, bool add)
{
    WR_REAL(wr_gemm)
    (n, m, k, 1, (struct WR_REAL(wr_operand)){x, k, false},
     (struct WR_REAL(wr_operand)){w, transposed ? k : m, transposed}, add, y, m);
}

void wr_panel_multiply(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *w,
                       bool transposed, wr_real *y, bool add, wr_real *work)
{
    int64_t blocks = wr_block_count(n, ROWS);
    if (!have_registers()) {
        multiply_by_blas(n, k, m, x, w, transposed, y, add);
        return;
    }
    for (int64_t j = 0; j < m; j += STRIP) {
        struct view strip = {w + (transposed ? j * k : j), transposed ? 1 : m, transposed ? k : 1};
        pack(k, strip_cols(j, m), strip, work + j * k);
    }
#pragma omp parallel for schedule(dynamic) if (blocks > 1)
    for (int64_t b = 0; b < blocks; b++) {
        int64_t i = b * ROWS, rows = wr_block_end(i, ROWS, n) - i;
        for (int64_t j = 0; j < m; j += STRIP) {
            int64_t cols = strip_cols(j, m);
            const struct factors f = {x + i * k, work + j * k, k, 1, padded(cols), k};
            multiply_strip(rows, &f, &(struct target){y + i * m + j, m, cols, add});
        }
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
        struct factors f = {x, y + j, 1, k, m, rows};
        if (cols % WR_LANES) { /* vectors would read beyond the row */
            pack(rows, cols, (struct view){y + j, m, 1}, whole);
            f.b = whole;
            f.stride = padded(cols);
        }
        multiply_strip(k, &f, &(struct target){sum + j, stride, padded(cols), true});
    }
}

/* sums (k x padded m, one per block of rows) = X' Y; how many */
static int64_t partial_sums(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                            wr_real *sums)
{
    int64_t size = k * padded(m), block = larger(BLOCK, wr_block_count(n, MOST_BLOCKS));
    int64_t blocks = wr_block_count(n, block);
#pragma omp parallel for schedule(dynamic) if (blocks > 1)
    for (int64_t b = 0; b < blocks; b++) {
        wr_real *sum = sums + b * size;
        int64_t end = wr_block_end(b * block, block, n);
        memset(sum, 0, (size_t)size * sizeof *sum);
        for (int64_t i = b * block; i < end; i += STEP)
            add_rows(wr_block_end(i, STEP, end) - i, k, m, x + i * k, y + i * m, sum);
    }
    return blocks;
}

/* W (rows x cols) += a partial sum, or its transpose */
static void add_sum(const struct view *sum, int64_t rows, int64_t cols, wr_real *restrict w)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            w[i * cols + j] += sum->data[i * sum->row + j * sum->col];
}

void wr_panel_gradient(int64_t n, int64_t k, int64_t m, const wr_real *x, const wr_real *y,
                       wr_real *w, wr_real *work)
{
    if (!have_registers()) {
        WR_REAL(wr_gemm_tall)(k, m, n, x, k, y, m, w, m, work);
        return;
    }
    if (turns(k, m)) {
        int64_t blocks = partial_sums(n, m, k, y, x, work), stride = padded(k);
        for (int64_t b = 0; b < blocks; b++)
            add_sum(&(struct view){work + b * m * stride, 1, stride}, k, m, w);
    } else {
        int64_t blocks = partial_sums(n, k, m, x, y, work), stride = padded(m);
        for (int64_t b = 0; b < blocks; b++)
            add_sum(&(struct view){work + b * k * stride, stride, 1}, k, m, w);
    }
}
