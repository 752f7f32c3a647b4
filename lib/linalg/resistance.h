/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_RESISTANCE_H
#define WR_LINALG_RESISTANCE_H

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/*
 * wr_leverages - the leverage w_e R_e of every edge, R_e its effective resistance.
 *
 * Edges are resistors of conductance w_e (g->weight, or 1); R_e is the voltage between the ends
 * of e when a unit current enters at one and leaves at the other. The leverage is in (0, 1], is
 * the probability that a random spanning forest (drawn in proportion to the product of its
 * weights) has e, is 1 for a bridge, and sums to n - c over the edges, c components.
 *
 * g         in   undirected
 * leverage  out  m values; undefined on error
 * Errors    WR_EINVAL directed graph; WR_ENUMERIC when the weights differ by so many orders of
 *           magnitude that the result would be wrong; WR_ENOMEM; WR_EINTERRUPT
 * Cost      a sparse Cholesky factorization and a selected inverse. The result does not depend
 *           on the thread count.
 * Source    D. A. Spielman, N. Srivastava, "Graph Sparsification by Effective Resistances", SIAM
 *           J. Comput. 40(6), 2011.
 */
enum wr_status wr_leverages(const struct wr_graph *g, double *leverage,
                            const struct wr_progress *progress, struct wr_error *err);

#endif
