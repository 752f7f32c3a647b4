/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_RMAT_H
#define WR_GEN_RMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_gen_rmat - an R-MAT (Kronecker) edge list with the parameters of Graph500.
 *
 * scale        in   0 to 31: 2^scale vertices
 * edge_factor  in   edge_factor 2^scale pairs are drawn
 * permute      in   number the vertices at random, as Graph500 does; else small numbers have
 *                   large degrees
 * pairs        out  in the order drawn, with self-loops and repeated pairs as Graph500 has them;
 *                   release with wr_pairs_release (or make a graph of them); untouched on failure
 * Errors       WR_EINVAL scale out of range, more than 2^62 pairs; WR_ENOMEM
 * Cost         O(scale pairs) time, 8 bytes per pair, 8 more per vertex to permute; the result does
 *              not depend on the thread count
 * Source       D. Chakrabarti, Y. Zhan, C. Faloutsos, "R-MAT: A Recursive Model for Graph Mining",
 *              SDM 2004; Graph500 specification 3.3: a, b, c, d = 0.57, 0.19, 0.19, 0.05
 */
enum wr_status wr_gen_rmat(int scale, int64_t edge_factor, bool permute, uint64_t seed,
                           struct wr_pairs *pairs, struct wr_error *err);

#endif
