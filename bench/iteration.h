/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCH_ITERATION_H
#define BENCH_ITERATION_H

#include "data/observations.h"
#include "factor/factorization.h"

/* What the benchmarks of factorizations share. */

/* Normal values at random entries of an order-way tensor, all of its dimensions dim. Release with
 * wr_observations_release. */
enum wr_status bench_observe(int order, int64_t dim, int64_t count, struct wr_observations *o,
                             struct wr_error *err);

/* Seconds of an iteration, loss, gradient and step, over all observations or a batch of `size': the
 * median of several runs of about a tenth of a second each. */
enum wr_status bench_iterations(struct wr_factorization *m, const uint32_t *batch, int64_t size,
                                double *seconds, struct wr_error *err);

#endif
