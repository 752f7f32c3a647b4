/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GNN_UGS_H
#define GNN_UGS_H

#include <stdint.h>

#include "gnn-data.h"
#include "gnn-options.h"

#include "base/error.h"
#include "io/sink.h"

/*
 * gnn_ugs_order - learn edge weights and write the removal order, for --ugs-order.
 *
 * d       in      with its split
 * seed    in      of the parameters
 * o       in/out  progress, an interrupt as outcome, results for --report
 * Errors  as wr_ugs_order; those of the sink stay there
 */
enum wr_status gnn_ugs_order(struct gnn_options *o, const struct gnn_data *d, uint64_t seed,
                             struct wr_sink *sink, struct wr_error *err);

#endif
