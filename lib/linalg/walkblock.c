/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/walkblock.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"

enum { CACHE_LINE = 64, ROW_BYTES = WR_LANES * sizeof(uint64_t) };

enum wr_status wr_walkblock_init(struct wr_walkblock *b, const struct wr_csr *csr,
                                 struct wr_error *err)
{
    int64_t n = csr->n;
    struct wr_walkblock made = {.csr = csr};
    made.vertex = wr_alloc(n, sizeof *made.vertex, err);
    made.row = wr_alloc(n, sizeof *made.row, err);
    made.memory = wr_alloc(2 * n + 1, ROW_BYTES, err);
    if (!made.vertex || !made.row || !made.memory) {
        wr_walkblock_release(&made);
        return WR_ENOMEM;
    }
    memset(made.row, 0xff, (size_t)n * sizeof *made.row); /* WR_NO_ROW */
    uintptr_t line = ((uintptr_t)made.memory + CACHE_LINE - 1) & ~(uintptr_t)(CACHE_LINE - 1);
    made.x = (uint64_t *)line;
    made.scratch = made.x + n * WR_LANES;
    *b = made;
    return WR_OK;
}

void wr_walkblock_release(struct wr_walkblock *b)
{
    free(b->vertex);
    free(b->row);
    free(b->memory);
    *b = (struct wr_walkblock){0};
}

/* The row of v, made and zeroed in counts when v is reached for the first time. */
static inline int64_t reach(struct wr_walkblock *b, uint64_t *counts, uint32_t v)
{
    if (b->row[v] == WR_NO_ROW) {
        b->row[v] = (uint32_t)b->rows;
        b->vertex[b->rows] = v;
        memset(counts + b->rows * WR_LANES, 0, ROW_BYTES);
        b->rows++;
    }
    return b->row[v];
}

void wr_walkblock_start(struct wr_walkblock *b, const uint32_t *start, int64_t lanes)
{
    for (int64_t r = 0; r < b->rows; r++)
        b->row[b->vertex[r]] = WR_NO_ROW;
    b->rows = 0;
    b->closed = false;
    for (int64_t lane = 0; lane < lanes; lane++)
        b->x[reach(b, b->x, start[lane]) * WR_LANES + lane]++;
}

static inline void add_row(uint64_t *restrict y, const uint64_t *restrict x)
{
    for (int lane = 0; lane < WR_LANES; lane++)
        y[lane] += x[lane];
}

/* Y = A X, every row sending its counts to its neighbours: reaches new rows. */
WR_CLONES static void push(struct wr_walkblock *b)
{
    const struct wr_csr *csr = b->csr;
    int64_t rows = b->rows;
    memcpy(b->scratch, b->x, (size_t)rows * ROW_BYTES);
    for (int64_t r = 0; r < rows; r++) {
        const uint64_t *x = b->x + r * WR_LANES;
        int64_t u = b->vertex[r];
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++)
            add_row(b->scratch + reach(b, b->scratch, csr->col[e]) * WR_LANES, x);
    }
    b->closed = b->rows == rows;
}

/* The same when no edge leaves the rows: every row collects from its neighbours, which reads
 * what push would read and write. */
WR_CLONES static void pull(struct wr_walkblock *b)
{
    const struct wr_csr *csr = b->csr;
    for (int64_t r = 0; r < b->rows; r++) {
        uint64_t sum[WR_LANES];
        int64_t u = b->vertex[r];
        memcpy(sum, b->x + r * WR_LANES, sizeof sum);
        for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++)
            add_row(sum, b->x + b->row[csr->col[e]] * (int64_t)WR_LANES);
        memcpy(b->scratch + r * WR_LANES, sum, sizeof sum);
    }
}

void wr_walkblock_step(struct wr_walkblock *b)
{
    if (b->closed)
        pull(b);
    else
        push(b);
    uint64_t *swap = b->x;
    b->x = b->scratch;
    b->scratch = swap;
}

/* y += the rows before r that are adjacent to r. */
static inline void add_earlier_neighbours(const struct wr_walkblock *b, int64_t r, uint64_t *y)
{
    const struct wr_csr *csr = b->csr;
    int64_t u = b->vertex[r];
    for (int64_t e = csr->row[u]; e < csr->row[u + 1]; e++) {
        int64_t q = b->row[csr->col[e]];
        if (q < r) /* never true of WR_NO_ROW */
            add_row(y, b->x + q * WR_LANES);
    }
}

/* x'x, or x'Ax = sum over rows r of x_r (x_r + 2 sum over adjacent q < r of x_q). */
WR_CLONES static void closed_64(const struct wr_walkblock *b, bool odd, uint64_t sum[WR_LANES])
{
    memset(sum, 0, ROW_BYTES);
    for (int64_t r = 0; r < b->rows; r++) {
        const uint64_t *x = b->x + r * WR_LANES;
        uint64_t y[WR_LANES] = {0};
        if (odd)
            add_earlier_neighbours(b, r, y);
        for (int lane = 0; lane < WR_LANES; lane++)
            sum[lane] += x[lane] * (x[lane] + 2 * y[lane]);
    }
}

WR_CLONES static void closed_128(const struct wr_walkblock *b, bool odd,
                                 unsigned __int128 sum[WR_LANES])
{
    memset(sum, 0, WR_LANES * sizeof *sum);
    for (int64_t r = 0; r < b->rows; r++) {
        const uint64_t *x = b->x + r * WR_LANES;
        uint64_t y[WR_LANES] = {0};
        if (odd)
            add_earlier_neighbours(b, r, y);
        for (int lane = 0; lane < WR_LANES; lane++)
            sum[lane] += x[lane] * ((unsigned __int128)x[lane] + 2 * (unsigned __int128)y[lane]);
    }
}

void wr_walkblock_closed(const struct wr_walkblock *b, bool odd, bool wide,
                         unsigned __int128 closed[WR_LANES])
{
    uint64_t narrow[WR_LANES];
    if (wide) {
        closed_128(b, odd, closed);
        return;
    }
    closed_64(b, odd, narrow);
    for (int lane = 0; lane < WR_LANES; lane++)
        closed[lane] = narrow[lane];
}
