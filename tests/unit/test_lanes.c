/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/lanes_math.h"
#include "base/machine.h"

/* Compiled for each kind of machine. */

static void exp_all(float *x, int64_t count)
{
    for (int64_t i = 0; i < count; i += WR_LANES)
        wr_lanes_exp(&WR_LANES_AT(x + i));
}

/* Every float in steps of some bits, from -110 to 90. */
START_TEST(exponential_within_one_ulp)
{
    enum { COUNT = 1 << 16 };
    float *x = malloc(COUNT * sizeof *x), *e = malloc(COUNT * sizeof *e);
    for (int round = 0; round < unit_rounds(40); round++) {
        for (int i = 0; i < COUNT; i++)
            e[i] = x[i] = (float)(-110 + 200 * ((double)i * 40 + round) / (40.0 * COUNT));
        exp_all(e, COUNT);
        for (int i = 0; i < COUNT; i++) {
            double want = exp((double)x[i]);
            float near = (float)want;
            double ulp = isinf(near) ? 0x1p104 : (double)(nextafterf(near, INFINITY) - near);
            if (isinf(near))
                ck_assert_msg(isinf(e[i]), "exp(%.9g) = %.9g", (double)x[i], (double)e[i]);
            else
                ck_assert_msg(fabs((double)e[i] - want) <= 1.01 * ulp, "exp(%.9g) = %.9g, not %.9g",
                              (double)x[i], (double)e[i], want);
        }
    }
    free(x);
    free(e);
}
END_TEST

static void log_all(float *x, int64_t count)
{
    for (int64_t i = 0; i < count; i += WR_LANES)
        wr_lanes_log(&WR_LANES_AT(x + i));
}

/* Over all exponents, and closely around 1. */
START_TEST(logarithm_within_one_ulp)
{
    enum { COUNT = 1 << 16 };
    float *x = malloc(COUNT * sizeof *x), *l = malloc(COUNT * sizeof *l);
    for (int round = 0; round < unit_rounds(40); round++) {
        for (int i = 0; i < COUNT; i++) {
            double part = ((double)i * 40 + round) / (40.0 * COUNT);
            l[i] = x[i] = (float)(round % 2 ? exp(-87 + 175 * part) : 0.5 + 2 * part);
        }
        log_all(l, COUNT);
        for (int i = 0; i < COUNT; i++) {
            double want = log((double)x[i]);
            double ulp = (double)(nextafterf(fabsf((float)want), INFINITY) - fabsf((float)want));
            ck_assert_msg(fabs((double)l[i] - want) <= 1.01 * ulp, "log(%.9g) = %.9g, not %.9g",
                          (double)x[i], (double)l[i], want);
        }
    }
    free(x);
    free(l);
}
END_TEST

START_TEST(exponential_of_special_numbers)
{
    float x[16] = {0, -0.0F, 1, -INFINITY, INFINITY, NAN, 1e30F, -1e30F, 1e-40F};
    exp_all(x, 16);
    ck_assert(x[0] == 1 && x[1] == 1 && x[3] == 0 && isinf(x[4]) && isnan(x[5]));
    ck_assert(fabsf(x[2] - 2.7182817F) < 3e-7F && isinf(x[6]) && x[7] == 0 && x[8] == 1);
}
END_TEST

static void reduce(const float *x, float *sum, float *largest, float *parts)
{
    wr_lanes v = WR_LANES_AT(x), part;
    *sum = wr_lanes_sum(&v);
    *largest = wr_lanes_largest(&v);
    for (int64_t left = 1; left <= WR_LANES; left++) {
        part = v;
        wr_lanes_clip(&part, left, -7);
        wr_lanes_store(parts + (left - 1) * WR_LANES, &part, WR_LANES);
    }
    part = WR_LANES_POSITIVE(v);
    WR_LANES_AT(parts + WR_LANES * WR_LANES) = part;
    part = WR_LANES_MAX(v, WR_LANES_ALL(2.0F));
    wr_lanes_store(parts + (WR_LANES + 1) * WR_LANES, &part, 3);
}

START_TEST(reductions_and_parts)
{
    float x[WR_LANES], parts[(WR_LANES + 2) * WR_LANES] = {0}, sum, largest;
    for (int at = 0; at < WR_LANES; at++) {
        for (int i = 0; i < WR_LANES; i++)
            x[i] = i == at ? 100 : (float)(i - 5);
        reduce(x, &sum, &largest, parts);
        float all = (float)(WR_LANES * (WR_LANES - 1) / 2 - 5 * WR_LANES);
        ck_assert(sum == all + 100 - (float)(at - 5) && largest == 100);
        for (int left = 1; left <= WR_LANES; left++)
            for (int i = 0; i < WR_LANES; i++)
                ck_assert(parts[(left - 1) * WR_LANES + i] == (i < left ? x[i] : -7));
        for (int i = 0; i < WR_LANES; i++) {
            ck_assert(parts[WR_LANES * WR_LANES + i] == (x[i] > 0 ? x[i] : 0));
            float most = x[i] > 2 ? x[i] : 2;
            ck_assert(parts[(WR_LANES + 1) * WR_LANES + i] == (i < 3 ? most : 0));
        }
    }
}
END_TEST

static void positive(float *x)
{
    wr_lanes v = WR_LANES_AT(x);
    WR_LANES_AT(x) = WR_LANES_POSITIVE(v);
}

/* A network that has left the finite numbers must not come back as one that has not. */
START_TEST(relu_keeps_nan)
{
    float x[16] = {NAN, -INFINITY, INFINITY, -0.0F, 3, -3};
    for (int i = 0; i < 16; i += WR_LANES)
        positive(x + i);
    ck_assert(isnan(x[0]) && x[1] == 0 && isinf(x[2]) && x[3] == 0 && x[4] == 3 && x[5] == 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {exponential_within_one_ulp,
                                  exponential_of_special_numbers,
                                  logarithm_within_one_ulp,
                                  reductions_and_parts,
                                  relu_keeps_nan,
                                  NULL};
    const enum wr_machine needed = WR_LANES_BYTES == 64   ? WR_MACHINE_V4
                                   : WR_LANES_BYTES == 32 ? WR_MACHINE_V3
                                                          : WR_MACHINE_V1;
    return wr_machine() < needed ? 77 : unit_run("lanes", tests);
}
