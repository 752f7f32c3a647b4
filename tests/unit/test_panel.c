/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "linalg/panel.h"

/* X (n x k), Y (n x m), W (k x m) and its transpose, packed W, and room for a result. */
struct panel {
    int64_t n, k, m;
    float *x, *y, *w, *turned, *packed, *sums, *got;
};

static float *random_array(struct wr_rng *rng, int64_t count)
{
    float *array = wr_calloc_lanes(count, sizeof *array, NULL);
    for (int64_t i = 0; i < count; i++)
        array[i] = (float)wr_rng_normal(rng);
    return array;
}

static void panel_init(struct panel *p, uint64_t seed)
{
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    p->n = (int64_t)wr_rng_below(&rng, WR_PANEL_ROWS + 1);
    p->k = 1 + (int64_t)wr_rng_below(&rng, seed % 3 ? 20 : 200);
    p->m = 1 + (int64_t)wr_rng_below(&rng, seed % 2 ? 20 : 200);
    p->x = random_array(&rng, p->n * p->k);
    p->y = random_array(&rng, p->n * p->m);
    p->w = random_array(&rng, p->k * p->m);
    p->turned = random_array(&rng, p->k * p->m);
    p->packed = random_array(&rng, wr_panel_packed(p->k, p->m));
    p->sums = wr_calloc_lanes(wr_panel_sums(p->k, p->m), sizeof *p->sums, NULL);
    p->got = random_array(&rng, (p->n + p->k) * p->m);
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
    free(p->packed);
    free(p->sums);
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
    for (uint64_t seed = 1; seed <= 120; seed += (uint64_t)unit_step(7)) {
        struct panel p;
        panel_init(&p, seed);
        bool add = seed & 4, turned = seed & 8, in_place = seed & 16, biased = seed & 32;
        const struct wr_panel_terms terms = {.base = !add       ? NULL
                                                     : in_place ? p.got
                                                                : p.y,
                                             .bias = biased ? p.w : NULL};
        float behind = p.got[p.n * p.m];
        memcpy(p.got, p.y, (size_t)(p.n * p.m) * sizeof *p.y);
        wr_panel_pack(p.k, p.m, turned ? p.turned : p.w, turned, p.packed);
        wr_panel_multiply(p.n, p.k, p.m, p.x, p.packed, terms, p.got);
        for (int64_t i = 0; i < p.n; i++)
            for (int64_t j = 0; j < p.m; j++) {
                double want = dot(p.k, p.x + i * p.k, 1, p.w + j, p.m);
                want += (add ? (double)p.y[i * p.m + j] : 0) + (biased ? (double)p.w[j] : 0);
                ck_assert_double_eq_tol((double)p.got[i * p.m + j], want, 1e-4);
            }
        ck_assert(memcmp(&p.got[p.n * p.m], &behind, sizeof behind) == 0);
        panel_release(&p);
    }
}
END_TEST

/* In two calls, as over slabs. */
START_TEST(gradients_against_plain_loops)
{
    for (uint64_t seed = 1; seed <= 120; seed += (uint64_t)unit_step(7)) {
        struct panel p;
        panel_init(&p, seed);
        const float one = 1;
        float *bias = seed & 1 ? p.turned : NULL;
        int64_t some = p.n / 3;
        wr_panel_add_gradient(some, p.k, p.m, p.x, p.y, bias, p.sums);
        wr_panel_add_gradient(p.n - some, p.k, p.m, p.x + some * p.k, p.y + some * p.m, bias,
                              p.sums);
        wr_panel_gradient(p.k, p.m, p.sums, p.got, bias);
        for (int64_t j = 0; bias && j < p.m; j++)
            ck_assert_double_eq_tol((double)bias[j], dot(p.n, &one, 0, p.y + j, p.m), 1e-4);
        for (int64_t i = 0; i < p.k; i++)
            for (int64_t j = 0; j < p.m; j++)
                ck_assert_double_eq_tol((double)p.got[i * p.m + j],
                                        dot(p.n, p.x + i, p.k, p.y + j, p.m), 1e-4);
        panel_release(&p);
    }
}
END_TEST

unit_main("panel", products_against_plain_loops, gradients_against_plain_loops)
