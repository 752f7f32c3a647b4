/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_ONEWIS_INTERNAL_H
#define WR_SPARSIFY_ONEWIS_INTERNAL_H

/* What the algorithms behind wr_onewis_order share; for sparsify/onewis*.c only. */

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/* An order being written, and when to look up from the work. */
struct wr_removals {
    uint64_t *order;
    int64_t done;
    int64_t count;      /* how many are wanted */
    int64_t checkpoint; /* ask progress when so many are done */
    bool interrupted;
    const struct wr_progress *progress;
};

static inline void wr_removals_append(struct wr_removals *removals, uint64_t edge)
{
    removals->order[removals->done++] = edge;
}

/* Slow path of wr_removals_wanted: at the end, or time to report. */
bool wr_removals_checkpoint(struct wr_removals *removals);

/* Whether another removal is wanted; loops ask before each. */
static inline bool wr_removals_wanted(struct wr_removals *removals)
{
    return removals->done < removals->checkpoint || wr_removals_checkpoint(removals);
}

/* Undirected graphs, ties to the smallest (u, v). Errors: WR_ENOMEM. */
enum wr_status wr_onewis_level(const struct wr_graph *g, struct wr_removals *removals,
                               struct wr_error *err);

/* Any graph and tie rule; edge is g->edge in the order in which ties go. Errors: WR_EINVAL more
 * than 2^32 - 1 edges; WR_ENOMEM. */
enum wr_status wr_onewis_general(const struct wr_graph *g, const uint64_t *edge,
                                 struct wr_removals *removals, struct wr_error *err);

#endif
