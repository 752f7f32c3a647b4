/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_LANES_H
#define WR_BASE_LANES_H

#include <stdint.h>
#include <string.h>

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

/* So many numbers rounded up to whole vectors. */
static inline int64_t wr_lanes_width(int64_t count)
{
    return (count / WR_LANES + (count % WR_LANES != 0)) * WR_LANES;
}

/* The lanes from p, which needs no alignment, and p's number in all lanes. */
#define WR_LANES_AT(p) (*(wr_lanes *)(uintptr_t)(p))
#define WR_LANES_ALL(number) ((number) - (wr_lanes){0})

/* By lanes: a ? b : c, the larger one, and x, but 0 where x <= 0: NaN stays NaN. */
#define WR_LANES_IF(a, b, c) \
    ((wr_lanes)(((wr_lane_bits)(a) & (wr_lane_bits)(b)) | (~(wr_lane_bits)(a) & (wr_lane_bits)(c))))
#define WR_LANES_MAX(a, b) WR_LANES_IF((a) > (b), a, b)
#define WR_LANES_POSITIVE(x) ((wr_lanes)(~(wr_lane_bits)((x) <= 0) & (wr_lane_bits)(x)))

/* All bits of the first count lanes. */
WR_INLINE void wr_lanes_first(int64_t count, wr_lane_bits *first)
{
    wr_lane_bits number;
    for (int i = 0; i < WR_LANES; i++)
        number[i] = i;
    *first = number < (int)count;
}

/*
 * For the end of a row, where vectors are read across (see wr_calloc_lanes) and `left` numbers
 * belong to the row: clipping puts `other` in the rest of the lanes; storing leaves what is behind
 * the row as it is.
 */
WR_INLINE void wr_lanes_clip(wr_lanes *x, int64_t left, wr_real other)
{
    if (WR_UNLIKELY(left < WR_LANES)) {
        wr_lane_bits first;
        wr_lanes_first(left, &first);
        *x = WR_LANES_IF(first, *x, WR_LANES_ALL(other));
    }
}

WR_INLINE void wr_lanes_store(wr_real *p, const wr_lanes *x, int64_t left)
{
    if (WR_LIKELY(left >= WR_LANES)) {
        WR_LANES_AT(p) = *x;
        return;
    }
    wr_real all[WR_LANES], *from = all;
    WR_LANES_AT(all) = *x;
#pragma GCC unroll 4
    for (int count = WR_LANES / 2; count > 0; count /= 2)
        if (left & count) {
            memcpy(p, from, (size_t)count * sizeof *p);
            p += count;
            from += count;
        }
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

/* By elements of vectors of any width. */
#define WR_LARGER(a, b)                                           \
    ((__typeof__(a))((((a) > (b)) & (__typeof__((a) > (b)))(a)) | \
                     (~((a) > (b)) & (__typeof__((a) > (b)))(b))))

/* The largest of the lanes. */
WR_INLINE wr_real wr_lanes_largest(const wr_lanes *x)
{
    union wr_lane_halves all = {*x}, half;
    half.half[0] = WR_LARGER(all.half[0], all.half[1]);
    wr_quarter_lanes q = WR_LARGER(half.quarter[0], half.quarter[1]);
    wr_real largest = q[0];
    for (int i = 1; i < WR_LANES / 4; i++)
        largest = q[i] > largest ? q[i] : largest;
    return largest;
}

#endif
