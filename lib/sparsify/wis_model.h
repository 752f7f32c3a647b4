/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WIS_MODEL_H
#define WR_SPARSIFY_WIS_MODEL_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"
#include "data/partition.h"
#include "sparsify/changes.h"
#include "sparsify/tournament.h"

/*
 * What sparsify/wis_lazy.c needs to know of the walk indices that are to be preserved. A model
 * holds the graph as it is after the removals so far and the walk index of every vertex or
 * partition. Edges are numbered in the order in which ties go.
 *
 * Why keys may be out of date. Let o, n be the walk index of one vertex (or partition) before and
 * after the removal of e, and o', n' the same once f has been removed as well. The key of e has
 * gone from S to S', where S' - S sums over all vertices
 *
 *     [n'] - [n] - [o'] + [o]          ([x] is 1 at x)
 *
 * Removals destroy walks and create none: n' <= n <= o and n' <= o' <= o. Three cases:
 *   n' < n and n' < o'   the smallest x is n' with +1: this makes e worse
 *   n' = n               at most [o] - [o'], the smallest x is o' >= n': this makes e better
 *   n' = o'              at most [o] - [n], the smallest x is n >= n': this makes e better
 * The order of keys (changes.h) is that of a sum's first nonzero value, so worse plus worse is
 * worse. Hence an old key is an upper bound, unless a vertex is in one of the last two cases with
 * o != o' and o != n; then it still is one below the smallest such n', the walk index that the
 * vertex has after both removals. Below the smallest o' of all vertices that f changes, every old
 * key is an upper bound. remove() casts doubt (wr_tournament_doubt) on the rest.
 */
struct wr_wis_model {
    wr_walkcount largest; /* walk index that may occur, less than WR_WALKCOUNT_LIMIT */
    int64_t pairs;        /* walk indices that one removal may change, at most */

    /* Fill `changes` (room for `pairs` pairs) with what the removal of edge e would change. */
    void (*evaluate)(struct wr_wis_model *model, uint32_t e, struct wr_changes *changes);

    /* Remove edge e; cast doubt on every candidate whose key in t may no longer be an upper
     * bound. */
    void (*remove)(struct wr_wis_model *model, uint32_t e, struct wr_tournament *t);

    void (*free)(struct wr_wis_model *model);
};

/*
 * Models of g, its edges numbered as in edge (a permutation of g->edge that lives as long). Give
 * back with (*model)->free. Errors: WR_ENOMEM; WR_ENUMERIC when walks are too many to count;
 * *model is untouched then.
 */

/* Every single vertex, any depth. */
enum wr_status wr_wis_vertices_new(struct wr_wis_model **model, const struct wr_graph *g,
                                   const uint64_t *edge, int depth, enum wr_task task,
                                   struct wr_error *err);

/* Given partitions, any depth. */
enum wr_status wr_wis_partitions_new(struct wr_wis_model **model, const struct wr_graph *g,
                                     const uint64_t *edge, int depth, enum wr_task task,
                                     const struct wr_partitions *partitions, struct wr_error *err);

#endif
