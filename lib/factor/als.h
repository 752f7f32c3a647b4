/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_FACTOR_ALS_H
#define WR_FACTOR_ALS_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/tensor.h"

/*
 * CP decompositions of whole tensors by alternating least squares, and the numerical CP rank.
 *
 * Source: T. G. Kolda, B. W. Bader, "Tensor Decompositions and Applications", SIAM Review 51
 * (2009), section 3.4
 */

struct wr_als_options {
    double enough; /* squared error, relative to the tensor's square, to stop at; 0: 1e-6 */
    uint64_t seed; /* of the factors that the fits start from */
};

enum { WR_ALS_STARTS = 10, WR_ALS_SWEEPS = 5000 }; /* of a fit; sweeps over the modes, of a start */

/*
 * wr_als_fit - the best of WR_ALS_STARTS decompositions sum_r a_r^1 o ... o a_r^N with `rank'
 * components; the first that is good enough ends it.
 *
 * progress  in   starts; may be NULL
 * factor    out  sum of dims x rank, row-major: the rows of mode 1, then those of mode 2, ...; the
 *                caller allocates; may be NULL
 * error     out  squared error of the fit divided by the sum of squares of the tensor; 0 for a
 *                tensor of zeros
 * Errors    WR_EINVAL rank below 1; WR_ENUMERIC the tensor, or its norm, is not finite;
 *           WR_EINTERRUPT; WR_ENOMEM, also for more than 2^31 - 1 entries. factor is undefined then
 * Cost      2 order rank size operations per sweep; order copies of the tensor; the result does not
 *           depend on the thread count
 */
enum wr_status wr_als_fit(const struct wr_tensor *t, int64_t rank,
                          const struct wr_als_options *options, const struct wr_progress *progress,
                          double *factor, double *error, struct wr_error *err);

/*
 * wr_cp_rank - the numerical CP rank: the smallest number of components for which wr_als_fit finds
 * a fit whose mean squared error is below options->enough of the mean square of the tensor.
 *
 * A lower bound comes from the singular values of the matricizations, and is tried first; then the
 * number doubles its distance until there is a fit, and is bisected. Where alternating least
 * squares misses a fit that exists the result is too high; of a matrix it is exact.
 *
 * most      in   components to try at most; 0: the product of all dimensions but the largest, which
 *                is always enough
 * progress  in   starts of this fit and of those that follow if it is one; may be NULL
 * rank      out  0 for a tensor of zeros; -1 when there is no fit with `most'
 * error     out  of that fit, as in wr_als_fit
 * Errors    as wr_als_fit
 */
enum wr_status wr_cp_rank(const struct wr_tensor *t, int64_t most,
                          const struct wr_als_options *options, const struct wr_progress *progress,
                          int64_t *rank, double *error, struct wr_error *err);

#endif
