/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_GNN_ADJACENCY_H
#define WR_GNN_ADJACENCY_H

#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"
#include "linalg/spmm.h"

/* The matrix by which a layer sums over neighbours; A is the adjacency matrix, D its row sums. */
enum wr_adjacency_kind {
    WR_ADJACENCY_NONE,   /* no entries */
    WR_ADJACENCY_GCN,    /* (D+I)^-1/2 (A+I) (D+I)^-1/2 */
    WR_ADJACENCY_SUM,    /* A */
    WR_ADJACENCY_MEAN,   /* D^-1 A, zero rows of isolated vertices */
    WR_ADJACENCY_CLOSED, /* A+I */
};

struct wr_edge_weights;

/*
 * An n x n matrix with the pattern of an undirected graph, and its transpose, which has the same
 * pattern. The arrays are the adjacency's own.
 */
struct wr_adjacency {
    struct wr_sparse matrix, transpose; /* views of the arrays below */
    int64_t *row;                       /* n + 1 */
    uint32_t *col;                      /* row[n], ascending in a row */
    wr_real *value;                     /* row[n], or NULL: all 1 */
    wr_real *transposed;                /* of MEAN; the others are symmetric */
    int64_t *reverse;                   /* row[n]: entry (j, i) for each entry (i, j) */
    struct wr_edge_weights *weights;    /* NULL: none. Else its owner's, as are the values of matrix
                                           and transpose, see edge_weights.h */
};

/*
 * wr_adjacency_init - a matrix of the graph; release with wr_adjacency_release.
 *
 * a       out  untouched on failure
 * g       in   undirected
 * n       in   vertices, at least g->n: those beyond are isolated
 * Errors  WR_ENOMEM
 * Cost    O(n + m)
 */
enum wr_status wr_adjacency_init(struct wr_adjacency *a, const struct wr_graph *g, int64_t n,
                                 enum wr_adjacency_kind kind, struct wr_error *err);

void wr_adjacency_release(struct wr_adjacency *a);

/* The entries (u, v) with u < v, one for each edge, in the order of the edges as words. Without
 * `entry' only their number. */
int64_t wr_adjacency_edges(const struct wr_adjacency *a, int64_t *entry);

/* Room for n rows and so many entries of a matrix like `all`, for wr_adjacency_choose. Errors:
 * WR_ENOMEM; release a also then. */
enum wr_status wr_adjacency_room(struct wr_adjacency *a, const struct wr_adjacency *all, int64_t n,
                                 int64_t entries, struct wr_error *err);

/* The rows vertex[0], ..., vertex[n-1] of `all`, whose neighbours are among them: vertex v becomes
 * row and column local[v]. */
void wr_adjacency_choose(struct wr_adjacency *a, const struct wr_adjacency *all,
                         const uint32_t *vertex, int64_t n, const uint32_t *local);

#endif
