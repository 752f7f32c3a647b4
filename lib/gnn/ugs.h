/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_UGS_H
#define WR_GNN_UGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "gnn/input.h"
#include "gnn/models.h"
#include "optim/optimizer.h"

/*
 * Unified GNN sparsification, of edges alone: a weight of each edge is trained jointly with the
 * network under an L1 penalty, and the edges of the smallest weights are pruned.
 */
struct wr_ugs_options {
    int64_t epochs; /* of each round; >= 1 */
    double l1;      /* the loss is cross-entropy + l1 times the sum of |w_e|; >= 0 */
    struct wr_optimizer_options optimizer; /* edge weights have no decay, the rest is shared */
    uint64_t seed;                         /* of parameters and dropout */
};

struct wr_ugs_result {
    int64_t rounds, epochs; /* begun, done in all */
    bool interrupted;
};

/* Whether the layers of a model weigh edges: gcn, gin, resgcn. */
bool wr_ugs_supports(enum wr_model_kind kind);

/*
 * wr_ugs_order - order the edges for removal by UGS.
 *
 * A round begins with the parameters that seed draws and with weights of 1 on the graph of the
 * edges that are left, whose normalisation is that graph's. After `epochs` full-batch steps 5 % of
 * the m edges, rounded up, are pruned: the smallest |w_e| first, of equal ones the smallest
 * (u, v). What trains anew after pruning is the next round; at most 20 exhaust the edges.
 *
 * input     in   m edges, in the matrix that the model wants; its arrays are not changed
 * model     in   of a kind that wr_ugs_supports
 * progress  in   in epochs. Asking to stop ends the training, without being an error: the edges
 *                that are left follow by the magnitudes that they have then
 * order     out  m edge words (data/graph.h), first removed first; undefined on error
 * Errors    WR_EDATA without training rows; WR_ENUMERIC when the loss leaves the finite numbers;
 *           WR_EINVAL as wr_model_init, wr_optimizer_init; WR_ENOMEM
 * Cost      20 rounds of training; about three times the memory of the edges on top of a model.
 *           Nothing is allocated between the epochs of a round; the result does not depend on the
 *           number of threads
 * Source    T. Chen et al., "A Unified Lottery Ticket Hypothesis for Graph Neural Networks", ICML
 *           2021, algorithms 1 and 2, as adapted in arXiv:2211.16494, experiments
 */
enum wr_status wr_ugs_order(const struct wr_gnn_input *input, const struct wr_model_options *model,
                            const struct wr_ugs_options *options,
                            const struct wr_progress *progress, uint64_t *order,
                            struct wr_ugs_result *result, struct wr_error *err);

#endif
