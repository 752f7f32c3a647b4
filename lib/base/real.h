/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_REAL_H
#define WR_BASE_REAL_H

#include <stdint.h>

#include "base/cacheline.h"

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

/* So many numbers rounded up to whole cache lines, as rows of sums or of factors lie in memory. */
static inline int64_t wr_line_width(int64_t count)
{
    enum { LINE = WR_CACHE_LINE / sizeof(wr_real) };
    return (count / LINE + (count % LINE != 0)) * LINE;
}

#endif
