/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_CACHELINE_H
#define WR_BASE_CACHELINE_H

#include <stdint.h>

/* Bytes of a cache line, a multiple of every vector: rows begin on one, and what one thread writes
 * is on no line that another one works with. */
enum { WR_CACHE_LINE = 64 };

/* The first cache line of memory, which has one to spare for that. */
static inline void *wr_cache_line_in(void *memory)
{
    return (char *)memory + (WR_CACHE_LINE - (uintptr_t)memory % WR_CACHE_LINE);
}

#endif
