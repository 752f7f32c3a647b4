/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_HTF_H
#define WR_FACTOR_HTF_H

#include <stdbool.h>

#include "data/modetree.h"
#include "data/observations.h"
#include "factor/factorization.h"

/*
 * Hierarchical tensor factorization along a mode tree. Leaf n has a factor dim_n x R_1; an inner
 * node multiplies its children's vectors elementwise and maps the product by its own R_l x R_{l+1}
 * factor; the root maps it to a number by `output' (R_last x 1). Factors are l0.n0, l0.n1, ..., a
 * level of the tree after the other, then output.
 *
 * Source: arXiv:2201.11729, section 3
 */

struct wr_htf_options {
    int arity; /* of the tree, see wr_modetree_init */
    enum wr_tree_pattern pattern;
    int layers;           /* levels of the tree but the root */
    const int64_t *width; /* layers: R_1, R_2, ...; copied */
    enum wr_precision precision;
    int64_t batch;       /* observations per step, when steps do not take all; 0: all */
    double bonus;        /* for a slowly decaying spectrum, see below; 0: none */
    const bool *between; /* with a bonus: of each mode whether it is on one side; not kept */
};

/*
 * wr_htf_widths - widths that express any tensor, as far as they are not above `most'.
 *
 * width   out  tree->levels - 1: of the layer whose vectors a level's nodes pool the largest
 *              product of the dimensions below one of them; of the one below the root the product
 *              over its children but the largest
 */
void wr_htf_widths(const struct wr_modetree *tree, const int64_t *dim, int64_t most,
                   int64_t *width);

/*
 * wr_htf_new - a model of observed entries; all parameters are 0.
 *
 * o        in   copied
 * out      out  free with wr_factorization_free
 * Errors   as wr_factorization_check and wr_modetree_init; WR_EINVAL when the number of layers is
 *          not that of the tree, or a width below 1; WR_ENOMEM
 * Cost     a step is 6 R_l R_{l+1} operations for each node and distinct tuple of indices below it,
 *          and 6 R_last for each observation. With a batch, a pass over all observations is made in
 *          parts of its size, and memory is what a batch needs. The same bits for any number of
 *          threads
 *
 * With a bonus L the gradient is that of the mean loss divided by P^(L w), where P is the
 * participation ratio (sum of s^2)^2 / (sum of s^4) of the singular values s of the matricization
 * by the modes `between', which have to be those below a node of the tree, or all others: from 1
 * for rank 1 to the rank when all are equal. The weight w = x / (1 + x) lets go near 0: x is the
 * tensor's norm over that of one whose entries have the observations' mean square, to the power
 * 2 / (number of factors). What is returned, and logged, is the mean loss alone. A step costs
 * 10 R_l^2 R_{l+1} operations per node more. Errors: WR_EINVAL for modes that no node separates.
 *
 * It measures for each inner node, as l1.n0.norm1, ..., the norms of the largest local components:
 * component r is made of the columns r of the children's factors and the row r of the node's own.
 * For each node but the root, as l0.n0.sigma1, ... and l0.n0.effective_rank, the singular values of
 * the matricization by the modes below it, of which those below 1e-7 of the largest are not
 * reliable. Levels of more than WR_HTF_WATCHED nodes are left out.
 */
enum wr_status wr_htf_new(const struct wr_observations *o, const struct wr_htf_options *options,
                          const struct wr_loss *loss, struct wr_factorization **out,
                          struct wr_error *err);

enum { WR_HTF_WATCHED = 16 };

#endif
