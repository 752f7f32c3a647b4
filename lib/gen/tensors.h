/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_TENSORS_H
#define WR_GEN_TENSORS_H

#include <stdint.h>

#include "base/error.h"
#include "data/modetree.h"
#include "data/observations.h"
#include "data/tensor.h"

/*
 * Ground truth tensors of low rank, given by their factors: any entry can be had, though there may
 * be too many for an array.
 *
 * With a mode tree and widths R_1 .. R_L, one for each level below the root, a leaf maps its index
 * to a row of a dim x R_1 matrix; an inner node multiplies its children's vectors elementwise and
 * maps the product by a matrix R_l x R_{l+1} of its own; the root's product is mapped to a number.
 * A CP decomposition of rank R is the same with R everywhere and no matrices in the inner nodes.
 * All matrices are Gaussian.
 *
 * Source: arXiv:2102.09972 and arXiv:2201.11729, ground truth of the experiments
 */
struct wr_truth {
    int order;
    int64_t *dim;
    struct wr_modetree tree;
    int64_t *width;  /* levels - 1: length of the vectors that the nodes of a level give */
    int64_t widest;  /* of the widths */
    int64_t *offset; /* of each node's matrix in weight, the root last; -1: it has none */
    double *weight;
};

struct wr_truth_options {
    int widths;           /* 1: the rank of a CP decomposition */
    const int64_t *width; /* otherwise one for each level of the tree below its root */
    bool hierarchical;    /* a tree with matrices even when there is one width */
    int arity;            /* of that tree, see wr_modetree_init */
    enum wr_tree_pattern pattern;
    double norm; /* Frobenius norm that the tensor gets, above 0 */
    uint64_t seed;
};

/*
 * wr_truth_init - draw a ground truth; release with wr_truth_release.
 *
 * Errors  WR_EINVAL the dimensions as wr_dims_check, the tree as wr_modetree_init, a width below 1
 * or too few or many widths, the norm; WR_ENUMERIC the tensor's entries are below the numbers of
 * double precision; WR_ENOMEM. t is untouched then
 */
enum wr_status wr_truth_init(struct wr_truth *t, int order, const int64_t *dim,
                             const struct wr_truth_options *options, struct wr_error *err);
void wr_truth_release(struct wr_truth *t);

/* Set the values of observations with the truth's dimensions: its entries. Errors: WR_ENOMEM. */
enum wr_status wr_truth_observe(const struct wr_truth *t, struct wr_observations *o,
                                struct wr_error *err);

/* Entries begin .. begin + count - 1, the last index fastest; the product of the dimensions fits.
 * Errors: WR_ENOMEM. */
enum wr_status wr_truth_entries(const struct wr_truth *t, int64_t begin, int64_t count,
                                double *value, struct wr_error *err);

/* The inner products y (count) of the tensor with count rank-1 tensors x_1 o ... o x_N; a row of x
 * (count x sum of dims) is x_1, ..., x_N one behind the other. Errors: WR_ENOMEM. */
enum wr_status wr_truth_measure(const struct wr_truth *t, const double *x, int64_t count, double *y,
                                struct wr_error *err);

#endif
