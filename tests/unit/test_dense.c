/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/rng.h"
#include "linalg/dense.h"

static double *random_matrix(struct wr_rng *rng, int64_t count)
{
    double *a = malloc(sizeof *a * (size_t)(count + 1));
    for (int64_t i = 0; i < count; i++)
        a[i] = wr_rng_normal(rng);
    return a;
}

static double at(const double *a, int64_t stride, bool transposed, int64_t i, int64_t j)
{
    return transposed ? a[j * stride + i] : a[i * stride + j];
}

START_TEST(gemm_against_three_loops)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 40; round++) {
        int64_t m = 1 + (int64_t)wr_rng_below(&rng, 600), n = 1 + (int64_t)wr_rng_below(&rng, 20),
                k = 1 + (int64_t)wr_rng_below(&rng, 30);
        bool ta = round & 1, tb = round >> 1 & 1;
        double *a = random_matrix(&rng, m * k), *b = random_matrix(&rng, k * n),
               *c = random_matrix(&rng, m * n), *want = malloc(sizeof *want * (size_t)(m * n));
        for (int64_t i = 0; i < m; i++)
            for (int64_t j = 0; j < n; j++) {
                double sum = 0;
                for (int64_t l = 0; l < k; l++)
                    sum += at(a, ta ? m : k, ta, i, l) * at(b, tb ? k : n, tb, l, j);
                want[i * n + j] = 2 * sum - 0.5 * c[i * n + j];
            }
        wr_gemm_f64(m, n, k, 2, (struct wr_operand_f64){a, ta ? m : k, ta},
                    (struct wr_operand_f64){b, tb ? k : n, tb}, -0.5, c, n);
        for (int64_t i = 0; i < m * n; i++)
            ck_assert_double_eq_tol(c[i], want[i], 1e-12);
        free(a);
        free(b);
        free(c);
        free(want);
    }
}
END_TEST

START_TEST(single_precision_agrees)
{
    enum { M = 300, N = 4, K = 9 };
    struct wr_rng rng;
    wr_rng_init(&rng, 3, 0);
    float a[M * K], b[K * N], c[M * N];
    for (int i = 0; i < M * K; i++)
        a[i] = (float)wr_rng_normal(&rng);
    for (int i = 0; i < K * N; i++)
        b[i] = (float)wr_rng_normal(&rng);
    wr_gemm_f32(M, N, K, 1, (struct wr_operand_f32){a, K, false},
                (struct wr_operand_f32){b, N, false}, 0, c, N);
    for (int i = 0; i < M * N; i++) {
        double sum = 0;
        for (int l = 0; l < K; l++)
            sum += (double)a[i / N * K + l] * (double)b[l * N + i % N];
        ck_assert_double_eq_tol((double)c[i], sum, 1e-5);
    }
}
END_TEST

START_TEST(svd_reconstructs)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 4, 0);
    for (int round = 0; round < 20; round++) {
        int64_t rows = 1 + (int64_t)wr_rng_below(&rng, 9),
                cols = 1 + (int64_t)wr_rng_below(&rng, 9);
        int64_t r = rows < cols ? rows : cols;
        double u[81], sigma[9], vt[81], values[9], copy[81], again[81];
        double *a = random_matrix(&rng, rows * cols);
        memcpy(copy, a, sizeof *a * (size_t)(rows * cols));
        memcpy(again, a, sizeof *a * (size_t)(rows * cols));
        struct wr_error err = {0};
        ck_ok(wr_svd(rows, cols, a, u, sigma, vt, &err), err);
        ck_ok(wr_singular_values(rows, cols, again, values, &err), err);
        for (int64_t i = 0; i < r; i++) {
            ck_assert_double_eq_tol(values[i], sigma[i], 1e-12);
            ck_assert(i == 0 || sigma[i] <= sigma[i - 1]);
        }
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < cols; j++) {
                double sum = 0;
                for (int64_t l = 0; l < r; l++)
                    sum += u[i * r + l] * sigma[l] * vt[l * cols + j];
                ck_assert_double_eq_tol(sum, copy[i * cols + j], 1e-12);
            }
        free(a);
    }
}
END_TEST

START_TEST(solve_and_refuse)
{
    double s[] = {4, 1, 1, 3}, b[] = {1, 2, 5, 4}, indefinite[] = {1, 2, 2, 1}, nan[] = {NAN};
    struct wr_error err = {0};
    ck_ok(wr_solve_spd(2, s, 2, b, &err), err);
    ck_assert_double_eq_tol(4 * b[0] + b[1], 1, 1e-14);
    ck_assert_double_eq_tol(b[2] + 3 * b[3], 4, 1e-14);
    ck_assert_int_eq(wr_solve_spd(2, indefinite, 1, b, &err), WR_ENUMERIC);
    ck_assert_int_eq(wr_singular_values(1, 1, nan, b, NULL), WR_ENUMERIC);
}
END_TEST

START_TEST(triangular_solves)
{
    /* T = [2 1; 0 4], what is below the diagonal is ignored */
    const double t[] = {2, 1, NAN, 4};
    double b[] = {4, 6, 4, 8}, c[] = {4, 6, 4, 8};
    const double want_b[] = {1.5, 2, 1, 2}, want_c[] = {2, 3, 0.5, 1.25};
    wr_solve_upper_f64(2, 2, (struct wr_operand_f64){t, 2, false}, b, 2);
    wr_solve_upper_f64(2, 2, (struct wr_operand_f64){t, 2, true}, c, 2);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(b[i], want_b[i], 1e-15);
        ck_assert_double_eq_tol(c[i], want_c[i], 1e-15);
    }
}
END_TEST

unit_main("dense", gemm_against_three_loops, single_precision_agrees, svd_reconstructs,
          solve_and_refuse, triangular_solves)
