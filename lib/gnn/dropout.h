/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_DROPOUT_H
#define WR_GNN_DROPOUT_H

#include <stdint.h>

#include "gnn/net.h"

/*
 * wr_drop - y[k] = x[k] scale with probability 1 - p, else 0, for k < count; scale = 1 / (1 - p).
 *
 * op      in   the operation: with seed and step of the pass, it names the random numbers
 * factor  out  count: 0 or scale, or NULL
 */
void wr_drop(const struct wr_op *op, const struct wr_pass *pass, double p, const wr_real *x,
             int64_t count, wr_real *y, wr_real *factor);

#endif
