/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_LINALG_TRIANGLES_H
#define WR_LINALG_TRIANGLES_H

#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"

/*
 * wr_triangles - triangles at every vertex of an undirected graph.
 *
 * csr       in   both directions
 * triangle  out  n counts; the caller allocates
 * Errors    WR_ENOMEM
 * Cost      O(m sqrt(m)) time, in parallel; 8 n + 4 m bytes, and 9 n more per thread
 * Source    M. Latapy, "Main-memory triangle computations for very large (sparse (power-law))
 *           graphs", TCS 407 (2008): the forward algorithm
 */
enum wr_status wr_triangles(const struct wr_csr *csr, uint64_t *triangle, struct wr_error *err);

#endif
