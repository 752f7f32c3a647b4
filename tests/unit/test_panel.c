/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "linalg/panel.h"

/* X (n x k), Y (n x m), W (k x m) and scratch, each exactly as long as it is said to be. */
struct panel {
    int64_t n, k, m;
    float *x, *y, *w, *turned, *work, *got;
};

static float *random_array(struct wr_rng *rng, int64_t count)
{
    float *array = malloc((size_t)count * sizeof *array + 1);
    for (int64_t i = 0; i < count; i++)
        array[i] = (float)wr_rng_normal(rng);
    return array;
}

static void panel_init(struct panel *p, uint64_t seed)
{
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    p->n = (int64_t)wr_rng_below(&rng, seed % 10 ? 150 : 3000);
    p->k = 1 + (int64_t)wr_rng_below(&rng, seed % 3 ? 20 : 200);
    p->m = 1 + (int64_t)wr_rng_below(&rng, seed % 2 ? 20 : 200);
    p->x = random_array(&rng, p->n * p->k);
    p->y = random_array(&rng, p->n * p->m);
    p->w = random_array(&rng, p->k * p->m);
    p->turned = random_array(&rng, p->k * p->m);
    p->work = malloc((size_t)wr_panel_work(p->n, p->k, p->m) * sizeof *p->work + 1);
    p->got = random_array(&rng, p->n * (p->k > p->m ? p->k : p->m) + p->k * p->m);
    for (int64_t i = 0; i < p->k; i++)
        for (int64_t j = 0; j < p->m; j++)
            p->turned[j * p->k + i] = p->w[i * p->m + j];
}

static void panel_release(struct panel *p)
{
    free(p->x);
    free(p->y);
    free(p->w);
    free(p->turned);
    free(p->work);
    free(p->got);
}

/* sum over p of a[p a_step] b[p b_step] */
static double dot(int64_t count, const float *a, int64_t a_step, const float *b, int64_t b_step)
{
    double sum = 0;
    for (int64_t p = 0; p < count; p++)
        sum += (double)a[p * a_step] * (double)b[p * b_step];
    return sum;
}

START_TEST(products_against_plain_loops)
{
    for (uint64_t seed = 1; seed <= 120; seed++) {
        struct panel p;
        panel_init(&p, seed);
        bool add = seed & 4, turned = seed & 8, in_place = seed & 16, biased = seed & 32;
        const struct wr_panel_terms terms = {.base = !add       ? NULL
                                                     : in_place ? p.got
                                                                : p.y,
                                             .bias = biased ? p.w : NULL};
        memcpy(p.got, p.y, (size_t)(p.n * p.m) * sizeof *p.y);
        wr_panel_multiply(p.n, p.k, p.m, p.x, turned ? p.turned : p.w, turned, terms, p.got,
                          p.work);
        for (int64_t i = 0; i < p.n; i++)
            for (int64_t j = 0; j < p.m; j++) {
                double want = dot(p.k, p.x + i * p.k, 1, p.w + j, p.m);
                want += (add ? (double)p.y[i * p.m + j] : 0) + (biased ? (double)p.w[j] : 0);
                ck_assert_double_eq_tol((double)p.got[i * p.m + j], want, 1e-4);
            }
        panel_release(&p);
    }
}
END_TEST

START_TEST(gradients_against_plain_loops)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct panel p;
        panel_init(&p, seed);
        memcpy(p.got, p.w, (size_t)(p.k * p.m) * sizeof *p.w);
        float *bias = seed & 1 ? p.turned : NULL, first = p.turned[0];
        wr_panel_gradient(p.n, p.k, p.m, p.x, p.y, p.got, bias, p.work);
        if (bias) {
            const float one = 1;
            double want = (double)first + dot(p.n, &one, 0, p.y, p.m);
            ck_assert_double_eq_tol((double)bias[0], want, 1e-5 * (10 + sqrt((double)p.n)));
        }
        for (int64_t i = 0; i < p.k; i++)
            for (int64_t j = 0; j < p.m; j++) {
                double want = (double)p.w[i * p.m + j] + dot(p.n, p.x + i, p.k, p.y + j, p.m);
                ck_assert_double_eq_tol((double)p.got[i * p.m + j], want,
                                        1e-5 * (10 + sqrt((double)p.n)));
            }
        panel_release(&p);
    }
}
END_TEST

START_TEST(threads_change_nothing)
{
    const struct wr_panel_terms none = {NULL, NULL};
    struct panel p;
    panel_init(&p, 30);
    size_t size = (size_t)(p.n * p.m) * sizeof(float), square = (size_t)(p.k * p.m) * sizeof(float);
    float *one = malloc(size + 1), *gradient = calloc(1, square);
    wr_threads_set(1);
    wr_panel_multiply(p.n, p.k, p.m, p.x, p.w, false, none, one, p.work);
    wr_panel_gradient(p.n, p.k, p.m, p.x, p.y, gradient, NULL, p.work);
    wr_threads_set(3);
    wr_panel_multiply(p.n, p.k, p.m, p.x, p.w, false, none, p.got, p.work);
    ck_assert_mem_eq(one, p.got, size);
    memset(p.got, 0, square);
    wr_panel_gradient(p.n, p.k, p.m, p.x, p.y, p.got, NULL, p.work);
    ck_assert_mem_eq(gradient, p.got, square);
    free(one);
    free(gradient);
    panel_release(&p);
}
END_TEST

unit_main("panel", products_against_plain_loops, gradients_against_plain_loops,
          threads_change_nothing)
