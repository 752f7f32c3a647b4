/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "factor/als.h"

static struct wr_tensor zeros(int order, const int64_t *dim)
{
    struct wr_error err = {0};
    struct wr_tensor t;
    ck_ok(wr_tensor_init(&t, order, dim, &err), err);
    return t;
}

/* t += the sum of components; factor: as wr_als_fit gives it. */
static void add_components(struct wr_tensor *t, const double *factor, int64_t rank)
{
    uint32_t index[8] = {0};
    for (int64_t i = 0; i < t->size; i++, wr_dims_next(t->order, t->dim, index))
        for (int64_t r = 0; r < rank; r++) {
            const double *a = factor;
            double product = 1;
            for (int n = 0; n < t->order; a += t->dim[n++] * rank)
                product *= a[index[n] * rank + r];
            t->value[i] += product;
        }
}

/* A sum of rank random components. */
static struct wr_tensor plant(int order, const int64_t *dim, int64_t rank, uint64_t seed)
{
    struct wr_tensor t = zeros(order, dim);
    struct wr_rng rng;
    double factor[1000];
    int64_t rows = 0;
    wr_rng_init(&rng, seed, (uint64_t)rank);
    for (int n = 0; n < order; n++)
        rows += dim[n];
    for (int64_t k = 0; k < rows * rank; k++)
        factor[k] = wr_rng_normal(&rng);
    add_components(&t, factor, rank);
    return t;
}

static int64_t rank_of(const struct wr_tensor *t, int64_t most)
{
    struct wr_error err = {0};
    const struct wr_als_options options = {.seed = 1};
    int64_t rank;
    double error;
    ck_ok(wr_cp_rank(t, most, &options, NULL, &rank, &error, &err), err);
    ck_assert((error < 1e-6) == (rank >= 0));
    return rank;
}

START_TEST(planted_ranks)
{
    const int64_t cube[] = {6, 6, 6}, uneven[] = {5, 4, 3, 4};
    for (int64_t rank = 1; rank <= 5; rank++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct wr_tensor t = plant(3, cube, rank, seed);
            ck_assert_int_eq(rank_of(&t, 0), rank);
            wr_tensor_release(&t);
            t = plant(4, uneven, rank, seed);
            ck_assert_int_eq(rank_of(&t, 0), rank);
            wr_tensor_release(&t);
        }
}
END_TEST

/* The rank may pass every dimension: those of the matricizations do not tell it. */
START_TEST(ranks_above_the_dimensions)
{
    const int64_t cube[] = {4, 4, 4};
    struct wr_tensor t = plant(3, cube, 5, 1);
    ck_assert_int_eq(rank_of(&t, 0), 5);
    wr_tensor_release(&t);
    /* 2 x 2 by 2 x 2 matrices multiply with 7 products (Strassen), not with 6 */
    t = zeros(3, cube);
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            for (int k = 0; k < 2; k++)
                t.value[((2 * i + j) * 4 + 2 * j + k) * 4 + 2 * k + i] = 1;
    ck_assert_int_eq(rank_of(&t, 0), 7);
    ck_assert_int_eq(rank_of(&t, 5), -1);
    wr_tensor_release(&t);
}
END_TEST

START_TEST(degenerate_tensors)
{
    const int64_t one[] = {1, 1, 1}, line[] = {5}, matrix[] = {4, 6}, flat[] = {1, 4, 6, 1};
    struct wr_tensor t = zeros(3, one);
    ck_assert_int_eq(rank_of(&t, 0), 0);
    t.value[0] = -3;
    ck_assert_int_eq(rank_of(&t, 0), 1);
    wr_tensor_release(&t);
    t = plant(1, line, 2, 1);
    ck_assert_int_eq(rank_of(&t, 0), 1);
    wr_tensor_release(&t);
    t = plant(2, matrix, 3, 1);
    ck_assert_int_eq(rank_of(&t, 0), 3);
    ck_assert_int_eq(rank_of(&t, 2), -1);
    wr_tensor_release(&t);
    t = plant(4, flat, 3, 1);
    ck_assert_int_eq(rank_of(&t, 0), 3);
    wr_tensor_release(&t);
}
END_TEST

