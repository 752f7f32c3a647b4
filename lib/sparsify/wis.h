/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WIS_H
#define WR_SPARSIFY_WIS_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"
#include "data/partition.h"
#include "sparsify/onewis.h"

struct wr_wis_options {
    int depth;         /* GNN depth L >= 2; walks have L - 1 steps */
    enum wr_task task; /* which walk index */
    int64_t batch;     /* evaluate again after so many removals, >= 1; 1 is exact */
    enum wr_tie tie;
    uint64_t seed;                          /* of WR_TIE_RANDOM */
    const struct wr_partitions *partitions; /* to preserve; NULL: every {t}, its own target */
};

/*
 * wr_wis_order - order the edges for removal by (L-1)-WIS.
 *
 * Again and again the edge goes whose removal leaves the largest tuple of walk indices, sorted
 * ascending and compared as words in a dictionary; among equals the one that the tie rule puts
 * first. The result is that of evaluating every edge before every removal (before every `batch`
 * removals).
 *
 * g         in   undirected graph of n vertices and m edges
 * count     in   how many removals are wanted, 0 .. m
 * progress  in   how many of count are done; may be NULL
 * order     out  the first count edge words of the order; the same prefix for every count
 * Errors    WR_EINVAL depth < 2, or 2^32 - 1 edges or more; WR_EDATA a partition without the
 *           target that vertex prediction needs or with an id >= n (line, but no file name);
 *           WR_ENUMERIC 2^126 walks of L steps or more, or depth > 127; WR_ENOMEM;
 *           WR_EINTERRUPT. order is undefined on error.
 * Cost      depends on how often the key of a candidate is out of date when it comes to the top.
 *           An evaluation reads the common neighbours of the edge (single vertices, vertex task,
 *           L = 3), else what is within (L - 1) / 2 of it (vertex task) or L - 1 (graph task).
 *           Bytes of memory, with D the largest degree, M partitions, C the sizes of their
 *           boundaries added:
 *               vertex task, L = 3    132 n + 120 m + 44 D
 *               vertex task           (76 + 32 L) n + 104 m
 *               graph task            (76 + 48 L) n + 104 m
 *               partitions            (4 + 48 L) n + 104 m + 68 M + 12 C
 *           and 8 for every word of the keys that had to be compared in depth. To begin with the
 *           adjacency is there twice, 16 m more.
 * Source    arXiv:2211.16494, Algorithm 1; why keys that are out of date do: sparsify/wis_model.h
 */
enum wr_status wr_wis_order(const struct wr_graph *g, const struct wr_wis_options *opt,
                            int64_t count, const struct wr_progress *progress, uint64_t *order,
                            struct wr_error *err);

#endif
