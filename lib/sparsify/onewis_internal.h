/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_ONEWIS_INTERNAL_H
#define WR_SPARSIFY_ONEWIS_INTERNAL_H

/* The algorithms behind wr_onewis_order, for sparsify/onewis.c only. They keep wr_onewis_order's
 * contract for count, order, progress and errors. */

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/* Any graph and tie rule, by a lazy binary heap; edge is g->edge in the order in which ties go. */
enum wr_status wr_onewis_lazy(const struct wr_graph *g, const uint64_t *edge, int64_t count,
                              uint64_t *order, const struct wr_progress *progress,
                              struct wr_error *err);

#endif
