/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_REGULAR_H
#define WR_GEN_REGULAR_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_gen_regular - a random simple graph in which every vertex has the same degree. For a fixed
 * degree the distribution tends to the uniform one as n grows.
 *
 * degree  in   below n (0 also when n is 0); n degree is even
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL no such graph; WR_ENOMEM
 * Cost    O(n degree) time expected, or O(n^2) when degree >= n / 2; 32 to 48 bytes per edge
 * Source  A. Steger, N. C. Wormald, "Generating random regular graphs quickly", Combinatorics,
 *         Probability and Computing 8 (1999), Algorithm 1; what that cannot complete, by the
 *         switchings of S. Janson, "Random graphs with given vertex degrees and switchings",
 *         Random Structures & Algorithms 57 (2020)
 */
enum wr_status wr_gen_regular(uint32_t n, uint32_t degree, uint64_t seed, struct wr_graph *g,
                              struct wr_error *err);

#endif
