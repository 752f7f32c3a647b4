/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/spmm.h"

#include "base/blocks.h"
#include "base/lanes.h"

enum { LEAST = 4096 }; /* rows and entries that are worth a thread */

/*
 * Consecutive rows for each thread, with as many rows and entries as for any other: the same ones
 * whenever the same matrix comes, so that they stay in the thread's cache from one operation to
 * the next. No row's result depends on where the cuts are.
 */
static int64_t part_count(const struct wr_sparse *a)
{
    int64_t most = (a->row[a->rows] + a->rows) / LEAST + 1, threads = wr_threads();
    return threads < most ? threads : most;
}

/* The first row of a part, by bisection; that of number `parts` is the end. */
static int64_t part_begin(const struct wr_sparse *a, int64_t part, int64_t parts)
{
    int64_t goal = (a->row[a->rows] + a->rows) / parts * part, low = 0, high = a->rows;
    if (part == parts)
        return a->rows;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (a->row[middle] + middle < goal)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

WR_INLINE wr_real entry(const struct wr_sparse *a, int64_t k)
{
    return a->value ? a->value[k] : 1;
}

/* What a row of the product is added to: scale times the row at z. NULL z: 0. */
struct addend {
    const wr_real *z;
    wr_real scale;
};

/* Some vectors of columns from j of row i: the row of A is read once for all of them. The entries
 * of later rows end before `end`. */
WR_INLINE void multiply_strip(int vectors, int64_t j, const struct wr_sparse *a, int64_t i,
                              int64_t end, const wr_real *x, int64_t d, struct addend plus,
                              wr_real *y)
{
    wr_real *to = y + j;
    wr_lanes sum[WR_LANES_WIDE];
    WR_UNROLLED (c, vectors) {
        sum[c] = (wr_lanes){0};
        if (plus.z)
            sum[c] = plus.scale * WR_LANES_AT(plus.z + j + c * WR_LANES);
    }
    for (int64_t k = a->row[i]; k < a->row[i + 1]; k++) {
        const wr_real *from = x + (int64_t)a->col[k] * d + j;
        wr_real v = entry(a, k);
        wr_lanes_prefetch(x + (int64_t)a->col[wr_lanes_ahead(k, end)] * d + j, vectors * WR_LANES);
        WR_UNROLLED (c, vectors)
            sum[c] += v * WR_LANES_AT(from + c * WR_LANES);
    }
    WR_UNROLLED (c, vectors)
        WR_LANES_AT(to + c * WR_LANES) = sum[c];
}

/* The columns from j that fill no register. */
WR_INLINE void tail(const struct wr_sparse *a, int64_t i, const wr_real *x, int64_t d, int64_t j,
                    struct addend plus, wr_real *y)
{
    wr_real *to = y;
    for (int64_t c = j; c < d; c++)
        to[c] = plus.z ? plus.scale * plus.z[c] : 0;
    for (int64_t k = a->row[i]; k < a->row[i + 1]; k++) {
        const wr_real *from = x + (int64_t)a->col[k] * d;
        for (int64_t c = j; c < d; c++)
            to[c] += entry(a, k) * from[c];
    }
}

/* Rows begin .. end - 1, the first of Y and of Z at their pointers. */
WR_INLINE void multiply_rows(const struct wr_sparse *a, int64_t begin, int64_t end,
                             const wr_real *x, int64_t d, struct addend plus, wr_real *y)
{
    const int64_t last = a->row[end], whole = d - d % WR_LANES;
    for (int64_t i = begin; i < end; i++, y += d) {
        WR_LANES_STRIPS(multiply_strip, whole, a, i, last, x, d, plus, y);
        if (whole < d)
            tail(a, i, x, d, whole, plus, y);
        if (plus.z)
            plus.z += d;
    }
}

void wr_spmm_rows(const struct wr_sparse *a, int64_t begin, int64_t end, const wr_real *x,
                  int64_t d, wr_real *y, bool add)
{
    if (add) /* what is constant here is constant in the loops */
        multiply_rows(a, begin, end, x, d, (struct addend){y, 1}, y);
    else
        multiply_rows(a, begin, end, x, d, (struct addend){NULL, 0}, y);
}

void wr_spmm_rows_plus(const struct wr_sparse *a, int64_t begin, int64_t end, const wr_real *x,
                       int64_t d, wr_real scale, const wr_real *z, wr_real *y)
{
    multiply_rows(a, begin, end, x, d, (struct addend){z, scale}, y);
}

struct product {
    const struct wr_sparse *a;
    int64_t parts;
    const wr_real *x;
    int64_t d;
    wr_real *y;
    bool add;
};

static void multiply_parts(void *context, int64_t begin, int64_t end)
{
    const struct product *m = context;
    int64_t first = part_begin(m->a, begin, m->parts), last = part_begin(m->a, end, m->parts);
    wr_spmm_rows(m->a, first, last, m->x, m->d, m->y + first * m->d, m->add);
}

void wr_spmm(const struct wr_sparse *a, const wr_real *x, int64_t d, wr_real *y, bool add)
{
    struct product m = {a, part_count(a), x, d, y, add};
    wr_blocks_run_even(m.parts, 1, multiply_parts, &m);
}

/* WR_LANES partial sums, added at the end: one order, whatever the compiler does. */
WR_INLINE wr_real dot(const wr_real *p, const wr_real *q, int64_t d)
{
    wr_lanes sums = {0};
    int64_t j = 0;
    for (; j + WR_LANES <= d; j += WR_LANES)
        sums += WR_LANES_AT(p + j) * WR_LANES_AT(q + j);
    wr_real sum = 0;
    for (; j < d; j++)
        sum += p[j] * q[j];
    for (int lane = 0; lane < WR_LANES; lane++)
        sum += sums[lane];
    return sum;
}

struct samples {
    const struct wr_sparse *a;
    int64_t parts;
    const wr_real *p, *q;
    int64_t d;
    wr_real *value;
};

static void sample_parts(void *context, int64_t begin, int64_t end)
{
    const struct samples *s = context;
    const struct wr_sparse *a = s->a;
    int64_t last = part_begin(a, end, s->parts);
    for (int64_t i = part_begin(a, begin, s->parts); i < last; i++)
        for (int64_t k = a->row[i]; k < a->row[i + 1]; k++)
            s->value[k] = dot(s->p + i * s->d, s->q + (int64_t)a->col[k] * s->d, s->d);
}

void wr_sddmm(const struct wr_sparse *a, const wr_real *p, const wr_real *q, int64_t d,
              wr_real *value)
{
    struct samples s = {a, part_count(a), p, q, d, value};
    wr_blocks_run_even(s.parts, 1, sample_parts, &s);
}
