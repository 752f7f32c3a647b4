/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WIS_VALUES_H
#define WR_SPARSIFY_WIS_VALUES_H

#include "base/error.h"
#include "data/csr.h"
#include "data/partition.h"
#include "sparsify/changes.h"

/*
 * wr_wis_values - the walk indices that (L-1)-WIS starts from, for L = depth.
 *
 * partitions  in   NULL: every {t}, its own target
 * value       out  one per partition; the caller allocates
 * Errors      WR_ENUMERIC when one reaches WR_WALKCOUNT_LIMIT; WR_ENOMEM
 * Cost        that of wr_walkindex_singletons or wr_walkindex_partitions
 */
enum wr_status wr_wis_values(const struct wr_csr *csr, int depth, enum wr_task task,
                             const struct wr_partitions *partitions, wr_walkcount *value,
                             struct wr_error *err);

/*
 * wr_wis_totals - how many walks start at every vertex: h_j = A^j 1, j = 0 .. steps.
 *
 * total   out  (steps + 1) x n, row j is h_j; the caller allocates
 * Errors  WR_ENUMERIC when one reaches WR_WALKCOUNT_LIMIT; WR_ENOMEM
 * Cost    O(steps (n + m))
 */
enum wr_status wr_wis_totals(const struct wr_csr *csr, int steps, wr_walkcount *total,
                             struct wr_error *err);

wr_walkcount wr_wis_largest(const wr_walkcount *value, int64_t count);

#endif
