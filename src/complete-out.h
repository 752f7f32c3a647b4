/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_OUT_H
#define COMPLETE_OUT_H

#include "complete-data.h"
#include "complete-kind.h"

/* The completed tensor, or the entries that --at asks for. */

/* Whether the output can be written: WR_EINVAL for a whole tensor of too many entries, or of an
 * order that .npy does not have. Before long work. */
enum wr_status complete_out_check(const struct complete_options *o, const struct complete_data *d,
                                  struct wr_error *err);

/* Errors: WR_ENOMEM. entries: how many were written. */
enum wr_status complete_out_write(struct complete_options *o, const struct complete_kind *kind,
                                  const struct wr_factorization *m, struct complete_data *d,
                                  struct wr_sink *out, int64_t *entries, struct wr_error *err);

#endif
