/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_RESISTANCE_H
#define WR_LINALG_RESISTANCE_H

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/* A relative error that suits sampling. */
#define WR_LEVERAGE_EPSILON 0.3

struct wr_leverage_options {
    double epsilon; /* relative error allowed on a large graph, 0 < epsilon < 1; 0: exact always */
    uint64_t seed;  /* of the random projection */
};

/*
 * wr_leverages - the leverage w_e R_e of every edge, R_e its effective resistance.
 *
 * Edges are resistors of conductance w_e (g->weight, or 1); R_e is the voltage between the ends
 * of e when a unit current enters at one and leaves at the other. The leverage is in (0, 1], is
 * the probability that a random spanning forest (drawn in proportion to the product of its
 * weights) has e, is 1 for a bridge, and sums to n - c over the edges, c components.
 *
 * They are exact (up to rounding) when that takes at most max(2e10, 5000 m / epsilon^2)
 * operations, as on every graph of a few thousand edges and on large ones that are nearly planar;
 * else estimated within epsilon.
 *
 * g         in   undirected
 * progress  in   of the selected inverse or of the columns of the projection; may be NULL
 * leverage  out  m values; undefined on error
 * Errors    WR_EINVAL directed graph, or epsilon not in [0, 1); WR_ENUMERIC when the weights of a
 *           component differ by so many orders of magnitude that the result would be wrong;
 *           WR_ENOMEM; WR_EINTERRUPT
 * Cost      that of wr_laplacian_resistances or wr_project_leverages; a million edges take seconds.
 *           The result does not depend on the thread count.
 * Source    D. A. Spielman, N. Srivastava, "Graph Sparsification by Effective Resistances", SIAM
 *           J. Comput. 40(6), 2011.
 */
enum wr_status wr_leverages(const struct wr_graph *g, const struct wr_leverage_options *opt,
                            const struct wr_progress *progress, double *leverage,
                            struct wr_error *err);

#endif
