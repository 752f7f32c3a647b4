/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_CYCLES_H
#define WR_LINALG_CYCLES_H

#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"

/*
 * Cycles of three and of four vertices through every vertex of an undirected graph.
 *
 * csr     in   both directions
 * count   out  n counts; the caller allocates
 * Errors  WR_ENOMEM
 * Cost    O(m sqrt(m)) time, in parallel; 28 n + 8 m bytes, and 9 n or 12 n more per thread
 */

/* Source: M. Latapy, "Main-memory triangle computations for very large (sparse (power-law))
 * graphs", TCS 407 (2008): the forward algorithm. */
enum wr_status wr_triangles(const struct wr_csr *csr, uint64_t *count, struct wr_error *err);

/* Source: N. Chiba, T. Nishizeki, "Arboricity and subgraph listing algorithms", SIAM J. Comput. 14
 * (1985), without deletions. The counts wrap around at 2^64, which takes a degree of 2^21. */
enum wr_status wr_four_cycles(const struct wr_csr *csr, uint64_t *count, struct wr_error *err);

#endif
