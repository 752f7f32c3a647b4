/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_LOSS_H
#define WR_GNN_LOSS_H

#include <stdint.h>

#include "base/machine.h"
#include "gnn/input.h"
#include "gnn/net.h"

/* How well the labelled rows of a part are predicted. */
struct wr_score {
    int64_t count;
    int64_t correct; /* the largest logit, the first of equals, is the label's */
    double loss;     /* sum of -log of the label's probability: divide by count */
};

static inline void wr_score_add(struct wr_score *sum, const struct wr_score *score)
{
    sum->count += score->count;
    sum->correct += score->correct;
    sum->loss += score->loss;
}

/*
 * Softmax cross-entropy: the last operation of a network. Rows without label, or in no part, do
 * not count; the gradient is that of the mean over the rows of WR_PART_TRAIN.
 *
 * in      labels and parts, read in every pass
 * score   out  where the scores of the last forward pass are: WR_PARTS of them
 * Result  the probabilities
 */
struct wr_var *wr_op_cross_entropy(struct wr_net *net, struct wr_var *logits,
                                   const struct wr_gnn_input *in, const struct wr_score **score);
WR_DECLARE_KERNEL(wr_op_cross_entropy);
#define wr_op_cross_entropy WR_ON_MACHINE(wr_op_cross_entropy)

#endif
