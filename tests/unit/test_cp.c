/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factormodel.h"

#include "base/blocks.h"
#include "factor/cp.h"

static const struct wr_loss losses[] = {{WR_LOSS_L2, 0}, {WR_LOSS_L1, 0}, {WR_LOSS_HUBER, 0.7}};

static struct wr_factorization *make(const struct wr_observations *o, struct wr_cp_options options,
                                     const struct wr_loss *loss, uint64_t seed)
{
    struct wr_error err = {0};
    struct wr_factorization *m;
    ck_ok(wr_cp_new(o, &options, loss, &m, &err), err);
    wr_factorization_draw(m, 0.1, 0.7, seed);
    return m;
}

/* sum over r of the products of the factors, from the factors that the model hands out */
static double plain_prediction(const struct wr_factorization *m, const uint32_t *index)
{
    double sum = 0;
    for (int64_t r = 0; r < m->factor[0].cols; r++) {
        double product = 1;
        for (int n = 0; n < m->factors; n++) {
            const struct wr_factor *f = &m->factor[n];
            double *w = malloc((size_t)(f->rows * f->cols) * sizeof *w);
            wr_factorization_factor_get(m, n, w);
            product *= w[index[n] * f->cols + r];
            free(w);
        }
        sum += product;
    }
    return sum;
}

struct shape {
    int order;
    int64_t dim[9], count, rank;
};

static const struct shape shapes[] = {
    {1, {5}, 4, 3},
    {1, {1}, 1, 1},
    {2, {3, 4}, 7, 5},
    {2, {6, 2}, 1, 1},
    {3, {2, 3, 4}, 9, 9},
    {3, {4, 1, 3}, 30, 17},
    {4, {3, 3, 3, 3}, 40, 11},
    {4, {2, 3, 2, 3}, 300, 3},
    {5, {2, 3, 2, 2, 3}, 60, 4},
    {7, {2, 2, 2, 2, 2, 2, 2}, 50, 2},
    {9, {2, 2, 1, 2, 2, 3, 2, 2, 2}, 33, 5},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

START_TEST(gradients_agree_with_differences)
{
    for (int s = 0; s < SHAPES; s++)
        for (int method = WR_CP_CHOOSE; method <= WR_CP_CHAIN; method++)
            for (int l = 0; l < 3; l++) {
                struct wr_observations o;
                struct wr_factorization *m;
                struct wr_error err = {0};
                struct wr_cp_options options = {shapes[s].rank, WR_PRECISION_DOUBLE, 0,
                                                (enum wr_cp_method)method};
                random_observations(&o, shapes[s].order, shapes[s].dim, shapes[s].count,
                                    (uint64_t)s);
                if (wr_cp_new(&o, &options, &losses[l], &m, &err) == WR_OK) {
                    wr_factorization_draw(m, 0.1, 0.7, (uint64_t)s);
                    check_gradient(m, &o, NULL, 0);
                    wr_factorization_free(m);
                } else {
                    ck_assert(method == WR_CP_HALVES || method == WR_CP_GEMM);
                }
                wr_observations_release(&o);
            }
}
END_TEST

START_TEST(gradients_of_batches_agree_with_differences)
{
    static const uint32_t batch[] = {8, 3, 3, 0, 6};
    for (int s = 4; s < SHAPES; s++) {
        struct wr_observations o;
        random_observations(&o, shapes[s].order, shapes[s].dim, shapes[s].count, (uint64_t)s);
        struct wr_factorization *m = make(
            &o, (struct wr_cp_options){shapes[s].rank, WR_PRECISION_DOUBLE, 5, 0}, &losses[0], 1);
        check_gradient(m, &o, batch, 5);
        check_gradient(m, &o, NULL, 0);
        wr_factorization_free(m);
        wr_observations_release(&o);
    }
}
END_TEST

START_TEST(predictions_are_sums_of_products)
{
    for (int s = 0; s < SHAPES; s++)
        for (int precision = 0; precision < 2; precision++) {
            struct wr_observations o;
            double x[300];
            random_observations(&o, shapes[s].order, shapes[s].dim, shapes[s].count, 3);
            struct wr_factorization *m =
                make(&o, (struct wr_cp_options){shapes[s].rank, (enum wr_precision)precision, 0, 0},
                     &losses[0], 2);
            ck_assert_int_eq(m->class->predict(m, &o, x, NULL), WR_OK);
            for (int64_t i = 0; i < o.count; i++)
                ck_assert_double_eq_tol(x[i], plain_prediction(m, wr_observations_at(&o, i)),
                                        precision ? 1e-4 : 1e-12);
            wr_factorization_free(m);
            wr_observations_release(&o);
        }
}
END_TEST

START_TEST(entries_are_predictions_in_order)
{
    static const int64_t dim[] = {70, 3, 90}, starts[] = {0, 1, 900, 18899}; /* of 18900 */
    struct wr_observations o, at;
    struct wr_error err = {0};
    random_observations(&o, 3, dim, 10, 1);
    struct wr_factorization *m =
        make(&o, (struct wr_cp_options){4, WR_PRECISION_DOUBLE, 0, 0}, &losses[0], 2);
    double *all = malloc(18900 * sizeof *all), *x = malloc(18900 * sizeof *x);
    ck_ok(wr_observations_init(&at, 3, dim, 18900, false, &err), err);
    for (int64_t i = 0; i < at.count; i++)
        wr_dims_index(3, dim, i, at.index + 3 * i);
    ck_assert_int_eq(m->class->predict(m, &at, all, NULL), WR_OK);
    for (int s = 0; s < 4; s++) {
        int64_t begin = starts[s], count = 18900 - begin;
        ck_ok(wr_factorization_entries(m, 3, dim, begin, count, x, &err), err);
        ck_assert_mem_eq(x, all + begin, (size_t)count * sizeof *x);
    }
    free(all);
    free(x);
    wr_factorization_free(m);
    wr_observations_release(&o);
    wr_observations_release(&at);
}
END_TEST

/* Every way on tensors with room for several strips and blocks: losses and gradients of the same
 * parameters are the same. */
static void compare_methods(const struct shape *shape, enum wr_precision precision)
{
    struct wr_observations o;
    random_observations(&o, shape->order, shape->dim, shape->count, 5);
    struct wr_factorization *chain =
        make(&o, (struct wr_cp_options){shape->rank, precision, 0, WR_CP_CHAIN}, &losses[0], 4);
    double tolerance = precision == WR_PRECISION_DOUBLE ? 1e-12 : 1e-4;
    double loss = chain->class->gradient(chain, NULL, 0);
    for (int method = WR_CP_HALVES; method <= WR_CP_GEMM; method++) {
        struct wr_factorization *m =
            make(&o, (struct wr_cp_options){shape->rank, precision, 0, (enum wr_cp_method)method},
                 &losses[0], 4);
        ck_assert_double_eq_tol(m->class->gradient(m, NULL, 0), loss, tolerance * (1 + loss));
        for (int64_t i = 0; i < m->size; i++) {
            double want = grad_at(chain, i);
            ck_assert_double_eq_tol(grad_at(m, i), want, tolerance * (1 + fabs(want)));
        }
        wr_factorization_free(m);
    }
    wr_factorization_free(chain);
    wr_observations_release(&o);
}

START_TEST(all_ways_agree)
{
    static const struct shape large[] = {
        {4, {10, 10, 10, 10}, 2000, 300},  {4, {5, 5, 5, 5}, 700, 512},
        {2, {40, 700}, 3000, 70},          {3, {20, 30, 10}, 5000, 130},
        {6, {3, 4, 3, 4, 3, 4}, 4000, 40}, {3, {1, 1, 9}, 20, 1024},
    };
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        compare_methods(&large[i], WR_PRECISION_DOUBLE);
        compare_methods(&large[i], WR_PRECISION_SINGLE);
    }
}
END_TEST

