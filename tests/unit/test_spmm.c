/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/blocks.h"
#include "base/rng.h"
#include "linalg/spmm.h"

enum { ROWS = 150, COLS = 40, MOST = 300 };

/* A random sparse matrix, its dense twin, and random factors of any width. */
struct product {
    int64_t row[ROWS + 1], d;
    uint32_t col[ROWS * COLS];
    float value[ROWS * COLS], dense[ROWS * COLS];
    float x[COLS * MOST], p[ROWS * MOST], y[ROWS * MOST], sampled[ROWS * COLS];
    struct wr_sparse a;
};

static void fill(struct product *r, uint64_t seed)
{
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    memset(r, 0, sizeof *r);
    r->d = 1 + (int64_t)wr_rng_below(&rng, seed % 2 ? 20 : MOST - 1);
    for (int64_t i = 0; i < ROWS; i++) {
        r->row[i + 1] = r->row[i];
        for (int64_t j = 0; j < COLS; j++) {
            if (wr_rng_below(&rng, 10) > 0)
                continue;
            r->col[r->row[i + 1]] = (uint32_t)j;
            r->dense[i * COLS + j] = seed % 3 ? (float)wr_rng_normal(&rng) : 1;
            r->value[r->row[i + 1]++] = r->dense[i * COLS + j];
        }
    }
    for (int64_t k = 0; k < COLS * r->d; k++)
        r->x[k] = (float)wr_rng_normal(&rng);
    for (int64_t k = 0; k < ROWS * r->d; k++)
        r->p[k] = r->y[k] = (float)wr_rng_normal(&rng);
    r->a = (struct wr_sparse){ROWS, COLS, r->row, r->col, seed % 3 ? r->value : NULL};
}

START_TEST(products_against_dense_loops)
{
    struct product *r = malloc(sizeof *r);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        fill(r, seed);
        int64_t d = r->d;
        bool add = seed & 4;
        wr_spmm(&r->a, r->x, d, r->y, add);
        for (int64_t i = 0; i < ROWS; i++)
            for (int64_t c = 0; c < d; c++) {
                double sum = add ? (double)r->p[i * d + c] : 0;
                for (int64_t j = 0; j < COLS; j++)
                    sum += (double)(r->dense[i * COLS + j] * r->x[j * d + c]);
                ck_assert_double_eq_tol((double)r->y[i * d + c], sum, 1e-4);
            }
    }
    free(r);
}
END_TEST

START_TEST(products_with_multiples_added)
{
    struct product *r = malloc(sizeof *r);
    float *sum = malloc(sizeof r->y);
    for (uint64_t seed = 1; seed <= 30; seed++) {
        fill(r, seed);
        int64_t d = r->d, begin = (int64_t)seed, end = ROWS - 10;
        memcpy(sum, r->y, sizeof r->y);
        wr_spmm_rows_plus(&r->a, begin, end, r->x, d, 3, r->p + begin * d, sum + begin * d);
        wr_spmm(&r->a, r->x, d, r->y, false);
        for (int64_t k = 0; k < ROWS * d; k++) {
            bool within = k >= begin * d && k < end * d;
            float want = within ? 3 * r->p[k] + r->y[k] : r->p[k];
            ck_assert_double_eq_tol((double)sum[k], (double)want, 1e-4);
        }
    }
    free(sum);
    free(r);
}
END_TEST

START_TEST(sampled_products_against_dense_loops)
{
    struct product *r = malloc(sizeof *r);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        fill(r, seed);
        wr_sddmm(&r->a, r->p, r->x, r->d, r->sampled);
        for (int64_t i = 0; i < ROWS; i++)
            for (int64_t k = r->row[i]; k < r->row[i + 1]; k++) {
                double sum = 0;
                for (int64_t c = 0; c < r->d; c++)
                    sum += (double)(r->p[i * r->d + c] * r->x[r->col[k] * r->d + c]);
                ck_assert_double_eq_tol((double)r->sampled[k], sum, 1e-4);
            }
    }
    free(r);
}
END_TEST

unit_main("spmm", products_against_dense_loops, products_with_multiples_added,
          sampled_products_against_dense_loops)
