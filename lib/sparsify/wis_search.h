/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WIS_SEARCH_H
#define WR_SPARSIFY_WIS_SEARCH_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"
#include "data/partition.h"

/*
 * A search for the edge whose removal is best, in a graph that loses its edges. Edges are numbered
 * in the order in which ties go.
 */
struct wr_wis_search {
    /* Find the best of the edges that have not been taken. Errors: WR_ENOMEM. */
    enum wr_status (*take_best)(struct wr_wis_search *search, uint32_t *best, struct wr_error *err);

    /* Remove an edge that has been taken. Errors: WR_ENOMEM. */
    enum wr_status (*remove)(struct wr_wis_search *search, uint32_t e, struct wr_error *err);

    void (*free)(struct wr_wis_search *search);
};

/*
 * Searches in g, its edges numbered as in edge (a permutation of g->edge that lives as long). Give
 * back with (*search)->free. Errors: WR_ENOMEM; WR_ENUMERIC when walks are too many to count;
 * *search is untouched then.
 */

/* Every single vertex is its own target, depth 3. */
enum wr_status wr_wis3_new(struct wr_wis_search **search, const struct wr_graph *g,
                           const uint64_t *edge, struct wr_error *err);

/* Any depth and task; partitions NULL stands for every single vertex. */
enum wr_status wr_wis_lazy_new(struct wr_wis_search **search, const struct wr_graph *g,
                               const uint64_t *edge, int depth, enum wr_task task,
                               const struct wr_partitions *partitions, struct wr_error *err);

#endif
