/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_QUALITY_H
#define WR_SPARSIFY_QUALITY_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"
#include "data/partition.h"

/* What a graph can still model: counts, and the walk indices of its single vertices. */
struct wr_quality {
    uint32_t vertices;
    int64_t edges;
    int64_t isolated;   /* vertices without an edge */
    int64_t components; /* connected components, isolated vertices included */
    char *min;          /* smallest walk index, in decimal; "0" of an empty graph */
    char *median;       /* of an even number of vertices the smaller of the middle two */
    double mean;        /* infinite above 1.8e308 */
};

/*
 * wr_quality_init - measure a graph; release with wr_quality_release.
 *
 * g       in   undirected graph
 * task    in   which walk index
 * depth   in   of the network, L >= 1; walks have L - 1 steps
 * Errors  WR_ENOMEM, WR_EINTERRUPT; q is untouched then
 * Cost    that of wr_walkindex_singletons and of sorting n numbers
 */
enum wr_status wr_quality_init(struct wr_quality *q, const struct wr_graph *g, enum wr_task task,
                               int64_t depth, const struct wr_progress *progress,
                               struct wr_error *err);
void wr_quality_release(struct wr_quality *q);

#endif
