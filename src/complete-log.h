/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_LOG_H
#define COMPLETE_LOG_H

#include "complete-data.h"
#include "complete-score.h"

#include "factor/descent.h"

/*
 * The table of --log: iteration, loss; val_loss with --val, test_mse with --test, reconstruction
 * and zero_fill with --truth; what the model measures; seconds.
 */

void complete_log_header(const struct wr_factorization *m, const struct complete_data *d, int top,
                         struct wr_sink *log);

/* Errors: those of the model's measures. */
enum wr_status complete_log_row(const struct wr_factorization *m, const struct complete_data *d,
                                int top, const struct wr_descent_point *point,
                                const struct complete_errors *errors, double zero_fill,
                                double seconds, struct wr_sink *log, struct wr_error *err);

/* The same measures as members of an object. */
enum wr_status complete_report_measures(const struct wr_factorization *m, int top, struct json *j,
                                        struct wr_error *err);

#endif
