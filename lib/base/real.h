/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_REAL_H
#define WR_BASE_REAL_H

#include <stdint.h>

/*
 * The number type of the network kernels. Networks are trained in single precision; the same
 * sources compiled with WR_REAL_DOUBLE give the double precision build whose gradients the tests
 * compare with finite differences. Kernels that exist in both precisions give their public names
 * a suffix by WR_REAL. wr_sqrt is math.h's function of that type.
 */
#ifdef WR_REAL_DOUBLE
typedef double wr_real;
#define WR_REAL(name) name##_f64
#define wr_sqrt sqrt
#else
typedef float wr_real;
#define WR_REAL(name) name##_f32
#define wr_sqrt sqrtf
#endif

/* Numbers of a cache line, which is a multiple of every vector; and so many rounded up to whole
 * lines, as rows of sums or of factors lie in memory. */
enum { WR_LINE = 64 / sizeof(wr_real) };

static inline int64_t wr_line_width(int64_t count)
{
    return (count / WR_LINE + (count % WR_LINE != 0)) * WR_LINE;
}

#endif
