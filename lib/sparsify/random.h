/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_RANDOM_H
#define WR_SPARSIFY_RANDOM_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_random_order - order the edges for removal at random.
 *
 * g       in   graph of m edges or arcs
 * seed    in   every permutation of the edges is equally likely over the seeds
 * count   in   how many removals are wanted, 0 .. m
 * order   out  the first count edge words of the permutation; the same prefix for every count
 * Errors  WR_ENOMEM. order is undefined on error.
 * Cost    O(m) time; 8 bytes per edge of memory when count < m. The result does not depend on the
 *         number of threads.
 * Source  scatter, then shuffle each part: C. R. Rao, "Generation of random permutations of given
 *         number of elements using random sampling numbers", Sankhya A 23, 1961.
 */
enum wr_status wr_random_order(const struct wr_graph *g, uint64_t seed, int64_t count,
                               uint64_t *order, struct wr_error *err);

#endif
