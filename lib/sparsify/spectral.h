/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_SPECTRAL_H
#define WR_SPARSIFY_SPECTRAL_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

struct wr_spectral_options {
    double epsilon; /* as in struct wr_leverage_options */
    uint64_t seed;
};

/*
 * wr_spectral_order - order the edges for removal by spectral sparsification.
 *
 * Edges are kept by sampling without replacement with probabilities proportional to their
 * leverages w_e R_e; the first edge sampled is the last one removed. Equal leverages, as of all
 * edges of a tree, give a random order: a bridge is likely to stay, but not certain to.
 *
 * g         in   undirected graph of m edges
 * count     in   how many removals are wanted, 0 .. m
 * progress  in   of the leverages; may be NULL
 * order     out  the first count edge words of the order; the same prefix for every count
 * Errors    as wr_leverages. order is undefined on error.
 * Cost      that of wr_leverages; 24 bytes per edge
 * Source    D. A. Spielman, N. Srivastava, "Graph Sparsification by Effective Resistances", SIAM
 *           J. Comput. 40(6), 2011, sampling without replacement. By exponential clocks:
 *           P. S. Efraimidis, P. G. Spirakis, "Weighted random sampling with a reservoir", IPL
 *           97(5), 2006.
 */
enum wr_status wr_spectral_order(const struct wr_graph *g, const struct wr_spectral_options *opt,
                                 int64_t count, const struct wr_progress *progress, uint64_t *order,
                                 struct wr_error *err);

#endif
