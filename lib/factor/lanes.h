/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_LANES_H
#define WR_FACTOR_LANES_H

#include <stdint.h>

#include "base/lanes.h"

/* Rows of components: they begin on a cache line, and so are whole vectors on all machines. */

/* How far rows of this width lie apart: not a multiple of a page, rows would fight for the same
 * places of the cache. */
static inline int64_t wr_lanes_stride(int64_t width)
{
    enum { PAGE = 4096 };
    int64_t padded = wr_line_width(width);
    return padded * (int64_t)sizeof(wr_real) % PAGE == 0 ? wr_line_width(padded + 1) : padded;
}

#endif
