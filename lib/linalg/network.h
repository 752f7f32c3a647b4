/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_NETWORK_H
#define WR_LINALG_NETWORK_H

#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"
#include "data/graph.h"

/* Vectors come in blocks of this many columns; a row of a block is a cache line. */
enum { WR_COLUMNS = 8 };

struct wr_row {
    double c[WR_COLUMNS];
};

/* A weighted graph as iterative methods on its Laplacian L = D - A want it. */
struct wr_network {
    struct wr_csr adjacency; /* with edge ids */
    double *weight;          /* of each entry of adjacency, or NULL: all 1 */
    double *degree;          /* n: sum of the weights at each vertex */
};

/*
 * wr_network_init - the network of g; release with wr_network_release.
 *
 * weight  in   m positive weights, or NULL: all 1
 * Errors  WR_ENOMEM
 * Cost    O(n + m) time; 24 bytes per edge and 16 per vertex, with weights 16 more per edge
 */
enum wr_status wr_network_init(struct wr_network *net, const struct wr_graph *g,
                               const double *weight, struct wr_error *err);
void wr_network_release(struct wr_network *net);

#endif
