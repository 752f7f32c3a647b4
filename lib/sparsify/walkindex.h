/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WALKINDEX_H
#define WR_SPARSIFY_WALKINDEX_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/counts.h"
#include "data/csr.h"
#include "data/partition.h"

/*
 * Walk indices. Of a partition (I, V \ I) with boundary C_I the k-walk index is the number of
 * walks of length k from C_I, to the target t for vertex prediction, to anywhere for graph
 * prediction; walks may stay where they are (every vertex has a loop), and an empty boundary
 * has walk index 0. A network of depth L goes with k = L - 1. All counts are exact.
 * Source: arXiv:2211.16494, section 3.
 */
struct wr_walkindex_options {
    enum wr_task task;
    int64_t length;                     /* k >= 0 */
    int64_t width;                      /* of the network, for the bounds; 0: no bounds */
    int64_t input_width;                /* >= 1 with width */
    const struct wr_progress *progress; /* or NULL */
};

/* Owned by the caller; release with wr_walkindex_release. */
struct wr_walkindex {
    int64_t count;
    struct wr_counts index; /* count walk indices */
    uint32_t *boundary;     /* count sizes of C_I */
    double *upper;          /* count bounds on the log separation rank; NULL without width */
    double *lower;
};

/*
 * wr_walkindex_singletons - the walk index of every {t}, n of them; of t itself for vertex
 * prediction.
 *
 * Errors  WR_ENOMEM; WR_EINTERRUPT. out is untouched then.
 * Cost    vertex prediction: that of wr_closed_walks of length k + 1; graph prediction: k + 1
 *         steps over the graph. With bounds: that of wr_walkindex_partitions.
 */
enum wr_status wr_walkindex_singletons(const struct wr_csr *csr,
                                       const struct wr_walkindex_options *options,
                                       struct wr_walkindex *out, struct wr_error *err);

/*
 * wr_walkindex_partitions - the walk index of many partitions in one pass.
 *
 * p       in   partitions of csr->n vertices; with targets for vertex prediction
 * Errors  as above
 * Cost    the edges at the subsets, and graph prediction: k steps over the graph; vertex
 *         prediction: for every eight targets k steps over the edges in reach, in parallel, for
 *         targets that fewer than 2^64 walks leave, k steps over the graph each for the others.
 *         150 n bytes per thread at most, and the results.
 */
enum wr_status wr_walkindex_partitions(const struct wr_csr *csr, const struct wr_partitions *p,
                                       const struct wr_walkindex_options *options,
                                       struct wr_walkindex *out, struct wr_error *err);

void wr_walkindex_release(struct wr_walkindex *w);

#endif
