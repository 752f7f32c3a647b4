/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_SEPRANK_H
#define WR_SPARSIFY_SEPRANK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"
#include "data/partition.h"
#include "sparsify/boundary.h"

/*
 * Bounds on the natural logarithm of the separation rank that a network of depth L and width D
 * with product aggregation can have with respect to a partition: the upper one holds for all
 * weights, the lower one for almost all. They are those of layers without bias, normalisation or
 * dropout, and of product readout for graph prediction.
 * Source: arXiv:2211.16494, section 4; constants as exact ranks on small graphs bear them out
 */

/*
 * wr_seprank_upper - log(D) 4 WI for vertex prediction, log(D) (4 WI + 1) for graph prediction.
 *
 * one_sided  in  whether I or its complement is empty: the rank is 1 then, the bound 0
 *
 * An empty boundary gives 0 for vertex prediction, whose target sees one side only, but log(D)
 * for graph prediction: the product over all vertices joins the two sides channel by channel,
 * and rank D is attained. Infinite when WI is.
 */
double wr_seprank_upper(double walk_index, bool one_sided, enum wr_task task, double width);

/*
 * wr_seprank_lower - the bound that one admissible C gives: log(alpha_C) rho_(L-1)(C, .).
 *
 * rho          in  walks of length L - 1 from C to the target, or to anywhere
 * rank_width   in  the smaller of input width and width
 */
double wr_seprank_lower(double rho, int64_t depth, enum wr_task task, double rank_width);

/*
 * Search for an admissible C of many walks. C is admissible when C = N[I'] and N[J'] intersected
 * for some I' in I and J' outside such that every vertex of C has exactly one closed neighbour
 * in I' and exactly one in J'. One struct serves many partitions; a thread needs its own.
 */
struct wr_admissible {
    const struct wr_csr *csr; /* not owned */
    double *walks;            /* n: the caller sets those of boundary vertices */
    uint32_t *cover[2];       /* n each: closed neighbours in J', in I' */
    uint32_t *chosen;         /* J' and I' */
    int64_t chosen_count;
    uint32_t *order; /* boundary vertices by descending walks */
};

/* Memory 24 n bytes; release with wr_admissible_release. Errors: WR_ENOMEM. */
enum wr_status wr_admissible_init(struct wr_admissible *a, const struct wr_csr *csr,
                                  struct wr_error *err);
void wr_admissible_release(struct wr_admissible *a);

/*
 * wr_admissible_search - the sum of walks over an admissible C, found greedily: the vertices of
 * the boundary are taken by descending walks; for each that is not in C yet the vertices are
 * added to I' and J' that bring it into C, keep C admissible and add most walks, of a bounded
 * number that is tried; when there are none it is passed over.
 *
 * Not the best C in general, but any gives a valid bound; never 0 for a boundary with walks.
 * Cost: for each boundary vertex the edges of its neighbours, of at most WR_TRIES of them.
 */
double wr_admissible_search(struct wr_admissible *a, const struct wr_boundary *b);

enum { WR_TRIES = 32 };

#endif
