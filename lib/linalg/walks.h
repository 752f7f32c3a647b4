/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_WALKS_H
#define WR_LINALG_WALKS_H

#include <stdint.h>

#include "base/error.h"
#include "data/counts.h"
#include "data/csr.h"

/*
 * Exact walk counts of one start, any length: x = A^k s, where A (n x n) is the adjacency of an
 * undirected graph with ones on the diagonal. x_v is the number of walks of length k from the
 * start s to v; A is symmetric, so it is also the number of walks from v to s. The numbers are
 * of 64 bits as long as they certainly fit, then of 128, then of more.
 */
struct wr_walks {
    const struct wr_csr *csr;  /* not owned */
    struct wr_counts x;        /* n */
    struct wr_counts previous; /* n: of a walk one step shorter, after a step */
    int64_t degree_bits;       /* of the largest number of entries in a row of A */
};

/* s = all ones: x_v counts the walks of any end. Release with wr_walks_release. WR_ENOMEM. */
enum wr_status wr_walks_from_all(struct wr_walks *w, const struct wr_csr *csr,
                                 struct wr_error *err);

/* s = the unit vector of t. */
enum wr_status wr_walks_from_vertex(struct wr_walks *w, const struct wr_csr *csr, uint32_t t,
                                    struct wr_error *err);

void wr_walks_release(struct wr_walks *w);

/*
 * wr_walks_advance - x = A^steps x.
 *
 * Errors  WR_ENOMEM; x is then unchanged or a few steps on its way
 * Cost    O(steps (n + m) limbs) time, in parallel over rows; 2 n numbers of memory
 */
enum wr_status wr_walks_advance(struct wr_walks *w, int64_t steps, struct wr_error *err);

#endif
