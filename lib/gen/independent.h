/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_INDEPENDENT_H
#define WR_GEN_INDEPENDENT_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * Pairs of vertices that are edges independently, all with one probability: (u, v) with u among
 * the `rows` vertices from `row` and v among the `cols` vertices from `col`. Either all these
 * vertices v come after all u, or both ranges are the same and the pairs are those with u < v.
 */
struct wr_pair_region {
    uint32_t row, rows;
    uint32_t col, cols;
    double p; /* 0 to 1 */
};

/* n (n - 1) / 2, the pairs of n vertices. */
static inline int64_t wr_pair_count(uint32_t n)
{
    return (int64_t)((uint64_t)n * (uint32_t)(n - 1) / 2);
}

/*
 * wr_gen_independent - draw the edges of count regions.
 *
 * regions  in   disjoint sets of pairs
 * attempt  in   0 to 2^16 - 1: draws with different numbers are independent
 * pairs    out  each edge once, u < v, ascending within a region; n is 0. Release with
 *               wr_pairs_release; untouched on failure
 * Errors   WR_ENOMEM
 * Cost     O(count + edges) time, 8 bytes per edge; the result does not depend on the thread count
 * Source   V. Batagelj, U. Brandes, "Efficient generation of large random networks", Phys. Rev.
 *          E 71 (2005), section II: geometric leaps over the absent pairs
 */
enum wr_status wr_gen_independent(const struct wr_pair_region *regions, int64_t count,
                                  uint64_t seed, int64_t attempt, struct wr_pairs *pairs,
                                  struct wr_error *err);

#endif
