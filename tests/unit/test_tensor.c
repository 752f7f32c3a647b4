/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <float.h>
#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "data/tensor.h"

static struct wr_tensor draw(struct wr_rng *rng, int order, const int64_t *dim)
{
    struct wr_error err = {0};
    struct wr_tensor t;
    ck_ok(wr_tensor_init(&t, order, dim, &err), err);
    for (int64_t i = 0; i < t.size; i++)
        t.value[i] = wr_rng_normal(rng);
    return t;
}

START_TEST(sizes_and_places)
{
    const int64_t dim[] = {2, 3, 4}, many[] = {INT64_C(1) << 31, INT64_C(1) << 31, 2, 1};
    int64_t size;
    ck_assert(wr_dims_size(3, dim, &size) && size == 24);
    ck_assert(wr_dims_size(0, dim, &size) && size == 1);
    ck_assert(wr_dims_size(2, many, &size) && size == INT64_C(1) << 62);
    ck_assert(!wr_dims_size(4, many, &size));
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    struct wr_tensor t = draw(&rng, 3, dim);
    uint32_t index[3] = {0}, again[3];
    for (int64_t i = 0; i < 24; i++) {
        ck_assert_int_eq(wr_tensor_place(&t, index), i);
        ck_assert_int_eq((index[0] * 3 + index[1]) * 4 + index[2], i);
        wr_dims_index(3, dim, i, again);
        ck_assert_mem_eq(index, again, sizeof index);
        wr_dims_next(3, dim, index);
    }
    ck_assert(index[0] == 0 && index[1] == 0 && index[2] == 0);
    wr_tensor_release(&t);
}
END_TEST

START_TEST(too_large)
{
    int64_t dim[784];
    struct wr_error err = {0};
    struct wr_tensor t;
    for (int n = 0; n < 784; n++)
        dim[n] = 2;
    ck_assert_int_eq(wr_tensor_init(&t, 784, dim, &err), WR_ENOMEM);
    ck_assert_str_eq(err.message, "the tensor has more than 2^63 entries");
    ck_assert_int_eq(wr_tensor_init(&t, 62, dim, NULL), WR_ENOMEM);
}
END_TEST

START_TEST(observed_and_filled)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    const int64_t dim[] = {3, 1, 4};
    struct wr_tensor t = draw(&rng, 3, dim), again;
    struct wr_observations o;
    struct wr_error err = {0};
    ck_ok(wr_tensor_observe_all(&t, &o, &err), err);
    ck_assert_int_eq(o.count, 12);
    ck_ok(wr_tensor_zero_fill(&again, &o, &err), err);
    ck_assert_mem_eq(t.value, again.value, 12 * sizeof *t.value);
    wr_tensor_release(&again);
    o.count = 5;
    ck_ok(wr_tensor_zero_fill(&again, &o, &err), err);
    for (int i = 0; i < 12; i++)
        ck_assert(again.value[i] == (i < 5 ? t.value[i] : 0));
    wr_tensor_release(&again);
    wr_tensor_release(&t);
    wr_observations_release(&o);
}
END_TEST

/* Number of the row (side true) or column of an entry: the plain formula. */
static int64_t number(const struct wr_tensor *t, const bool *in_rows, bool side,
                      const uint32_t *index)
{
    int64_t number = 0;
    for (int n = 0; n < t->order; n++)
        if (in_rows[n] == side)
            number = number * t->dim[n] + index[n];
    return number;
}

START_TEST(matricization)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 3, 0);
    for (int round = 0; round < 200; round++) {
        int64_t dim[5];
        bool in_rows[5];
        uint32_t index[5] = {0};
        int order = 1 + (int)wr_rng_below(&rng, 5);
        for (int n = 0; n < order; n++) {
            dim[n] = 1 + (int64_t)wr_rng_below(&rng, 5);
            in_rows[n] = wr_rng_below(&rng, 2);
        }
        struct wr_tensor t = draw(&rng, order, dim);
        struct wr_matricization m = wr_tensor_matricization(&t, in_rows);
        ck_assert_int_eq(m.rows * m.cols, t.size);
        double *matrix = malloc((size_t)t.size * sizeof *matrix);
        struct wr_error err = {0};
        ck_ok(wr_tensor_matricize(&t, in_rows, matrix, &err), err);
        for (int64_t i = 0; i < t.size; i++, wr_dims_next(order, dim, index))
            ck_assert(matrix[number(&t, in_rows, true, index) * m.cols +
                             number(&t, in_rows, false, index)] == t.value[i]);
        free(matrix);
        wr_tensor_release(&t);
    }
}
END_TEST

START_TEST(norms)
{
    const double some[] = {3, 4}, huge[] = {DBL_MAX / 2, DBL_MAX / 2},
                 tiny[] = {3 * DBL_TRUE_MIN, -4 * DBL_TRUE_MIN};
    double norm;
    ck_assert_int_eq(wr_norm(some, 2, &norm, NULL), WR_OK);
    ck_assert(norm == 5);
    ck_assert_int_eq(wr_norm(some, 0, &norm, NULL), WR_OK);
    ck_assert(norm == 0);
    ck_assert_int_eq(wr_norm(huge, 2, &norm, NULL), WR_OK);
    ck_assert_double_eq_tol(norm / DBL_MAX, sqrt(0.5), 1e-15);
    ck_assert_int_eq(wr_norm(tiny, 2, &norm, NULL), WR_OK);
    ck_assert(norm == 5 * DBL_TRUE_MIN);
}
END_TEST

START_TEST(norm_does_not_depend_on_threads)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 4, 0);
    const int64_t dim[] = {50, 40, 30};
    struct wr_tensor t = draw(&rng, 3, dim);
    double one, three, sum = 0;
    wr_threads_set(1);
    ck_assert_int_eq(wr_norm(t.value, t.size, &one, NULL), WR_OK);
    wr_threads_set(3);
    ck_assert_int_eq(wr_norm(t.value, t.size, &three, NULL), WR_OK);
    ck_assert(one == three);
    for (int64_t i = 0; i < t.size; i++)
        sum += t.value[i] * t.value[i];
    ck_assert_double_eq_tol(one, sqrt(sum), 1e-11);
    wr_tensor_release(&t);
}
END_TEST

START_TEST(reconstruction_error)
{
    const int64_t dim[] = {2, 2}, other[] = {4, 1};
    struct wr_error err = {0};
    struct wr_tensor w, truth, different;
    double error;
    ck_ok(wr_tensor_init(&w, 2, dim, &err), err);
    ck_ok(wr_tensor_init(&truth, 2, dim, &err), err);
    ck_ok(wr_tensor_init(&different, 2, other, &err), err);
    ck_ok(wr_tensor_error(&w, &truth, &error, &err), err);
    ck_assert(error == 0);
    truth.value[0] = 4;
    ck_ok(wr_tensor_error(&w, &truth, &error, &err), err);
    ck_assert(error == 1);
    w.value[0] = 4;
    w.value[3] = -2;
    ck_ok(wr_tensor_error(&w, &truth, &error, &err), err);
    ck_assert(error == 0.5);
    truth.value[0] = 0;
    ck_ok(wr_tensor_error(&w, &truth, &error, &err), err);
    ck_assert(isinf(error));
    ck_assert_int_eq(wr_tensor_error(&w, &different, &error, NULL), WR_EINVAL);
    wr_tensor_release(&w);
    wr_tensor_release(&truth);
    wr_tensor_release(&different);
}
END_TEST

unit_main("tensor", sizes_and_places, too_large, observed_and_filled, matricization, norms,
          norm_does_not_depend_on_threads, reconstruction_error)
