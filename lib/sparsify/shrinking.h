/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_SHRINKING_H
#define WR_SPARSIFY_SHRINKING_H

#include <stdint.h>

#include "base/error.h"
#include "data/csr.h"
#include "data/graph.h"

/* The edge of an adjacency entry whose edge has been removed. */
#define WR_DEAD UINT32_MAX

/*
 * The adjacency of an undirected graph that loses its edges one by one. Row u is the entries
 * row[u] .. row[u] + length[u] - 1: neighbours ascending, with the number of the edge that leads
 * there. Dead entries stay until they are a quarter of their row, so that a removal costs
 * O(log degree) amortised. Owned by the caller; release with wr_shrinking_release.
 */
struct wr_shrinking {
    uint32_t n;
    int64_t *row;     /* n + 1 */
    uint32_t *length; /* n: entries, dead ones included */
    uint32_t *degree; /* n: entries alive */
    uint32_t *col;    /* 2 m */
    uint32_t *edge;   /* 2 m: position in the list of edges, or WR_DEAD */
    uint32_t *mark;   /* n: scratch, all WR_DEAD between calls */
};

/*
 * wr_shrinking_init - the graph of n vertices and m edges.
 *
 * edge    in   m different edges (u, v), u != v, in the order that numbers them
 * Errors  WR_ENOMEM; s is untouched then
 * Cost    O(n + m) time; 20 bytes per vertex and 16 per edge (twice that until it returns)
 */
enum wr_status wr_shrinking_init(struct wr_shrinking *s, uint32_t n, const uint64_t *edge,
                                 int64_t m, struct wr_error *err);
void wr_shrinking_release(struct wr_shrinking *s);

/* The adjacency as others want it: a view into s, which must not have lost an edge yet. */
static inline struct wr_csr wr_shrinking_csr(const struct wr_shrinking *s)
{
    return (struct wr_csr){.n = s->n, .row = s->row, .col = s->col};
}

/* Remove the edge {u, v}, which is there. */
void wr_shrinking_remove(struct wr_shrinking *s, uint32_t u, uint32_t v);

/* A common neighbour of two vertices, with the edges that lead to it. */
struct wr_common {
    uint32_t vertex;
    uint32_t edge_u;
    uint32_t edge_v;
};

/*
 * wr_shrinking_common - the common neighbours of u and v, ascending.
 *
 * common  out  room for min(degree u, degree v) + 1 entries; the number found is returned
 * Cost    O(d + D) or O(d log(1 + D / d)) for degrees d <= D
 */
int64_t wr_shrinking_common(struct wr_shrinking *s, uint32_t u, uint32_t v,
                            struct wr_common *common);

/* The first `most` of them, the sooner the fewer. */
int64_t wr_shrinking_first_common(const struct wr_shrinking *s, uint32_t u, uint32_t v,
                                  int64_t most, struct wr_common *common);

#endif
