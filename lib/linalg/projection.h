/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_PROJECTION_H
#define WR_LINALG_PROJECTION_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/*
 * wr_project_leverages - estimate the leverages w_e R_e by random projection.
 *
 * With B the incidence matrix (m x n), W the weights and L = B' W B, R_uv is the squared length of
 * W^1/2 B L^+ (e_u - e_v), a vector of m numbers. Its projection on k random vectors of signs has
 * that squared length on average: k Laplacian solves for all edges together. To need fewer, only
 * what is unknown is projected. The best approximation of L^+ (e_u - e_v) that is 0 outside u and v
 * accounts for a part of R_uv that the degrees give exactly (most of it when neighbours have many
 * neighbours); the rest is estimated, and k is chosen by the largest share of a rest.
 *
 * g         in   undirected, m > 0 edges
 * weight    in   m positive weights of moderate size, or NULL: all 1
 * epsilon   in   relative error to stay below on all edges together with a probability of 99 %,
 *                0 < epsilon < 1
 * seed      in   of the projection
 * leverage  out  m estimates, > 0 and at most 1; undefined on error
 * Errors    WR_ENOMEM; WR_EINTERRUPT; WR_ENUMERIC when a solve does not converge
 * Cost      O(log m / epsilon^2) solves, eight at a time on each thread, by conjugate gradients
 *           of a few iterations of O(m); 24 bytes per edge, and 400 bytes per vertex and 1 per edge
 *           for every thread. The result does not depend on the thread count.
 * Source    D. A. Spielman, N. Srivastava, "Graph Sparsification by Effective Resistances", SIAM
 *           J. Comput. 40(6), 2011, section 4; signs: D. Achlioptas, "Database-friendly random
 *           projections", JCSS 66(4), 2003.
 */
enum wr_status wr_project_leverages(const struct wr_graph *g, const double *weight, double epsilon,
                                    uint64_t seed, const struct wr_progress *progress,
                                    double *leverage, struct wr_error *err);

#endif
