/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_CP_H
#define WR_FACTOR_CP_H

#include "data/observations.h"
#include "factor/factorization.h"

/*
 * Tensor factorization, CP: W = sum over r = 1..R of w_r^1 o ... o w_r^N. Factor n is dim_n x R,
 * its name mode1, mode2, ...; component r is made of the columns r, its norm the product of
 * their norms.
 *
 * Source: arXiv:2102.09972, section 3.
 */

/* How gradients are computed; what they are does not depend on it but for rounding. */
enum wr_cp_method {
    WR_CP_CHOOSE, /* the cheapest */
    WR_CP_HALVES, /* products of each half of the modes, sampled dots of their rows */
    WR_CP_GEMM,   /* the same with dense products: for many observations of a small tensor */
    WR_CP_CHAIN   /* products along the modes of each observation */
};

struct wr_cp_options {
    int64_t rank; /* R >= 1 */
    enum wr_precision precision;
    int64_t batch; /* observations per step, when steps do not take all; 0: all */
    enum wr_cp_method method;
};

/*
 * wr_cp_new - a CP model of observed entries; all parameters are 0.
 *
 * o        in   copied
 * loss     in   copied
 * out      out  free with wr_factorization_free
 * Errors   as wr_factorization_check; WR_EINVAL rank < 1, or a method that these observations rule
 *          out (two halves that have to be made of more than two tops); WR_ENOMEM
 * Cost     a step is O(R (observations + distinct tuples of the halves)) when the modes can be
 *          halved, O(R N observations) otherwise; the same bits for any number of threads
 */
enum wr_status wr_cp_new(const struct wr_observations *o, const struct wr_cp_options *options,
                         const struct wr_loss *loss, struct wr_factorization **out,
                         struct wr_error *err);

/*
 * Rank-1 measurements of a tensor instead of entries: measurement i is y = <W, x_1 o ... o x_N>,
 * its row of x holds x_1 ... x_N one after another.
 */
struct wr_measurements {
    int order;
    const int64_t *dim;
    int64_t count;
    const double *x; /* count x (sum of dims) */
    const double *y; /* count */
};

/* A CP model of measurements, which are copied; method and batch are not used. Errors: WR_EINVAL no
 * measurements, or more than 2^32 - 1, or rank < 1; WR_EDATA a number that is not finite; as
 * wr_dims_check and wr_loss_check; WR_ENOMEM. */
enum wr_status wr_cp_sensing_new(const struct wr_measurements *data,
                                 const struct wr_cp_options *options, const struct wr_loss *loss,
                                 struct wr_factorization **out, struct wr_error *err);

#endif
