/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factormodel.h"

#include "base/blocks.h"
#include "factor/matrix.h"

static const struct wr_loss losses[] = {{WR_LOSS_L2, 0}, {WR_LOSS_L1, 0}, {WR_LOSS_HUBER, 0.7}};
static const int64_t dims[][2] = {{1, 1}, {2, 2}, {3, 5}, {5, 3}, {1, 4}, {4, 1}, {13, 12}};
enum { DIMS = sizeof dims / sizeof *dims };

static struct wr_factorization *make(const struct wr_observations *o,
                                     struct wr_matrix_options options, const struct wr_loss *loss)
{
    struct wr_error err = {0};
    struct wr_factorization *m;
    ck_ok(wr_matrix_new(o, &options, loss, &m, &err), err);
    return m;
}

START_TEST(gradients_agree_with_differences)
{
    static const uint32_t batch[] = {1, 4, 4};
    for (int i = 0; i < DIMS; i++)
        for (int depth = 1; depth <= 5; depth++)
            for (int l = 0; l < 3; l++) {
                struct wr_observations o;
                random_observations(&o, 2, dims[i], 7, (uint64_t)depth);
                struct wr_factorization *m =
                    make(&o, (struct wr_matrix_options){.depth = depth}, &losses[l]);
                wr_factorization_draw(m, 0.1, 0.5, 1);
                check_gradient(m, &o, NULL, 0);
                check_gradient(m, &o, batch, 3);
                wr_factorization_free(m);
                wr_observations_release(&o);
            }
}
END_TEST

/* Large enough for the BLAS. */
START_TEST(single_precision_is_near_double)
{
    static const int64_t dim[] = {60, 40};
    struct wr_observations o;
    random_observations(&o, 2, dim, 900, 1);
    struct wr_factorization *m = make(&o, (struct wr_matrix_options){.depth = 3}, &losses[0]);
    struct wr_factorization *s = make(
        &o, (struct wr_matrix_options){.depth = 3, .precision = WR_PRECISION_SINGLE}, &losses[0]);
    wr_factorization_draw(m, 0, 0.2, 1);
    wr_factorization_draw(s, 0, 0.2, 1);
    ck_assert_double_eq_tol(m->class->gradient(m, NULL, 0), s->class->gradient(s, NULL, 0), 1e-5);
    for (int64_t i = 0; i < m->size; i++)
        ck_assert_double_eq_tol(((double *)m->grad)[i], (double)((float *)s->grad)[i], 1e-5);
    wr_factorization_free(m);
    wr_factorization_free(s);
    wr_observations_release(&o);
}
END_TEST

