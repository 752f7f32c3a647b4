/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_ER_H
#define WR_GEN_ER_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * wr_gen_gnp - the random graph G(n, p): each of the n (n - 1) / 2 pairs is an edge with
 * probability p, independently.
 *
 * p       in   0 to 1
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL p is out of range; WR_ENOMEM
 * Cost    O(n + edges) time; the result does not depend on the thread count
 * Source  E. N. Gilbert, "Random graphs", Ann. Math. Stat. 30 (1959); gen/independent.h
 */
enum wr_status wr_gen_gnp(uint32_t n, double p, uint64_t seed, struct wr_graph *g,
                          struct wr_error *err);

/*
 * wr_gen_gnm - the random graph G(n, m): every set of m pairs is equally likely.
 *
 * m       in   0 to n (n - 1) / 2
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL m is out of range; WR_ENOMEM
 * Cost    O(n + m) time, 8 bytes per edge; the result does not depend on the thread count
 * Source  P. Erdos, A. Renyi, "On random graphs I", Publ. Math. Debrecen 6 (1959)
 */
enum wr_status wr_gen_gnm(uint32_t n, int64_t m, uint64_t seed, struct wr_graph *g,
                          struct wr_error *err);

#endif
