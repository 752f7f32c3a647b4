/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_LANES_H
#define WR_BASE_LANES_H

#include <stdint.h>
#include <string.h>

#include "base/cacheline.h"
#include "base/compiler.h"
#include "base/real.h"

/*
 * Vectors of as many numbers as the widest registers of the machine hold that the file is compiled
 * for, a kernel: see base/machine.h. Arithmetic is that of C, element by element. Macros may
 * evaluate an argument twice; functions take pointers and become part of the loops.
 */
#if defined WR_HAVE_MACHINES && !defined WR_MACHINE
#error "vectors belong into kernels: other files do not know how wide they are"
#endif

/* Wider ones than there are registers for would work, but live in memory. */
#if defined __AVX512F__
#define WR_LANES_BYTES 64
#elif defined __AVX2__
#define WR_LANES_BYTES 32
#else
#define WR_LANES_BYTES 16
#endif
#if defined WR_MACHINE_BYTES && WR_MACHINE_BYTES != WR_LANES_BYTES
#error \
    "this kernel is compiled for another machine than its names say: is there a -march in CFLAGS?"
#endif
enum { WR_LANES = WR_LANES_BYTES / sizeof(wr_real) };

/* Registers that hold sums of a row of a sparse product: with AVX a layer's usual 64 columns,
 * without it half of all that there are. */
enum { WR_LANES_WIDE = WR_LANES_BYTES == 64 ? 4 : 8 };

typedef wr_real wr_lanes
    __attribute__((vector_size(WR_LANES_BYTES), aligned(sizeof(wr_real)), may_alias));

/* Integers as wide as the numbers; what comparisons give: all bits of an element, or none. */
#ifdef WR_REAL_DOUBLE
typedef int64_t wr_lane_bits __attribute__((vector_size(WR_LANES_BYTES), aligned(8), may_alias));
#else
typedef int32_t wr_lane_bits __attribute__((vector_size(WR_LANES_BYTES), aligned(4), may_alias));
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

/* Call the inline function(vectors, j, ...) for the vectors of columns from j = 0 up to count:
 * WR_LANES_WIDE of them while there are, then four, then one, which may reach beyond. */
#define WR_LANES_STRIPS(function, count, ...)                               \
    do {                                                                    \
        const int64_t wide = WR_LANES_WIDE * WR_LANES, four = 4 * WR_LANES; \
        int64_t strip = 0;                                                  \
        for (; strip + wide <= (count); strip += wide)                      \
            function(WR_LANES_WIDE, strip, __VA_ARGS__);                    \
        for (; wide > four && strip + four <= (count); strip += four)       \
            function(4, strip, __VA_ARGS__);                                \
        for (; strip < (count); strip += WR_LANES)                          \
            function(1, strip, __VA_ARGS__);                                \
    } while (0)

/* For sums over rows that come in no order which a processor could foresee: it is told of some
 * numbers, at p, of the row that is due so many entries later than k, or of the last one's. */
enum { WR_LANES_AHEAD = 16 };
WR_INLINE int64_t wr_lanes_ahead(int64_t k, int64_t end)
{
    return k + WR_LANES_AHEAD < end ? k + WR_LANES_AHEAD : end - 1;
}

WR_INLINE void wr_lanes_prefetch(const wr_real *p, int64_t numbers)
{
    const int64_t bytes = numbers * (int64_t)sizeof *p;
    const int64_t lines = (bytes + WR_CACHE_LINE - 1) / WR_CACHE_LINE;
    WR_UNROLLED (i, lines)
        __builtin_prefetch((const char *)p + i * WR_CACHE_LINE);
}

/* Half of a vector, as often as it takes to 16 bytes: what is left of a sum or a maximum. */
typedef wr_real wr_quarter_lanes __attribute__((vector_size(16)));
#if WR_LANES_BYTES == 64
typedef wr_real wr_half_lanes __attribute__((vector_size(32)));
#endif
union wr_lane_parts {
    wr_lanes whole;
    wr_quarter_lanes quarter[WR_LANES_BYTES / 16];
#if WR_LANES_BYTES == 64
    wr_half_lanes half[2];
#endif
};

/* By elements of vectors of any width. */
#define WR_LARGER(a, b)                                           \
    ((__typeof__(a))((((a) > (b)) & (__typeof__((a) > (b)))(a)) | \
                     (~((a) > (b)) & (__typeof__((a) > (b)))(b))))
#define WR_SUM(a, b) ((a) + (b))

/* Halves to halves: one order, whatever the compiler does. */
#if WR_LANES_BYTES == 64
#define WR_LANES_FOLD(what, x, q)                      \
    do {                                               \
        union wr_lane_parts all = {*(x)}, half;        \
        half.half[0] = what(all.half[0], all.half[1]); \
        (q) = what(half.quarter[0], half.quarter[1]);  \
    } while (0)
#elif WR_LANES_BYTES == 32
#define WR_LANES_FOLD(what, x, q)                   \
    do {                                            \
        union wr_lane_parts all = {*(x)};           \
        (q) = what(all.quarter[0], all.quarter[1]); \
    } while (0)
#else
#define WR_LANES_FOLD(what, x, q) ((q) = *(x))
#endif

enum { WR_QUARTER = 16 / sizeof(wr_real) };

WR_INLINE wr_real wr_lanes_sum(const wr_lanes *x)
{
    wr_quarter_lanes q;
    WR_LANES_FOLD(WR_SUM, x, q);
    return WR_QUARTER == 4 ? (q[0] + q[2 % WR_QUARTER]) + (q[1] + q[3 % WR_QUARTER]) : q[0] + q[1];
}

/* The largest of the lanes. */
WR_INLINE wr_real wr_lanes_largest(const wr_lanes *x)
{
    wr_quarter_lanes q;
    WR_LANES_FOLD(WR_LARGER, x, q);
    wr_real largest = q[0];
    for (int i = 1; i < WR_QUARTER; i++)
        largest = q[i] > largest ? q[i] : largest;
    return largest;
}

#endif
