/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_WALKBLOCK_H
#define WR_LINALG_WALKBLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"

/* Starts whose walks are counted together: a row of counts is a cache line. */
enum { WR_LANES = 8 };

/*
 * Walk counts from a few starts t_0 .. t_7 at once: the block X (n x 8) = A^k [e_t0 .. e_t7],
 * where A is the adjacency of an undirected graph with ones on the diagonal. Only the rows that
 * some walk has reached are held, numbered in the order in which they were reached, so that the
 * cost of a step is that of the ball around the starts, not of the graph.
 *
 * Entries are 64-bit and wrap around: the caller knows that what it asks for fits. Every entry
 * is at most the number of walks of length k that leave the start.
 */
struct wr_walkblock {
    const struct wr_csr *csr; /* not owned */
    int64_t rows;             /* vertices reached */
    uint32_t *vertex;         /* rows: the vertex of a row */
    uint32_t *row;            /* n: the row of a vertex, WR_NO_ROW when it was not reached */
    uint64_t *x;              /* rows x WR_LANES */
    uint64_t *scratch;        /* rows x WR_LANES */
    void *memory;             /* x and scratch lie in it on cache-line boundaries */
    bool closed;              /* no edge leaves the rows */
};

#define WR_NO_ROW UINT32_MAX

/* Memory for any start: (8 + 16 WR_LANES) n bytes, of which the system provides those of the
 * largest ball only. Release with wr_walkblock_release. Errors: WR_ENOMEM. */
enum wr_status wr_walkblock_init(struct wr_walkblock *b, const struct wr_csr *csr,
                                 struct wr_error *err);
void wr_walkblock_release(struct wr_walkblock *b);

/* k = 0: lane i starts at start[i], i < lanes <= WR_LANES; the other lanes are zero. */
void wr_walkblock_start(struct wr_walkblock *b, const uint32_t *start, int64_t lanes);

/* k = k + 1. Cost: the edges of the rows. */
void wr_walkblock_step(struct wr_walkblock *b);

/* Walks of length k from start lane to v. */
static inline uint64_t wr_walkblock_at(const struct wr_walkblock *b, uint32_t v, int64_t lane)
{
    return b->row[v] == WR_NO_ROW ? 0 : b->x[b->row[v] * (int64_t)WR_LANES + lane];
}

/*
 * wr_walkblock_closed - closed walks of length 2 k (+ 1 when odd) of every start.
 *
 * wide    in   whether some result may need more than 64 bits; then the number of walks of
 *              length k (+ 1 when odd) from every start must be below 2^64
 * closed  out  WR_LANES counts: x'x, or x'Ax when odd
 * Cost    the rows, and when odd half their edges
 */
void wr_walkblock_closed(const struct wr_walkblock *b, bool odd, bool wide,
                         unsigned __int128 closed[WR_LANES]);

#endif
