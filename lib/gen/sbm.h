/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GEN_SBM_H
#define WR_GEN_SBM_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/* Blocks of vertices, one after the other: block 0 holds the vertices 0 .. size[0] - 1. */
struct wr_sbm {
    int64_t blocks;
    const uint32_t *size; /* blocks */
    double p_in;          /* probability of an edge within a block */
    double p_out;         /* and between two blocks */
};

/* The number of vertices; WR_EINVAL when they are more than 2^32 - 1. */
enum wr_status wr_sbm_vertices(const struct wr_sbm *model, uint32_t *n, struct wr_error *err);

/* The block of every vertex; the caller allocates one number per vertex. */
void wr_sbm_labels(const struct wr_sbm *model, uint32_t *label);

/*
 * wr_gen_sbm - a graph of the stochastic block model (planted partition): every pair is an edge
 * independently, with probability p_in or p_out.
 *
 * g       out  release with wr_graph_release; untouched on failure
 * Errors  WR_EINVAL a probability is out of range or there are too many vertices; WR_ENOMEM
 * Cost    O(blocks + n + edges) time; the result does not depend on the thread count
 * Source  P. W. Holland, K. B. Laskey, S. Leinhardt, "Stochastic blockmodels: first steps",
 *         Social Networks 5 (1983); gen/independent.h
 */
enum wr_status wr_gen_sbm(const struct wr_sbm *model, uint64_t seed, struct wr_graph *g,
                          struct wr_error *err);

#endif
