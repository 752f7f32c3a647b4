/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_LANES_H
#define WR_BASE_LANES_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/real.h"

/*
 * Vectors of as many numbers as the widest registers hold; narrower machines use several registers
 * for one. Arithmetic is that of C, element by element. Loops that use them are compiled for each
 * machine with WR_CLONES. Vectors are not passed to functions by value, nor returned: the calling
 * convention would depend on the machine. Hence macros, which may evaluate an argument twice, and
 * functions that take pointers, which become part of the loops.
 */
enum { WR_LANES = 64 / sizeof(wr_real) };

typedef wr_real wr_lanes __attribute__((vector_size(64), aligned(sizeof(wr_real)), may_alias));
typedef wr_real wr_half_lanes __attribute__((vector_size(32)));
typedef wr_real wr_quarter_lanes __attribute__((vector_size(16)));

/* Integers as wide as the numbers; what comparisons give: all bits of an element, or none. */
#ifdef WR_REAL_DOUBLE
typedef int64_t wr_lane_bits __attribute__((vector_size(64), aligned(8), may_alias));
#else
typedef int32_t wr_lane_bits __attribute__((vector_size(64), aligned(4), may_alias));
#endif

/* The lanes from p, which needs no alignment, and p's number in all lanes. */
#define WR_LANES_AT(p) (*(wr_lanes *)(uintptr_t)(p))
#define WR_LANES_ALL(number) ((number) - (wr_lanes){0})

/* By lanes: a ? b : c, the larger one, and x where x > 0, else 0. */
#define WR_LANES_IF(a, b, c) \
    ((wr_lanes)(((wr_lane_bits)(a) & (wr_lane_bits)(b)) | (~(wr_lane_bits)(a) & (wr_lane_bits)(c))))
#define WR_LANES_MAX(a, b) WR_LANES_IF((a) > (b), a, b)
#define WR_LANES_POSITIVE(x) ((wr_lanes)((wr_lane_bits)((x) > 0) & (wr_lane_bits)(x)))

/* All bits of the first count lanes. */
WR_INLINE void wr_lanes_first(int64_t count, wr_lane_bits *first)
{
    wr_lane_bits number;
    for (int i = 0; i < WR_LANES; i++)
        number[i] = i;
    *first = number < (int)count;
}

/*
 * For the end of a row: the lanes from p, of which `left` numbers belong to the row; the others
 * become `other`. All are read: the memory must go on (see wr_calloc_lanes). Storing leaves what
 * is behind the row as it is.
 */
WR_INLINE void wr_lanes_load_or(wr_lanes *x, const wr_real *p, int64_t left, wr_real other)
{
    *x = WR_LANES_AT(p);
    if (left < WR_LANES) {
        wr_lane_bits first;
        wr_lanes_first(left, &first);
        *x = WR_LANES_IF(first, *x, WR_LANES_ALL(other));
    }
}

WR_INLINE void wr_lanes_store(wr_real *p, const wr_lanes *x, int64_t left)
{
    if (WR_LIKELY(left >= WR_LANES))
        WR_LANES_AT(p) = *x;
    else
        for (int64_t i = 0; i < left; i++)
            p[i] = (*x)[i];
}

union wr_lane_halves {
    wr_lanes whole;
    wr_half_lanes half[2];
    wr_quarter_lanes quarter[4];
};

/* Sum of the lanes, halves added to halves: one order, whatever the compiler does. */
WR_INLINE wr_real wr_lanes_sum(const wr_lanes *x)
{
    union wr_lane_halves all = {*x}, half;
    half.half[0] = all.half[0] + all.half[1];
    wr_quarter_lanes q = half.quarter[0] + half.quarter[1];
    return WR_LANES == 16 ? (q[0] + q[2 % (WR_LANES / 4)]) + (q[1] + q[3 % (WR_LANES / 4)])
                          : q[0] + q[1];
}

/* The largest of the lanes. */
WR_INLINE wr_real wr_lanes_largest(const wr_lanes *x)
{
    wr_real largest[WR_LANES];
    WR_LANES_AT(largest) = *x;
#pragma GCC unroll 4
    for (int width = WR_LANES / 2; width > 0; width /= 2)
#pragma GCC unroll 8
        for (int i = 0; i < width; i++)
            largest[i] = largest[i + width] > largest[i] ? largest[i + width] : largest[i];
    return largest[0];
}

#endif
