/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_APPROXCHOL_H
#define WR_LINALG_APPROXCHOL_H

#include <stdint.h>

#include "base/error.h"
#include "linalg/network.h"

/*
 * An approximate Cholesky factorization L ~ U' D U of a graph Laplacian: vertices are eliminated
 * one after another, but of the clique that an elimination leaves among the neighbours only a
 * random spanning tree is kept, with weights that make it right on average. Conjugate gradients
 * preconditioned with it take few iterations on any graph and any weights.
 */
struct wr_approx_cholesky {
    uint32_t n;
    uint32_t *vertex; /* n: the k-th vertex eliminated */
    double *diagonal; /* n: D by elimination; 0 at the last vertex of a component */
    int64_t *first;   /* n + 1: row k of -U right of its diagonal of ones has the entries
                         first[k] .. first[k+1]-1 */
    uint32_t *column; /* their places in the elimination order, > k */
    double *value;    /* ... and values > 0, which sum to 1 over the row */
    int64_t capacity; /* entries that column and value can hold */
};

/*
 * wr_approx_cholesky_init - factor the Laplacian of a network; release with
 * wr_approx_cholesky_release.
 *
 * seed    in   of the sampling
 * Errors  WR_ENOMEM
 * Cost    O(m log m log n) time expected; about 60 bytes per edge
 * Source  R. Kyng, S. Sachdeva, "Approximate Gaussian Elimination for Laplacians", FOCS 2016;
 *         the sampling of the clique by ascending weights from C. Chen, T. Liang, G. Biros,
 *         "RCHOL", SIAM J. Sci. Comput. 43(6), 2021
 */
enum wr_status wr_approx_cholesky_init(struct wr_approx_cholesky *f, const struct wr_network *net,
                                       uint64_t seed, struct wr_error *err);
void wr_approx_cholesky_release(struct wr_approx_cholesky *f);

/* x = (U' D U)^+ b, up to a constant per component; x may be b. work: n rows. */
void wr_approx_cholesky_solve(const struct wr_approx_cholesky *f, const struct wr_row *b,
                              struct wr_row *x, struct wr_row *work);

#endif
