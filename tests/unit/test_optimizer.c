/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "optim/optimizer.h"

enum { SIZE = 3 * WR_OPTIMIZER_BLOCK + 5 };

/* The parameters, and the plain formulas' state beside them. */
struct run {
    double x[SIZE], grad[SIZE], plain[SIZE], m[SIZE], v[SIZE], s;
    float x32[SIZE], grad32[SIZE];
};

static void start(struct run *r, int64_t size)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 7, 0);
    memset(r, 0, sizeof *r);
    for (int64_t i = 0; i < size; i++) {
        r->plain[i] = r->x[i] = wr_rng_normal(&rng);
        r->x32[i] = (float)r->x[i];
    }
}

/* The gradient of some function of x, not of the plain formulas' x: both are nearly equal. */
static void differentiate(struct run *r, int64_t size)
{
    for (int64_t i = 0; i < size; i++) {
        r->grad[i] = sin(3 * r->plain[i]) + 0.1 * (double)(i % 7);
        r->grad32[i] = (float)r->grad[i];
    }
}

static void step_plain(struct run *r, const struct wr_optimizer_options *o, int t, int64_t size)
{
    double square = 0, rate = o->lr;
    for (int64_t i = 0; i < size; i++) {
        double g = r->grad[i] + o->weight_decay * r->plain[i];
        square += g * g;
    }
    r->s = 0.99 * r->s + 0.01 * square;
    if (o->kind == WR_OPTIMIZER_ADAPTIVE)
        rate = o->lr / (sqrt(r->s / (1 - pow(0.99, t))) + 1e-6);
    for (int64_t i = 0; i < size; i++) {
        double g = r->grad[i] + o->weight_decay * r->plain[i];
        if (o->kind == WR_OPTIMIZER_ADAM) {
            r->m[i] = 0.9 * r->m[i] + 0.1 * g;
            r->v[i] = 0.999 * r->v[i] + 0.001 * g * g;
            r->plain[i] -=
                rate * (r->m[i] / (1 - pow(0.9, t))) / (sqrt(r->v[i] / (1 - pow(0.999, t))) + 1e-8);
        } else {
            r->m[i] = o->momentum * r->m[i] + g;
            r->plain[i] -= rate * (o->kind == WR_OPTIMIZER_GD ? r->m[i] : g);
        }
    }
}

static const struct wr_optimizer_options cases[] = {
    {WR_OPTIMIZER_ADAPTIVE, 0.5, 0, 0},  {WR_OPTIMIZER_ADAPTIVE, 0.5, 0, 0.1},
    {WR_OPTIMIZER_GD, 0.1, 0, 0},        {WR_OPTIMIZER_GD, 0.1, 0, 0.2},
    {WR_OPTIMIZER_GD, 0.05, 0.9, 0.01},  {WR_OPTIMIZER_ADAM, 0.01, 0, 0},
    {WR_OPTIMIZER_ADAM, 0.01, 0, 0.001},
};
enum { CASES = sizeof cases / sizeof *cases };

static void follow_plain(struct run *r, const struct wr_optimizer_options *options, int64_t size)
{
    struct wr_optimizer o, o32;
    struct wr_error err = {0};
    ck_ok(wr_optimizer_init(&o, options, size, sizeof(double), &err), err);
    ck_ok(wr_optimizer_init(&o32, options, size, sizeof(float), &err), err);
    start(r, size);
    int steps = unit_rounds(12);
    for (int t = 1; t <= steps; t++) {
        differentiate(r, size);
        step_plain(r, options, t, size);
        wr_optimizer_step_f64(&o, r->x, r->grad);
        wr_optimizer_step_f32(&o32, r->x32, r->grad32);
        int64_t far = 0; /* one assertion for all: each is a message to Check */
        for (int64_t i = 0; i < size; i++)
            far += !(fabs(r->x[i] - r->plain[i]) <= 1e-13) ||
                   !(fabs((double)r->x32[i] - r->plain[i]) <= 2e-5);
        ck_assert_int_eq(far, 0);
    }
    ck_assert_int_eq(o.steps, steps);
    wr_optimizer_release(&o);
    wr_optimizer_release(&o32);
}

START_TEST(steps_follow_the_plain_formulas)
{
    static const int64_t sizes[] = {0, 1, 15, 16, 33, 2000, SIZE};
    struct run *r = malloc(sizeof *r);
    for (int c = 0; c < CASES; c++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            follow_plain(r, &cases[c], sizes[s]);
    free(r);
}
END_TEST

START_TEST(same_bits_for_any_number_of_threads)
{
    struct run *r = malloc(sizeof *r), *one = malloc(sizeof *one);
    static const int threads[] = {1, 2, 3, 7};
    for (int c = 0; c < CASES; c++)
        for (int n = 0; n < 4; n += unit_step(3)) {
            wr_threads_set(threads[n]);
            follow_plain(r, &cases[c], SIZE);
            if (n == 0)
                memcpy(one, r, sizeof *r);
            ck_assert_mem_eq(r->x, one->x, sizeof r->x);
            ck_assert_mem_eq(r->x32, one->x32, sizeof r->x32);
        }
    free(r);
    free(one);
}
END_TEST

START_TEST(impossible_options_are_refused)
{
    static const struct wr_optimizer_options bad[] = {
        {WR_OPTIMIZER_GD, 0, 0, 0},          {WR_OPTIMIZER_GD, -1, 0, 0},
        {WR_OPTIMIZER_GD, NAN, 0, 0},        {WR_OPTIMIZER_GD, 0.1, 1, 0},
        {WR_OPTIMIZER_GD, 0.1, -1, 0},       {WR_OPTIMIZER_GD, 0.1, 0, -1},
        {WR_OPTIMIZER_ADAM, INFINITY, 0, 0},
    };
    struct wr_optimizer o;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wr_error err = {0};
        ck_assert_int_eq(wr_optimizer_init(&o, &bad[i], 3, 8, &err), WR_EINVAL);
        ck_assert_str_ne(err.message, "");
    }
    struct wr_error err = {0};
    ck_assert_int_eq(wr_optimizer_init(&o, &cases[5], INT64_MAX, 8, &err), WR_ENOMEM);
}
END_TEST

unit_main("optimizer", steps_follow_the_plain_formulas, same_bits_for_any_number_of_threads,
          impossible_options_are_refused)
