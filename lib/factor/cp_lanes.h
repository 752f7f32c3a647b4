/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_CP_LANES_H
#define WR_FACTOR_CP_LANES_H

#include <stdint.h>

#include "base/compiler.h"
#include "factor/cp_internal.h"

/* As many components as the widest registers hold; narrower machines use several registers. */
typedef wr_real cp_lanes __attribute__((vector_size(WR_MODEL_LINE), may_alias));

/* The lanes from p, which lies on a cache line. A macro: a function that returned them would
 * change the calling convention with the machine. */
#define CP_AT(p) (*(cp_lanes *)(uintptr_t)(p))

/* The sum of the lanes, in halves. */
WR_INLINE wr_real cp_lanes_sum(const cp_lanes *lanes)
{
    typedef wr_real half __attribute__((vector_size(WR_MODEL_LINE / 2), may_alias));
    typedef wr_real quarter __attribute__((vector_size(WR_MODEL_LINE / 4), may_alias));
    const half *h = (const half *)lanes;
    half two = h[0] + h[1];
    const quarter *q = (const quarter *)&two;
    quarter one = q[0] + q[1];
    wr_real sum = one[0] + one[1];
    for (int i = 2; i < CP_LANES / 4; i++)
        sum += one[i];
    return sum;
}

#endif
