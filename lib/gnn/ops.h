/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_OPS_H
#define WR_GNN_OPS_H

#include <stdint.h>

#include "base/machine.h"
#include "gnn/input.h"
#include "gnn/net.h"
#include "linalg/spmm.h"

/*
 * The operations of networks. Each appends itself to the network and gives its result, NULL after
 * a failure (see net.h). A file each: forward and backward as loops over plain arrays, with the
 * algebra in a comment. What is passed as `const struct` may be exchanged between passes and must
 * outlive the network.
 */

/* Y (n x out) = X W + b for the features X, which have no gradient; sparse ones stay sparse.
 * Entries of X are dropped as by wr_op_dropout. Without bias b is left out. */
struct wr_var *wr_op_input(struct wr_net *net, const struct wr_gnn_input *in,
                           const struct wr_gnn_room *room, int64_t out, bool bias, double dropout);

/* Y (n x out) = X W + b, plus H (n x out) if base is not NULL. With a bias W is drawn as in
 * PyTorch's Linear, which the reference has as classifier, without one by Glorot and Bengio; so it
 * is in wr_op_input. */
struct wr_var *wr_op_linear(struct wr_net *net, struct wr_var *x, int64_t out, bool bias,
                            struct wr_var *base);

/* Y = A X; backward needs the transpose A'. Y has rows of the kind given. */
struct wr_var *wr_op_aggregate(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                               const struct wr_sparse *a, const struct wr_sparse *transpose);

/* The same over the neighbours of the vertices; if the room is for edge weights, their gradients
 * are gathered. */
struct wr_var *wr_op_neighbours(struct wr_net *net, struct wr_var *x, const struct wr_adjacency *a,
                                const struct wr_gnn_room *room);

/* What is done to each row, in this order. */
struct wr_activation {
    bool bias;       /* x + b */
    bool relu;       /* max(x, 0) */
    bool layer_norm; /* to mean 0 and variance 1, then times gain plus shift */
};

struct wr_var *wr_op_activate(struct wr_net *net, struct wr_var *x, struct wr_activation what);
WR_DECLARE_KERNEL(wr_op_activate);
#define wr_op_activate WR_ON_MACHINE(wr_op_activate)

/* In training each number survives with probability 1 - p, divided by 1 - p. p = 0 adds no
 * operation. */
struct wr_var *wr_op_dropout(struct wr_net *net, struct wr_var *x, double p);

/* Columns to mean 0 and variance 1 over the rows of the pass, times gain plus shift; outside
 * training by running averages of mean and unbiased variance (momentum 0.1). Then, if relu is set,
 * max(., 0). */
struct wr_var *wr_op_batch_norm(struct wr_net *net, struct wr_var *x, bool relu);
WR_DECLARE_KERNEL(wr_op_batch_norm);
#define wr_op_batch_norm WR_ON_MACHINE(wr_op_batch_norm)

/* Z = X + Y. */
struct wr_var *wr_op_add(struct wr_net *net, struct wr_var *x, struct wr_var *y);

/* Y = (1 + eps) X + A X, eps trained: the sum of a graph isomorphism network. A is symmetric;
 * the gradients of edge weights are gathered. */
struct wr_var *wr_op_combine(struct wr_net *net, struct wr_var *x, const struct wr_adjacency *a);
WR_DECLARE_KERNEL(wr_op_combine);
#define wr_op_combine WR_ON_MACHINE(wr_op_combine)

/*
 * Graph attention: for each of the heads, which share the columns of X (n x d) evenly,
 * Y_i = sum over j in N[i] of alpha_ij X_j, alpha_i. the softmax over j of
 * leaky_relu(p . X_i + q . X_j), slope 0.2, with p and q trained.
 *
 * a       closed neighbourhoods; symmetric pattern
 * Source  P. Velickovic et al., "Graph Attention Networks", ICLR 2018
 */
struct wr_var *wr_op_attention(struct wr_net *net, struct wr_var *x, int64_t heads,
                               const struct wr_adjacency *a, const struct wr_gnn_room *room);
WR_DECLARE_KERNEL(wr_op_attention);
#define wr_op_attention WR_ON_MACHINE(wr_op_attention)

/*
 * Softmax aggregation, column by column: Y_i = X_i + sum over j in N(i) of s_ij m_j with messages
 * m = max(x, 0) + 1e-7 and s_i. the softmax over j of m_j times 0.1.
 *
 * a       symmetric, no values. Edge weights multiply the terms s_ij m_j, not the softmax; their
 *         gradients are gathered
 * Source  G. Li et al., "DeeperGCN: All You Need to Train Deeper GCNs", arXiv:2006.07739
 */
struct wr_var *wr_op_softmax_aggregate(struct wr_net *net, struct wr_var *x,
                                       const struct wr_adjacency *a);
WR_DECLARE_KERNEL(wr_op_softmax_aggregate);
#define wr_op_softmax_aggregate WR_ON_MACHINE(wr_op_softmax_aggregate)

/*
 * Product aggregation: Y_i is the elementwise product of the X_j over the entries (i, j) of A,
 * divided by its own root mean square. Products of many numbers overflow; the network is linear
 * in each row that enters a product, so that this scales all later products, and logits without a
 * bias, by a positive number: predictions are those of the network without the division.
 *
 * a, transpose  no values
 * Source        arXiv:2211.16494, section 3 (the network with product aggregation)
 */
struct wr_var *wr_op_product(struct wr_net *net, struct wr_var *x, enum wr_rows kind,
                             const struct wr_sparse *a, const struct wr_sparse *transpose);
WR_DECLARE_KERNEL(wr_op_product);
#define wr_op_product WR_ON_MACHINE(wr_op_product)

#endif
