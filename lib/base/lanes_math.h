/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_LANES_MATH_H
#define WR_BASE_LANES_MATH_H

#include <math.h>

#include "base/lanes.h"

/*
 * wr_lanes_exp - x = exp(x) in every lane: over all of the range, within 1 ulp in single precision
 * (to the nearest of the subnormal numbers below); NaN stays NaN. The double precision build calls
 * the library.
 *
 * exp(x) = 2^n exp(r) with n = round(x / log 2) and |r| <= log(2) / 2, where a polynomial gives
 * exp(r) = 1 + r + r^2 p(r).
 *
 * wr_lanes_log - x = log(x) in every lane, for positive numbers that are not subnormal, likewise.
 *
 * x = 2^n m with m from sqrt(1/2) to sqrt(2), f = m - 1: log(x) = n log 2 + f - f^2 / 2 + f^3 p(f).
 *
 * Source  S. Moshier, Cephes mathematical library, expf and logf: the polynomials, and log 2 in two
 *         parts
 */
#ifdef WR_REAL_DOUBLE
WR_INLINE void wr_lanes_exp(wr_lanes *x)
{
    for (int i = 0; i < WR_LANES; i++)
        (*x)[i] = exp((*x)[i]);
}

WR_INLINE void wr_lanes_log(wr_lanes *x)
{
    for (int i = 0; i < WR_LANES; i++)
        (*x)[i] = log((*x)[i]);
}
#else
WR_INLINE void wr_lanes_exp(wr_lanes *x)
{
    const float per_log2 = 1.44269504F, log2_high = 0.693359375F, log2_low = -2.12194440e-4F;
    const float rounding = 0x1.8p23F; /* sums with it are whole numbers, in the low bits */
    const int rounding_bits = 0x4b400000;
    wr_lanes v = WR_LANES_IF(*x < -104.0F, WR_LANES_ALL(-104.0F), *x);
    v = WR_LANES_IF(v > 89.0F, WR_LANES_ALL(89.0F), v);
    wr_lanes sum = v * per_log2 + rounding, n = sum - rounding;
    wr_lanes r = v - n * log2_high - n * log2_low;
    wr_lanes p = 1.9875691500e-4F * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * (r * r) + r + 1;
    /* 2^n as a product of two numbers, as n can be beyond the exponents */
    wr_lane_bits whole = (wr_lane_bits)sum - rounding_bits, half = whole >> 1;
    *x = p * (wr_lanes)((half + 127) << 23) * (wr_lanes)((whole - half + 127) << 23);
}

WR_INLINE void wr_lanes_log(wr_lanes *x)
{
    const float log2_high = 0.693359375F, log2_low = -2.12194440e-4F;
    const int root_half_bits = 0x3f3504f3;
    wr_lane_bits bits = (wr_lane_bits)*x, whole = (bits - root_half_bits) >> 23;
    wr_lanes n = __builtin_convertvector(whole, wr_lanes);
    wr_lanes f = (wr_lanes)(bits - (whole << 23)) - 1, square = f * f;
    wr_lanes p = 7.0376836292e-2F * f - 1.1514610310e-1F;
    p = p * f + 1.1676998740e-1F;
    p = p * f - 1.2420140846e-1F;
    p = p * f + 1.4249322787e-1F;
    p = p * f - 1.6668057665e-1F;
    p = p * f + 2.0000714765e-1F;
    p = p * f - 2.4999993993e-1F;
    p = p * f + 3.3333331174e-1F;
    p = p * f * square + n * log2_low - 0.5F * square;
    *x = f + p + n * log2_high;
}
#endif

#endif