START_TEST(same_bits_for_any_number_of_threads)
{
    static const struct shape cases[] = {{4, {10, 10, 10, 10}, 2000, 300},
                                         {2, {900, 700}, 20000, 7}};
    for (int c = 0; c < 2; c++)
        for (int method = WR_CP_HALVES; method <= WR_CP_CHAIN; method++) {
            struct wr_observations o;
            random_observations(&o, cases[c].order, cases[c].dim, cases[c].count, 5);
            struct wr_cp_options options = {cases[c].rank, WR_PRECISION_DOUBLE, 0,
                                            (enum wr_cp_method)method};
            struct wr_factorization *m = make(&o, options, &losses[0], 4);
            check_threads(m);
            wr_factorization_free(m);
            wr_observations_release(&o);
        }
}
END_TEST

/* 784 modes: products of factors of 0.01 underflow to 0, those about 1 do not; neither gives NaN.
 */
START_TEST(long_chains_underflow_to_zero)
{
    enum { ORDER = 784, COUNT = 40 };
    int64_t dim[ORDER];
    struct wr_observations o;
    for (int n = 0; n < ORDER; n++)
        dim[n] = 2;
    random_observations(&o, ORDER, dim, COUNT, 1);
    struct wr_factorization *m =
        make(&o, (struct wr_cp_options){5, WR_PRECISION_DOUBLE, 0, 0}, &losses[0], 1);
    wr_factorization_draw(m, 0.01, 0, 1);
    double mean = 0;
    for (int64_t i = 0; i < COUNT; i++)
        mean += o.value[i] * o.value[i] / COUNT;
    ck_assert_double_eq_tol(m->class->gradient(m, NULL, 0), mean, 1e-12);
    for (int64_t i = 0; i < m->size; i++)
        ck_assert(((double *)m->grad)[i] == 0);
    wr_factorization_draw(m, 1, 1e-3, 1);
    check_some_gradients(m, &o, 3, 997);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

/* Measurements by unit vectors are entries. */
static void measure_entries(const struct shape *shape, int64_t batch)
{
    static const uint32_t positions[] = {2, 0, 3};
    struct wr_observations o;
    struct wr_error err = {0};
    struct wr_factorization *m, *entries;
    int64_t numbers = 0;
    random_observations(&o, shape->order, shape->dim, shape->count, 8);
    for (int n = 0; n < o.order; n++)
        numbers += o.dim[n];
    double *x = calloc((size_t)(o.count * numbers), sizeof *x);
    for (int64_t i = 0; i < o.count; i++)
        for (int64_t n = 0, at = i * numbers; n < o.order; at += o.dim[n++])
            x[at + o.index[i * o.order + n]] = 1;
    struct wr_measurements data = {o.order, o.dim, o.count, x, o.value};
    struct wr_cp_options options = {shape->rank, WR_PRECISION_DOUBLE, batch, 0};
    ck_ok(wr_cp_sensing_new(&data, &options, &losses[0], &m, &err), err);
    wr_factorization_draw(m, 0, 1, 3);
    entries = make(&o, options, &losses[0], 3);
    memcpy(entries->value, m->value, (size_t)m->size * sizeof(double));
    const uint32_t *at = batch ? positions : NULL;
    double loss = entries->class->gradient(entries, at, batch);
    ck_assert_double_eq_tol(m->class->gradient(m, at, batch), loss, 1e-11 * (1 + loss));
    for (int64_t i = 0; i < m->size; i++) {
        double a = ((double *)m->grad)[i], b = ((double *)entries->grad)[i];
        ck_assert_double_eq_tol(a, b, 1e-10 * (1 + fabs(b)));
    }
    wr_factorization_free(m);
    wr_factorization_free(entries);
    free(x);
    wr_observations_release(&o);
}

START_TEST(measurements_by_unit_vectors_are_entries)
{
    static const struct shape large = {3, {7, 8, 9}, 1300, 20};
    for (int s = 2; s < SHAPES; s++)
        if (shapes[s].count > 3)
            measure_entries(&shapes[s], 0);
    measure_entries(&large, 0);
    measure_entries(&large, 3);
}
END_TEST

START_TEST(norms_of_components)
{
    static const int64_t dim[] = {2, 2};
    static const double left[] = {3, 0, 1, 4, 0, 0}, right[] = {1, 2, 0, 0, 0, 5};
    struct wr_observations o;
    struct wr_error err = {0};
    double norm[3];
    char name[32];
    random_observations(&o, 2, dim, 3, 1);
    struct wr_factorization *m =
        make(&o, (struct wr_cp_options){3, WR_PRECISION_DOUBLE, 0, 0}, &losses[0], 1);
    wr_factorization_factor_set(m, 0, left);
    wr_factorization_factor_set(m, 1, right);
    ck_assert_int_eq(m->class->measures(m, 10), 3);
    ck_assert_int_eq(m->class->measures(m, 2), 2);
    ck_ok(m->class->measure(m, 3, norm, &err), err);
    ck_assert(norm[0] == 5 && norm[1] == 5 && norm[2] == 0);
    m->class->measure_name(m, 3, 2, name);
    ck_assert_str_eq(name, "norm3");
    ck_assert_str_eq(m->factor[1].name, "mode2");
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

START_TEST(impossible_models_are_refused)
{
    static const int64_t dim[] = {2, 2, 2};
    struct wr_observations o;
    struct wr_factorization *m;
    random_observations(&o, 3, dim, 3, 1);
    struct wr_error err = {0};
    struct wr_cp_options options = {0};
    ck_assert_int_eq(wr_cp_new(&o, &options, &losses[0], &m, &err), WR_EINVAL);
    options.rank = 2;
    err = (struct wr_error){0};
    o.value[1] = NAN;
    ck_assert_int_eq(wr_cp_new(&o, &options, &losses[0], &m, &err), WR_EDATA);
    o.value[1] = 0;
    o.index[4] = 2;
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_cp_new(&o, &options, &losses[0], &m, &err), WR_EDATA);
    o.index[4] = 1;
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_cp_new(&o, &options, &(struct wr_loss){WR_LOSS_HUBER, 0}, &m, &err),
                     WR_EINVAL);
    o.count = 0;
    err = (struct wr_error){0};
    ck_assert_int_eq(wr_cp_new(&o, &options, &losses[0], &m, &err), WR_EINVAL);
    wr_observations_release(&o);
}
END_TEST

unit_main("cp", gradients_agree_with_differences, gradients_of_batches_agree_with_differences,
          predictions_are_sums_of_products, entries_are_predictions_in_order, all_ways_agree,
          same_bits_for_any_number_of_threads, long_chains_underflow_to_zero,
          measurements_by_unit_vectors_are_entries, norms_of_components,
          impossible_models_are_refused)
