/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_OBSERVE_H
#define WR_GEN_OBSERVE_H

#include <stdint.h>

#include "base/error.h"
#include "data/observations.h"

/*
 * wr_gen_entries - count different entries of a tensor, every set of as many equally likely.
 *
 * o       out  ordered by coordinates; values are not filled; release with wr_observations_release
 * Errors  WR_EINVAL there are fewer entries than count, or the dimensions as wr_dims_check;
 *         WR_ENOMEM. o is untouched then
 * Cost    O(count order) time, whatever the number of entries: it need not even fit 64 bits
 */
enum wr_status wr_gen_entries(int order, const int64_t *dim, int64_t count, uint64_t seed,
                              struct wr_observations *o, struct wr_error *err);

/* Add normal noise with this standard deviation to values number begin .. end - 1 of many, which
 * are at value[0] ...; begin is a multiple of WR_BLOCK. */
void wr_gen_noise(double *value, int64_t begin, int64_t end, double std, uint64_t seed);

/*
 * wr_gen_measurements - rank-1 measurement tensors x_1 o ... o x_N for sensing: x_n normal, scaled
 * by (number of entries)^(-1/(2N)), so that a measurement has norm 1 on average.
 *
 * x       out  (end - begin) x sum of dims: numbers begin .. end - 1 of them
 * Source  arXiv:2102.09972, tensor sensing
 */
void wr_gen_measurements(int order, const int64_t *dim, int64_t begin, int64_t end, uint64_t seed,
                         double *x);

/* count different numbers of 0 .. size - 1, ascending, every set equally likely; count <= size.
 * O(size) time. */
void wr_gen_subset(int64_t size, int64_t count, uint64_t seed, int64_t *chosen);

#endif
