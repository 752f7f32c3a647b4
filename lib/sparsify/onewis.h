/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_ONEWIS_H
#define WR_SPARSIFY_ONEWIS_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/graph.h"

/* Which of several edges with equal keys goes first. */
enum wr_tie {
    WR_TIE_ORDER, /* the smallest (u, v) */
    WR_TIE_RANDOM /* the first in wr_random_order of the same graph and seed */
};

struct wr_onewis_options {
    enum wr_tie tie;
    uint64_t seed; /* of WR_TIE_RANDOM */
};

/*
 * wr_onewis_order - order the edges for removal by 1-WIS.
 *
 * Again and again the edge {u, v} with the largest min(deg u, deg v) goes, among those the one
 * with the largest max(deg u, deg v), among those the one that the tie rule puts first; both
 * degrees then fall by one. Of a directed graph the degrees are in-degrees and removing u -> v
 * lowers that of v alone.
 *
 * g         in   graph of m edges or arcs
 * opt       in   the tie rule
 * count     in   how many removals are wanted, 0 .. m
 * progress  in   how many of count are done; may be NULL
 * order     out  the first count edge words of the order; the same prefix for every count
 * Errors    WR_EINVAL more than 2^32 - 1 edges, but for undirected graphs with WR_TIE_ORDER;
 *           WR_ENOMEM; WR_EINTERRUPT. order is undefined on error.
 * Cost      O(sum over the edges of min(deg u, deg v)) time, which is O(a m) for arboricity a
 *           and O(m^1.5) for any graph, at about a nanosecond per step with WR_TIE_ORDER on
 *           undirected graphs (sparsify/onewis_level.c says why), a few otherwise
 *           (sparsify/onewis_general.c). Beside the graph and the order 8 bytes per edge and at
 *           most 80 per vertex; otherwise 12 per edge, 20 with WR_TIE_RANDOM, and 40 per vertex.
 *           One thread.
 * Source    arXiv:2211.16494, 1-WIS
 */
enum wr_status wr_onewis_order(const struct wr_graph *g, const struct wr_onewis_options *opt,
                               int64_t count, const struct wr_progress *progress, uint64_t *order,
                               struct wr_error *err);

#endif
