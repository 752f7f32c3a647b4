/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_EDGE_WALKS_H
#define WR_SPARSIFY_EDGE_WALKS_H

#include <stdint.h>

#include "base/error.h"
#include "sparsify/changes.h"
#include "sparsify/shrinking.h"

/*
 * Walks around one edge e = {u, v}. A is the adjacency matrix with ones on the diagonal, A' the
 * same without e. For the vertices t of a ball around e, nearest first:
 *
 *     p'_j(t) = (A'^j)_tu    walks of j steps from t to u that never cross e
 *     q'_j(t) = (A'^j)_tv    the same to v
 *
 * and for both ends also the walks that may cross e. One struct serves many edges, one after
 * another.
 */
enum { WR_MAX_DEPTH = 127 }; /* at an end of an edge alone 2^126 closed walks of 127 steps begin */

struct wr_edge_walks {
    const struct wr_shrinking *graph; /* not owned */
    int steps;                        /* j is at most this */
    uint32_t u, v;
    int64_t *end;     /* steps + 1: the first end[d] vertices are those within d of u or v */
    uint32_t *vertex; /* n: vertices of the ball; u, v first */
    uint32_t *place;  /* n: position in vertex, or WR_OUTSIDE */
    struct wr_walk_pair *walk;     /* n x (steps + 1), by place in the ball */
    int64_t size;                  /* vertices in the ball */
    wr_walkcount uu[WR_MAX_DEPTH]; /* j: (A^j)_uu */
    wr_walkcount uv[WR_MAX_DEPTH]; /* j: (A^j)_uv */
    wr_walkcount vv[WR_MAX_DEPTH]; /* j: (A^j)_vv */
};

/* Walks to u and walks to v. */
struct wr_walk_pair {
    wr_walkcount p;
    wr_walkcount q;
};

#define WR_OUTSIDE UINT32_MAX

/* steps < WR_MAX_DEPTH. Memory 8 n + 32 n (steps + 1) bytes; release with wr_edge_walks_release.
 * Errors: WR_ENOMEM. */
enum wr_status wr_edge_walks_init(struct wr_edge_walks *w, const struct wr_shrinking *graph,
                                  int steps, struct wr_error *err);
void wr_edge_walks_release(struct wr_edge_walks *w);

/*
 * wr_edge_walks_find - the walks around edge number e = {u, v}.
 *
 * radius  in   of the ball, at most steps
 * Cost    O(steps x edges at the ball of radius - 1) when radius = steps, else at that of radius
 *
 * With radius = steps all of p'_j(t) and q'_j(t) are exact; with (steps - 1) / 2 <= radius < steps
 * those with j + (distance of t from e) <= steps, the only ones that a walk of steps + 1 edges from
 * t to t through e can use.
 */
void wr_edge_walks_find(struct wr_edge_walks *w, uint32_t e, uint32_t u, uint32_t v, int radius);

/* p'_j and q'_j of the i-th vertex of the ball. */
static inline struct wr_walk_pair wr_edge_walks_at(const struct wr_edge_walks *w, int64_t i, int j)
{
    return w->walk[i * (w->steps + 1) + j];
}

/* (A^j)_tu and (A^j)_tv, that is, with walks that may cross e, of the i-th vertex t of the ball.
 * Exact where p'_j and q'_j are. O(j). */
struct wr_walk_pair wr_edge_walks_crossing(const struct wr_edge_walks *w, int64_t i, int j);

/* Walks that the removal of e destroys: those of `steps` steps that start at the i-th vertex of the
 * ball and cross e, by the first time they do, and end at the target-th vertex, or anywhere. total:
 * (steps or more) x n, row j is h_j = A^j 1. */
wr_walkcount wr_edge_walks_lost(const struct wr_edge_walks *w, int64_t i, int64_t target,
                                int steps);
wr_walkcount wr_edge_walks_lost_anywhere(const struct wr_edge_walks *w, int64_t i,
                                         const wr_walkcount *total, int steps);

#endif
