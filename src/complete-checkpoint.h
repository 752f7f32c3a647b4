/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_CHECKPOINT_H
#define COMPLETE_CHECKPOINT_H

#include "complete-options.h"

#include "factor/descent.h"

/* The state of a descent in a file: parameters, those of the best point when they are kept, the
 * optimizer's moments, where it is. A run that goes on from it is bit for bit the one that was not
 * cut. */

/* Write it whole, or leave the file as it was. Errors: as wr_sink_commit; WR_ENOMEM. */
enum wr_status complete_checkpoint_write(const struct complete_options *o,
                                         const struct wr_factorization *m,
                                         const struct wr_descent *d, struct wr_error *err);

/*
 * complete_checkpoint_read - make it the state of a model and its descent.
 *
 * Errors  as wr_checkpoint_read; WR_EDATA when it is of another model; WR_EINVAL when precision or
 *         optimizer are not the options'. A warning when the steps to come are not those that would
 *         have been taken
 */
enum wr_status complete_checkpoint_read(struct complete_options *o, struct wr_factorization *m,
                                        struct wr_descent *d, struct wr_error *err);

#endif
