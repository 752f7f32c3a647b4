/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_GEOMETRIC_H
#define WR_GEN_GEOMETRIC_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * A geometric inhomogeneous random graph: n vertices lie at random on a circle of length 1,
 * numbered as they lie, each with a weight w >= 1, and u and v are joined when
 *
 *     distance(u, v) <= r w_u w_v
 *
 * Weights have the density (exponent - 1) w^-exponent, and so have the degrees. Such graphs have
 * many triangles; they are hyperbolic random graphs in other words. Without an exponent all
 * weights are 1: a random geometric graph on the circle.
 */
struct wr_geometric {
    uint32_t n;
    double degree;   /* mean degree aimed at: r is chosen so that it is met when no vertex is in
                        reach of the whole circle; heavy tails stay below */
    double exponent; /* above 2; INFINITY for equal weights */
};

/*
 * wr_gen_geometric - draw such a graph.
 *
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL degree not between 0 and 2^32 or exponent not above 2; WR_ENOMEM
 * Cost    O(n log n + edges) time expected, times the number of weight layers (log2 of the
 *         largest weight); the result does not depend on the thread count
 * Source  K. Bringmann, R. Keusch, J. Lengler, "Geometric inhomogeneous random graphs", Theoretical
 *         Computer Science 760 (2019), in one dimension, threshold case
 */
enum wr_status wr_gen_geometric(const struct wr_geometric *model, uint64_t seed, struct wr_graph *g,
                                struct wr_error *err);

#endif
