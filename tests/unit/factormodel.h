/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FACTORMODEL_H
#define TESTS_FACTORMODEL_H

#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "factor/factorization.h"

/* What the tests of factor models share. */

/* count random entries, also repeated ones; values are normal. */
static inline void random_observations(struct wr_observations *o, int order, const int64_t *dim,
                                       int64_t count, uint64_t seed)
{
    struct wr_error err = {0};
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    ck_ok(wr_observations_init(o, order, dim, count, true, &err), err);
    for (int64_t i = 0; i < count; i++) {
        o->value[i] = wr_rng_normal(&rng);
        for (int n = 0; n < order; n++)
            o->index[i * order + n] = (uint32_t)wr_rng_below(&rng, (uint64_t)dim[n]);
    }
}

/* The mean loss by the model's predictions at the observations, or some of them. */
static inline double loss_by_predictions(const struct wr_factorization *m,
                                         const struct wr_observations *o, const uint32_t *batch,
                                         int64_t count)
{
    double *x = malloc((size_t)o->count * sizeof *x), sum = 0, slope;
    ck_assert_int_eq(m->class->predict(m, o, x, NULL), WR_OK);
    count = batch ? count : o->count;
    for (int64_t i = 0; i < count; i++) {
        int64_t at = batch ? batch[i] : i;
        sum += wr_loss_at(&m->loss, x[at] - o->value[at], &slope);
    }
    free(x);
    return sum / (double)count;
}

/* The gradient of a double precision model against central differences of the predictions' loss. */
static inline void check_gradient(struct wr_factorization *m, const struct wr_observations *o,
                                  const uint32_t *batch, int64_t count)
{
    const double h = 1e-6;
    double *value = m->value, *grad = m->grad;
    double loss = m->class->gradient(m, batch, count);
    ck_assert_double_eq_tol(loss, loss_by_predictions(m, o, batch, count), 1e-12 * (1 + loss));
    for (int k = 0; k < m->factors; k++) {
        const struct wr_factor *f = &m->factor[k];
        for (int64_t i = 0; i < f->rows; i++)
            for (int64_t j = 0; j < f->stride; j++) {
                int64_t at = f->offset + i * f->stride + j;
                double x = value[at];
                if (j >= f->cols) {
                    ck_assert(x == 0 && grad[at] == 0);
                    continue;
                }
                value[at] = x + h;
                double above = loss_by_predictions(m, o, batch, count);
                value[at] = x - h;
                double below = loss_by_predictions(m, o, batch, count);
                value[at] = x;
                ck_assert_msg(fabs((above - below) / (2 * h) - grad[at]) <
                                  1e-7 * (1 + fabs(grad[at])),
                              "factor %s (%lld, %lld): %g, differences give %g", f->name,
                              (long long)i, (long long)j, grad[at], (above - below) / (2 * h));
            }
    }
}

/* The same for every stride-th parameter of a model too large for all, 0s of the padding left out. */
static inline void check_some_gradients(struct wr_factorization *m, const struct wr_observations *o,
                                        int64_t first, int64_t stride)
{
    double *value = m->value, *grad = m->grad;
    int64_t compared = 0;
    ck_assert(isfinite(m->class->gradient(m, NULL, 0)));
    for (int64_t i = first; i < m->size; i += stride) {
        double x = value[i];
        if (x == 0)
            continue;
        value[i] = x + 1e-6;
        double above = loss_by_predictions(m, o, NULL, 0);
        value[i] = x - 1e-6;
        double below = loss_by_predictions(m, o, NULL, 0);
        value[i] = x;
        ck_assert_double_eq_tol(grad[i], (above - below) / 2e-6, 1e-5 * (1 + fabs(grad[i])));
        compared++;
    }
    ck_assert_int_gt(compared, 5);
}

/* A number of the gradient, in either precision. */
static inline double grad_at(const struct wr_factorization *m, int64_t i)
{
    return m->element == sizeof(double) ? ((double *)m->grad)[i] : (double)((float *)m->grad)[i];
}

/* Loss and gradient have the same bits with 1, 2, 3 and 7 threads, or with 1 and 7. */
static inline void check_threads(struct wr_factorization *m)
{
    static const int threads[] = {1, 2, 3, 7};
    size_t bytes = (size_t)m->size * m->element;
    void *first = malloc(bytes);
    double loss = 0;
    for (int t = 0; t < 4; t += unit_step(3)) {
        wr_threads_set(threads[t]);
        double now = m->class->gradient(m, NULL, 0);
        if (t == 0) {
            memcpy(first, m->grad, bytes);
            loss = now;
        }
        ck_assert_mem_eq(&now, &loss, sizeof now);
        ck_assert_mem_eq(first, m->grad, bytes);
    }
    free(first);
}

#endif
