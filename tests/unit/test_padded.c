/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/cacheline.h"
#include "base/rng.h"
#include "linalg/padded.h"

/* Compiled in both precisions. */

enum { LINE = WR_CACHE_LINE / sizeof(wr_real) };

/* Rows of `stride' numbers, 0 beyond the columns. */
static wr_real *random_matrix(struct wr_rng *rng, int64_t rows, int64_t cols, int64_t stride)
{
    wr_real *a = calloc((size_t)(rows * stride), sizeof *a);
    ck_assert_ptr_nonnull(a);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < cols; j++)
            a[i * stride + j] = (wr_real)wr_rng_normal(rng);
    return a;
}

static int64_t stride_of(struct wr_rng *rng, int64_t cols)
{
    return wr_line_width(cols) + (int64_t)wr_rng_below(rng, 2) * LINE;
}

/* op(A) (m x k) op(B) (k x n), each matrix exactly as long as it has to be. */
static void check_product(struct wr_rng *rng, int64_t m, int64_t n, int64_t k, bool turned_a,
                          bool turned_b)
{
    const double eps = sizeof(wr_real) == sizeof(double) ? 1e-13 : 1e-4;
    int64_t sa = stride_of(rng, turned_a ? m : k), sb = stride_of(rng, turned_b ? k : n),
            sc = stride_of(rng, n);
    wr_real *a = random_matrix(rng, turned_a ? k : m, turned_a ? m : k, sa);
    wr_real *b = random_matrix(rng, turned_b ? n : k, turned_b ? k : n, sb);
    wr_real *c = random_matrix(rng, m, n, sc);
    WR_REAL(wr_padded_multiply)
    (m, n, k, (struct WR_REAL(wr_padded)){a, sa}, turned_a, (struct WR_REAL(wr_padded)){b, sb},
     turned_b, c, sc);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            double sum = 0;
            for (int64_t p = 0; p < k; p++)
                sum += (double)a[turned_a ? p * sa + i : i * sa + p] *
                       (double)b[turned_b ? j * sb + p : p * sb + j];
            ck_assert_double_eq_tol((double)c[i * sc + j], sum, eps * (1 + sqrt((double)k)));
        }
        for (int64_t j = n; j < sc; j++) /* 0 stays 0 */
            ck_assert(c[i * sc + j] == 0);
    }
    free(a);
    free(b);
    free(c);
}

START_TEST(products_against_plain_loops)
{
    for (uint64_t seed = 0; seed < 200; seed += (uint64_t)unit_step(7)) {
        struct wr_rng rng;
        wr_rng_init(&rng, seed, 0);
        int64_t m = 1 + (int64_t)wr_rng_below(&rng, 40), n = 1 + (int64_t)wr_rng_below(&rng, 100),
                k = 1 + (int64_t)wr_rng_below(&rng, seed % 10 ? 50 : 600);
        check_product(&rng, m, n, k, seed % 2, seed / 2 % 2);
    }
}
END_TEST

START_TEST(products_with_nothing)
{
    wr_real a[LINE] = {1}, c[LINE] = {7};
    WR_REAL(wr_padded_multiply)
    (0, 1, 1, (struct WR_REAL(wr_padded)){a, LINE}, false, (struct WR_REAL(wr_padded)){a, LINE},
     false, c, LINE);
    ck_assert(c[0] == 7);
    WR_REAL(wr_padded_multiply)
    (1, 1, 0, (struct WR_REAL(wr_padded)){a, LINE}, false, (struct WR_REAL(wr_padded)){a, LINE},
     false, c, LINE);
    ck_assert(c[0] == 0);
}
END_TEST

unit_main("padded", products_against_plain_loops, products_with_nothing)