START_TEST(small_and_large_numbers)
{
    const int64_t cube[] = {5, 5, 5};
    for (int exponent = -60; exponent <= 60; exponent += 30) {
        struct wr_tensor t = plant(3, cube, 3, 2);
        for (int64_t i = 0; i < t.size; i++)
            t.value[i] *= pow(10, exponent);
        ck_assert_int_eq(rank_of(&t, 0), 3);
        wr_tensor_release(&t);
    }
}
END_TEST

START_TEST(numbers_whose_squares_are_none)
{
    const int64_t cube[] = {5, 5, 5}, matrix[] = {4, 6};
    const struct wr_als_options options = {.enough = 1e-20, .seed = 4};
    struct wr_error err = {0};
    for (int exponent = -300; exponent <= 300; exponent += 600) {
        double factor[15 * 3], error, distance;
        struct wr_tensor t = plant(3, cube, 3, 2), m = plant(2, matrix, 2, 1), fit = zeros(3, cube);
        for (int64_t i = 0; i < t.size; i++)
            t.value[i] *= pow(10, exponent);
        for (int64_t i = 0; i < m.size; i++)
            m.value[i] *= pow(10, exponent);
        ck_assert_int_eq(rank_of(&t, 0), 3);
        ck_assert_int_eq(rank_of(&m, 0), 2);
        ck_ok(wr_als_fit(&t, 3, &options, NULL, factor, &error, &err), err);
        add_components(&fit, factor, 3);
        ck_ok(wr_tensor_error(&fit, &t, &distance, &err), err);
        ck_assert_double_lt(distance, 1e-7);
        wr_tensor_release(&fit);
        wr_tensor_release(&m);
        wr_tensor_release(&t);
    }
}
END_TEST

/* The factors are those of the fit, for any number of threads. */
START_TEST(factors_give_the_tensor)
{
    const int64_t dim[] = {6, 300, 3};
    const struct wr_als_options options = {.enough = 1e-20, .seed = 4};
    struct wr_tensor t = plant(3, dim, 3, 7);
    static double factor[309 * 3], again[309 * 3];
    struct wr_tensor fit = zeros(3, dim);
    struct wr_error err = {0};
    double error, distance;
    wr_threads_set(1);
    ck_ok(wr_als_fit(&t, 3, &options, NULL, factor, &error, &err), err);
    wr_threads_set(3);
    ck_ok(wr_als_fit(&t, 3, &options, NULL, again, &error, &err), err);
    ck_assert_mem_eq(factor, again, sizeof factor);
    add_components(&fit, factor, 3);
    ck_ok(wr_tensor_error(&fit, &t, &distance, &err), err);
    ck_assert_double_lt(distance, 1e-7);
    ck_assert_int_eq(wr_als_fit(&t, 0, &options, NULL, factor, &error, NULL), WR_EINVAL);
    t.value[5] = NAN;
    ck_assert_int_eq(wr_als_fit(&t, 3, &options, NULL, factor, &error, NULL), WR_ENUMERIC);
    wr_tensor_release(&fit);
    wr_tensor_release(&t);
}
END_TEST

static bool watch(void *context, int64_t done, int64_t total)
{
    int64_t *last = context;
    ck_assert_int_gt(done, *last);
    ck_assert_int_lt(done, total);
    *last = done;
    return done < 25;
}

START_TEST(progress_counts_starts_of_all_fits)
{
    const int64_t cube[] = {4, 4, 4};
    const struct wr_als_options options = {.seed = 1};
    struct wr_error err = {0};
    int64_t last = -1, rank = 77;
    const struct wr_progress progress = {watch, &last};
    double error;
    struct wr_tensor t = plant(3, cube, 5, 1); /* 4 components, 10 starts, have no fit */
    ck_ok(wr_cp_rank(&t, 0, &options, &progress, &rank, &error, &err), err);
    ck_assert_int_ge(last, 10);
    wr_tensor_release(&t);
    t = plant(3, cube, 12, 1); /* 4 and 5 have none */
    last = -1;
    ck_assert_int_eq(wr_cp_rank(&t, 0, &options, &progress, &rank, &error, NULL), WR_EINTERRUPT);
    ck_assert_int_ge(last, 25);
    ck_assert_int_eq(rank, 5);
    wr_tensor_release(&t);
}
END_TEST

unit_main("als", planted_ranks, ranks_above_the_dimensions, degenerate_tensors,
          small_and_large_numbers, numbers_whose_squares_are_none, factors_give_the_tensor,
          progress_counts_starts_of_all_fits)
