/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_LANES_H
#define WR_FACTOR_LANES_H

#include <stdint.h>

#include "base/blocks.h"
#include "base/compiler.h"
#include "base/real.h"
#include "factor/model.h"

/* Rows of components as vectors; each precision has its own. */

enum { WR_LANES = WR_MODEL_LINE / sizeof(wr_real) }; /* components that widths are padded to */

/* As many components as the widest registers hold; narrower machines use several registers. */
typedef wr_real wr_lanes __attribute__((vector_size(WR_MODEL_LINE), may_alias));

/* The lanes from p, which lies on a cache line. A macro: a function that returned them would
 * change the calling convention with the machine. */
#define WR_LANES_AT(p) (*(wr_lanes *)(uintptr_t)(p))

/* The sum of the lanes, in halves. */
WR_INLINE wr_real wr_lanes_sum(const wr_lanes *lanes)
{
    typedef wr_real half __attribute__((vector_size(WR_MODEL_LINE / 2), may_alias));
    typedef wr_real quarter __attribute__((vector_size(WR_MODEL_LINE / 4), may_alias));
    const half *h = (const half *)lanes;
    half two = h[0] + h[1];
    const quarter *q = (const quarter *)&two;
    quarter one = q[0] + q[1];
    wr_real sum = one[0] + one[1];
    for (int i = 2; i < WR_LANES / 4; i++)
        sum += one[i];
    return sum;
}

/* A width padded to whole lanes. */
static inline int64_t wr_lanes_width(int64_t width)
{
    return wr_block_count(width, WR_LANES) * WR_LANES;
}

/* How far rows of this width lie apart: not a multiple of a page, rows would fight for the same
 * places of the cache. */
static inline int64_t wr_lanes_stride(int64_t width)
{
    enum { PAGE = 4096 };
    int64_t padded = wr_lanes_width(width);
    return padded * (int64_t)sizeof(wr_real) % PAGE == 0 ? padded + WR_LANES : padded;
}

#endif
