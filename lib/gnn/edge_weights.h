/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_EDGE_WEIGHTS_H
#define WR_GNN_EDGE_WEIGHTS_H

#include <stdint.h>

#include "base/error.h"
#include "base/real.h"
#include "gnn/adjacency.h"

/*
 * A trained weight w_e for each undirected edge, by which every layer multiplies what passes along
 * the edge, in both directions; self-loops have none. The weights change no normalisation:
 *
 *     gcn     Y_i = sum over j in N[i] of w_ij A_ij X_j, A_ij the entries of the unweighted graph
 *     gin     Y_i = (1 + eps) X_i + sum over j in N(i) of w_ij X_j
 *     resgcn  Y_i = X_i + sum over j in N(i) of w_ij s_ij m_j, s_i. the softmax without weights
 *
 * With all weights 1 the network is the one without them. They belong to one adjacency matrix,
 * whose entries they replace from wr_edge_weights_init on.
 *
 * Source: T. Chen et al., "A Unified Lottery Ticket Hypothesis for Graph Neural Networks", ICML
 * 2021, section 3.2 (a trained mask on the adjacency matrix); one weight for both directions as
 * in arXiv:2211.16494, experiments.
 */
struct wr_edge_weights {
    int64_t count;          /* edges */
    wr_real *weight;        /* count, the edges ascending as words: 1 at first */
    wr_real *grad;          /* count: of the loss of the last backward pass */
    struct wr_sparse base;  /* the entries without weights */
    const int64_t *reverse; /* the adjacency's */
    int64_t *entry;         /* count: (u, v) with u < v */
    wr_real *value;         /* of each entry: the base's, times the weight */
    wr_real *sample;        /* of each entry: scratch */
};

/*
 * wr_edge_weights_init - weights for the edges of a matrix; release with wr_edge_weights_release.
 *
 * w       out     untouched on failure; must not be moved afterwards
 * a       in/out  of kind WR_ADJACENCY_GCN or WR_ADJACENCY_SUM; must outlive w. Inputs that were
 *                 bound to a network before have to be bound again
 * Errors  WR_ENOMEM
 * Cost    O(n + m)
 */
enum wr_status wr_edge_weights_init(struct wr_edge_weights *w, struct wr_adjacency *a,
                                    struct wr_error *err);
void wr_edge_weights_release(struct wr_edge_weights *w);

/* Before each forward pass: the weights enter the matrix, their gradients become 0. */
void wr_edge_weights_begin(struct wr_edge_weights *w);

/*
 * wr_edge_weights_gather - what one operation adds to the gradients, in its backward pass.
 *
 * dy, x   Y = A X, rows x d each, and the gradient of the loss with respect to Y:
 *         dw_e += A_uv (<dY_u, X_v> + <dY_v, X_u>), A without weights
 * Cost    4 d operations per edge, in parallel; the result does not depend on threads
 */
void wr_edge_weights_gather(struct wr_edge_weights *w, const wr_real *dy, const wr_real *x,
                            int64_t d);

#endif
