/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_MATRIX_H
#define WR_FACTOR_MATRIX_H

#include "data/observations.h"
#include "factor/factorization.h"

/*
 * Deep matrix factorization: W (rows x cols) = W_D ... W_1 without bias and of full width: the
 * inner dimensions are min(rows, cols). Factors are layer1 (h x cols), ..., layerD (rows x h).
 *
 * Source: arXiv:2005.06398, section 2.
 */

enum { WR_MATRIX_DEPTH_MAX = 10 };

enum wr_matrix_init {
    WR_MATRIX_GAUSSIAN, /* every entry of every layer from N(mean, std^2) */
    WR_MATRIX_IDENTITY, /* every layer std^(1/D) I: W = std I */
    WR_MATRIX_BALANCED  /* W from N(0, std^2), each layer with the D-th roots of its singular
                           values: W_j' W_j = W_{j-1} W_{j-1}' */
};

enum wr_matrix_det { WR_MATRIX_DET_ANY, WR_MATRIX_DET_POSITIVE, WR_MATRIX_DET_NEGATIVE };

struct wr_matrix_options {
    int depth; /* 1 .. WR_MATRIX_DEPTH_MAX */
    enum wr_precision precision;
    int tracked;           /* entries of W to watch */
    const uint32_t *track; /* tracked x 2: their row and column, from 0; copied */
};

/*
 * wr_matrix_new - a model of observed entries of a matrix; all parameters are 0.
 *
 * o        in   of order 2; copied
 * out      out  free with wr_factorization_free
 * Errors   as wr_factorization_check; WR_EINVAL for another order, a depth out of range, a tracked
 *          entry outside the matrix; WR_ENOMEM
 * Cost     a step is 6 D rows h cols operations; small matrices never reach the BLAS
 *
 * It measures the tracked entries, the top singular values of W, its effective rank
 * exp(entropy of the normalized singular values), nuclear, Frobenius and spectral norm.
 */
enum wr_status wr_matrix_new(const struct wr_observations *o,
                             const struct wr_matrix_options *options, const struct wr_loss *loss,
                             struct wr_factorization **out, struct wr_error *err);

struct wr_matrix_start {
    enum wr_matrix_init init;
    enum wr_matrix_det det;
    double mean; /* of the Gaussian start alone */
    double std;
    uint64_t seed;
};

/*
 * wr_matrix_draw - initialize the layers.
 *
 * start   in      det: the sign of W's determinant; when it is the other one, a row of the last
 *                 layer changes its sign
 * Errors  WR_EINVAL a sign is asked for but W is not square; WR_ENUMERIC when W is singular
 *         nevertheless; WR_ENOMEM
 * Source  balanced: S. Arora, N. Cohen, E. Hazan, ICML 2018; det: arXiv:2005.06398, section 4
 */
enum wr_status wr_matrix_draw(struct wr_factorization *m, const struct wr_matrix_start *start,
                              struct wr_error *err);

/* The end-to-end matrix (rows x cols) of the current parameters. Errors: WR_ENOMEM. */
enum wr_status wr_matrix_product(const struct wr_factorization *m, double *w, struct wr_error *err);

#endif
