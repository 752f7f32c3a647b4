/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_CLOSEDWALKS_H
#define WR_LINALG_CLOSEDWALKS_H

#include <stdint.h>

#include "base/error.h"
#include "base/progress.h"
#include "data/counts.h"
#include "data/csr.h"

/*
 * wr_closed_walks - (A^length)_tt for every vertex t: closed walks of A, the adjacency of an
 * undirected graph with ones on the diagonal.
 *
 * csr       in   both directions
 * length    in   >= 0
 * progress  in   or NULL
 * closed    out  n counts; release with wr_counts_release; untouched on failure
 * Errors    WR_ENOMEM; WR_EINTERRUPT
 * Cost      length <= 2: O(n). 3 and 4: triangles and cycles of four, O(m sqrt(m)). Longer, with a
 * the half of length: for every eight vertices a steps over the edges in reach, at most O(a m), in
 * parallel, for the vertices that fewer than 2^64 walks of that half leave; for the others a steps
 * over the whole graph each. 136 n bytes per thread at most, and the counts.
 */
enum wr_status wr_closed_walks(const struct wr_csr *csr, int64_t length,
                               const struct wr_progress *progress, struct wr_counts *closed,
                               struct wr_error *err);

#endif