START_TEST(same_bits_for_any_number_of_threads)
{
    static const int64_t dim[] = {600, 40};
    struct wr_observations o;
    random_observations(&o, 2, dim, 9000, 1);
    struct wr_factorization *m = make(&o, (struct wr_matrix_options){.depth = 3}, &losses[0]);
    wr_factorization_draw(m, 0, 0.2, 1);
    check_threads(m);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

/* W_j' W_j = W_{j-1} W_{j-1}' for neighbouring layers */
static void check_balance(const struct wr_factorization *m)
{
    double a[200], b[200];
    for (int k = 1; k < m->factors; k++) {
        const struct wr_factor *upper = &m->factor[k], *lower = &m->factor[k - 1];
        wr_factorization_factor_get(m, k, a);
        wr_factorization_factor_get(m, k - 1, b);
        for (int64_t i = 0; i < upper->cols; i++)
            for (int64_t j = 0; j < upper->cols; j++) {
                double above = 0, below = 0;
                for (int64_t p = 0; p < upper->rows; p++)
                    above += a[p * upper->cols + i] * a[p * upper->cols + j];
                for (int64_t p = 0; p < lower->cols; p++)
                    below += b[i * lower->cols + p] * b[j * lower->cols + p];
                ck_assert_double_eq_tol(above, below, 1e-12);
            }
    }
}

START_TEST(initializations)
{
    struct wr_error err = {0};
    for (int i = 0; i < DIMS; i++)
        for (int depth = 1; depth <= 4; depth++) {
            struct wr_observations o;
            double w[200];
            random_observations(&o, 2, dims[i], 3, 1);
            struct wr_factorization *m =
                make(&o, (struct wr_matrix_options){.depth = depth}, &losses[0]);
            ck_ok(wr_matrix_draw(m, &(struct wr_matrix_start){WR_MATRIX_IDENTITY, 0, 0, 0.3, 1},
                                 &err),
                  err);
            ck_ok(wr_matrix_product(m, w, &err), err);
            for (int64_t r = 0; r < dims[i][0]; r++)
                for (int64_t c = 0; c < dims[i][1]; c++)
                    ck_assert_double_eq_tol(w[r * dims[i][1] + c], r == c ? 0.3 : 0, 1e-15);
            ck_ok(wr_matrix_draw(m, &(struct wr_matrix_start){WR_MATRIX_BALANCED, 0, 0, 0.3, 1},
                                 &err),
                  err);
            check_balance(m);
            wr_factorization_free(m);
            wr_observations_release(&o);
        }
}
END_TEST

START_TEST(determinants_have_the_sign_asked_for)
{
    static const int64_t dim[] = {2, 2}, wide[] = {2, 3};
    struct wr_observations o;
    struct wr_error err = {0};
    random_observations(&o, 2, dim, 3, 1);
    for (int init = 0; init <= WR_MATRIX_BALANCED; init++)
        for (int det = WR_MATRIX_DET_POSITIVE; det <= WR_MATRIX_DET_NEGATIVE; det++)
            for (uint64_t seed = 1; seed <= 20; seed++) {
                struct wr_factorization *m =
                    make(&o, (struct wr_matrix_options){.depth = 3}, &losses[0]);
                struct wr_matrix_start start = {(enum wr_matrix_init)init, (enum wr_matrix_det)det,
                                                0, 0.1, seed};
                double w[4];
                ck_ok(wr_matrix_draw(m, &start, &err), err);
                ck_ok(wr_matrix_product(m, w, &err), err);
                ck_assert((w[0] * w[3] - w[1] * w[2] > 0) == (det == WR_MATRIX_DET_POSITIVE));
                wr_factorization_free(m);
            }
    wr_observations_release(&o);
    random_observations(&o, 2, wide, 3, 1);
    struct wr_factorization *m = make(&o, (struct wr_matrix_options){.depth = 3}, &losses[0]);
    struct wr_matrix_start start = {0, WR_MATRIX_DET_POSITIVE, 0, 0.1, 1};
    ck_assert_int_eq(wr_matrix_draw(m, &start, &err), WR_EINVAL);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

START_TEST(measures_of_a_known_matrix)
{
    static const int64_t dim[] = {2, 2};
    static const double w[] = {0, 3, -4, 0};
    static const uint32_t track[] = {0, 1, 1, 1};
    static const char *const names[] = {"w_1_2",          "w_2_2",   "sigma1",    "sigma2",
                                        "effective_rank", "nuclear", "frobenius", "spectral"};
    struct wr_observations o;
    struct wr_error err = {0};
    random_observations(&o, 2, dim, 3, 1);
    struct wr_factorization *m =
        make(&o, (struct wr_matrix_options){.depth = 1, .tracked = 2, .track = track}, &losses[0]);
    wr_factorization_factor_set(m, 0, w);
    double entropy = -(4. / 7 * log(4. / 7) + 3. / 7 * log(3. / 7));
    double expected[] = {3, 0, 4, 3, exp(entropy), 7, 5, 4}, out[8];
    ck_assert_int_eq(m->class->measures(m, 10), 8);
    ck_ok(m->class->measure(m, 10, out, &err), err);
    for (int i = 0; i < 8; i++) {
        char name[32];
        m->class->measure_name(m, 10, i, name);
        ck_assert_str_eq(name, names[i]);
        ck_assert_double_eq_tol(out[i], expected[i], 1e-14);
    }
    ck_assert_int_eq(m->class->measures(m, 1), 7);
    wr_factorization_free(m);
    wr_observations_release(&o);
}
END_TEST

START_TEST(impossible_models_are_refused)
{
    static const int64_t dim[] = {2, 2, 2};
    static const uint32_t outside[] = {0, 2};
    static const struct wr_matrix_options bad[] = {
        {.depth = 0}, {.depth = 11}, {.depth = 2, .tracked = 1, .track = outside}};
    struct wr_observations o;
    struct wr_factorization *m;
    random_observations(&o, 2, dim, 3, 1);
    for (int i = 0; i < 3; i++) {
        struct wr_error err = {0};
        ck_assert_int_eq(wr_matrix_new(&o, &bad[i], &losses[0], &m, &err), WR_EINVAL);
    }
    wr_observations_release(&o);
    random_observations(&o, 3, dim, 3, 1);
    struct wr_error err = {0};
    ck_assert_int_eq(
        wr_matrix_new(&o, &(struct wr_matrix_options){.depth = 2}, &losses[0], &m, &err),
        WR_EINVAL);
    wr_observations_release(&o);
}
END_TEST

unit_main("matrix", gradients_agree_with_differences, single_precision_is_near_double,
          same_bits_for_any_number_of_threads, initializations,
          determinants_have_the_sign_asked_for, measures_of_a_known_matrix,
          impossible_models_are_refused)
