/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_CSR_H
#define WR_DATA_CSR_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/*
 * Adjacency in compressed sparse rows: the neighbours of u are col[row[u]] .. col[row[u+1]-1],
 * ascending. Of an undirected graph both directions are there (2 m entries).
 */
struct wr_csr {
    uint32_t n;
    int64_t *row;  /* n + 1 */
    uint32_t *col; /* row[n] */
    int64_t *id;   /* row[n] edge ids in the graph, or NULL */
};

enum wr_csr_side {
    WR_CSR_BOTH, /* undirected: every neighbour */
    WR_CSR_OUT,  /* directed: heads of the arcs that leave u */
    WR_CSR_IN    /* directed: tails of the arcs that enter u */
};

/*
 * wr_csr_init - adjacency of g; release with wr_csr_release.
 *
 * side    in   WR_CSR_BOTH for an undirected graph, OUT or IN for a directed one
 * ids     in   whether to fill id
 * Errors  WR_ENOMEM; csr is untouched then
 * Cost    O(n + m) time with all threads; 8 bytes per vertex, 4 per entry, 12 per entry with ids,
 *         and while it works, unless side is OUT, 8 per vertex and 8 (with ids 16) per edge
 */
enum wr_status wr_csr_init(struct wr_csr *csr, const struct wr_graph *g, enum wr_csr_side side,
                           bool ids, struct wr_error *err);

void wr_csr_release(struct wr_csr *csr);

static inline int64_t wr_csr_degree(const struct wr_csr *csr, uint32_t u)
{
    return csr->row[u + 1] - csr->row[u];
}

#endif
