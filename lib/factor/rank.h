/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_RANK_H
#define WR_FACTOR_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/modetree.h"
#include "data/tensor.h"

/* Ranks of the matricizations of a tensor. */

/* How many of count singular values, largest first, are above the tolerance; below 0: eps *
 * longest * sigma[0], longest the longer side of the matrix. */
int64_t wr_numerical_rank(const double *sigma, int64_t count, int64_t longest, double tolerance);

/* The effective rank: exp of the entropy of the singular values divided by their sum; 0 when all
 * are 0. Source: O. Roy, M. Vetterli, "The effective rank", EUSIPCO 2007. */
double wr_effective_rank(const double *sigma, int64_t count);

struct wr_rank {
    int64_t rows, cols;
    int64_t rank;
    double effective;
    double top; /* the largest singular value */
};

/*
 * wr_matricization_rank - the ranks of one matricization.
 *
 * in_rows    in   order of them: the modes whose indices number the rows
 * tolerance  in   as in wr_numerical_rank
 * sigma      out  NULL, or min(rows, cols) singular values, largest first; the caller allocates
 * Errors     WR_ENOMEM; WR_ENUMERIC the tensor is not finite, or LAPACK did not converge
 * Cost       2 size min(rows, cols) operations; a copy of the tensor, as it is reduced by a QR
 *            decomposition when one side is much the longer
 */
enum wr_status wr_matricization_rank(const struct wr_tensor *t, const bool *in_rows,
                                     double tolerance, struct wr_rank *rank, double *sigma,
                                     struct wr_error *err);

/* A list of matricizations. Owned by the caller; release with wr_matricizations_release. */
struct wr_matricizations {
    int order;
    int64_t count;
    bool *in_rows; /* count x order */
};

enum { WR_MATRICIZATIONS_ORDER = 20 };

/*
 * wr_matricizations_all - all matricizations, one for each subset of the modes and its complement:
 * 2^(order - 1) - 1 of them, or one for order 1. Subsets with fewer modes come first, those of
 * equal size by their modes; of a subset and its complement the smaller stands for both.
 *
 * Errors  WR_EINVAL an order above WR_MATRICIZATIONS_ORDER; WR_ENOMEM
 */
enum wr_status wr_matricizations_all(struct wr_matricizations *m, int order, struct wr_error *err);

/* Those of the nodes of a tree from the leaves on, without the root, and without nodes that have
 * the modes of their only child. Errors: WR_ENOMEM. */
enum wr_status wr_matricizations_tree(struct wr_matricizations *m, const struct wr_modetree *tree,
                                      struct wr_error *err);

void wr_matricizations_release(struct wr_matricizations *m);

static inline const bool *wr_matricizations_at(const struct wr_matricizations *m, int64_t i)
{
    return m->in_rows + i * m->order;
}

#endif
