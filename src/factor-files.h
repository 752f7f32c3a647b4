/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FACTOR_FILES_H
#define FACTOR_FILES_H

#include "cli.h"

#include "factor/factorization.h"

/* The factors of a model in files PREFIX.NAME.npy, an array (rows x cols) of doubles each. */

/* Open the files for writing; *sinks has one for each factor, the caller frees it. Errors: as
 * cli_open_made. */
enum wr_status factor_files_open(struct cli *cli, const char *prefix,
                                 const struct wr_factorization *m, struct wr_sink ***sinks,
                                 struct wr_error *err);
enum wr_status factor_files_write(const struct wr_factorization *m, struct wr_sink *const *sinks,
                                  struct wr_error *err);

/* Read the factors into the model. Errors: as wr_npy_open; WR_EDATA another shape, or a number that
 * is not finite. */
enum wr_status factor_files_load(const char *prefix, struct wr_factorization *m,
                                 struct wr_error *err);

/* The shape of one that is yet to be loaded. Errors: as wr_npy_open; WR_EDATA not a matrix. */
enum wr_status factor_files_shape(const char *prefix, const char *name, int64_t shape[2],
                                  struct wr_error *err);

#endif
