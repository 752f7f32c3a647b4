/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_TENSOR_H
#define WR_DATA_TENSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dims.h"
#include "data/observations.h"

/*
 * All entries of a tensor, the last index fastest. Owned by the caller; release with
 * wr_tensor_release.
 */
struct wr_tensor {
    int order;
    int64_t *dim;  /* order dimensions */
    int64_t size;  /* their product */
    double *value; /* size */
};

/*
 * wr_tensor_init - a tensor of zeros.
 *
 * dim     in   copied
 * Errors  WR_EINVAL as wr_dims_check; WR_ENOMEM, also when the number of entries passes 2^63 - 1.
 *         t is untouched then
 */
enum wr_status wr_tensor_init(struct wr_tensor *t, int order, const int64_t *dim,
                              struct wr_error *err);
void wr_tensor_release(struct wr_tensor *t);

/* Where the entry with these indices, from 0, is. */
int64_t wr_tensor_place(const struct wr_tensor *t, const uint32_t *index);

/* The tensor that has the observations where there are any and 0 elsewhere: the baseline that
 * every completion is compared with. Errors as wr_tensor_init. */
enum wr_status wr_tensor_zero_fill(struct wr_tensor *t, const struct wr_observations *o,
                                   struct wr_error *err);

/* Every entry as an observation, the last index fastest. Errors: WR_ENOMEM. */
enum wr_status wr_tensor_observe_all(const struct wr_tensor *t, struct wr_observations *o,
                                     struct wr_error *err);

/*
 * The matricization of a tensor by some modes: their indices together, the last one fastest,
 * number the rows, those of the other modes the columns.
 */
struct wr_matricization {
    int64_t rows, cols;
};

/* Its sides. in_rows: for each of the modes, whether its index belongs to the rows. */
struct wr_matricization wr_tensor_matricization(const struct wr_tensor *t, const bool *in_rows);

/*
 * wr_tensor_matricize - the matrix itself.
 *
 * out     out  rows x cols, row-major; the caller allocates
 * Errors  WR_ENOMEM: out is undefined then
 * Cost    size entries are copied, with all threads; 8 (rows + cols) bytes
 */
enum wr_status wr_tensor_matricize(const struct wr_tensor *t, const bool *in_rows, double *out,
                                   struct wr_error *err);

/* The Frobenius norm of count numbers; the same bits for any number of threads, and no overflow
 * on the way. Errors: WR_ENOMEM. */
enum wr_status wr_norm(const double *value, int64_t count, double *norm, struct wr_error *err);

/*
 * wr_tensor_error - the normalized reconstruction error ||W - truth|| / ||truth||.
 *
 * error   out  0 when both are 0; infinity when only the truth is
 * Errors  WR_EINVAL the dimensions differ; WR_ENOMEM
 * Source  arXiv:2102.09972, section 5
 */
enum wr_status wr_tensor_error(const struct wr_tensor *w, const struct wr_tensor *truth,
                               double *error, struct wr_error *err);

#endif
