/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_GRAPH_H
#define WR_DATA_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* An edge {u, v}, or an arc u -> v, is one 64-bit word: u in the high half, v in the low. An
 * undirected edge has u < v. Words compare as pairs do. */

static inline uint64_t wr_arc(uint32_t u, uint32_t v)
{
    return (uint64_t)u << 32 | v;
}

static inline uint64_t wr_edge(uint32_t u, uint32_t v)
{
    return u < v ? wr_arc(u, v) : wr_arc(v, u);
}

static inline uint32_t wr_edge_u(uint64_t e)
{
    return (uint32_t)(e >> 32);
}

static inline uint32_t wr_edge_v(uint64_t e)
{
    return (uint32_t)e;
}

/* The largest vertex id; n = id + 1 still fits 32 bits. */
#define WR_MAX_VERTEX (UINT32_MAX - 1)

/*
 * The pairs of a graph file as they are written: both directions, repeated lines and self-loops
 * are still there. Owned by the caller; release with wr_pairs_release.
 */
struct wr_pairs {
    uint32_t n;     /* vertices: the largest of max id + 1 and what the file or caller says */
    int64_t count;  /* pairs: a line each, but for copies that a reader was told to leave out */
    uint64_t *key;  /* count packed pairs (u, v); in file order, ascending without copies */
    double *weight; /* count weights, or NULL */
    int64_t copies; /* lines that repeat a pair as it is written and were left out */
    int64_t copied_loops; /* how many of them are self-loops */
    uint64_t torn;        /* where wr_graph_init found copies with different weights: the edge */
};

void wr_pairs_release(struct wr_pairs *pairs);

/* Make the arrays that long, for a reader that fills them: key, and weight too if it is weighted.
 * Errors: WR_ENOMEM. */
enum wr_status wr_pairs_resize(struct wr_pairs *pairs, int64_t room, bool weighted,
                               struct wr_error *err);

/* How many of count packed pairs are (u, u). */
int64_t wr_count_loops(const uint64_t *key, int64_t count);

/*
 * A simple graph: n vertices, m distinct edges sorted ascending, no self-loops. An edge's id is
 * its position. Immutable once made.
 */
struct wr_graph {
    uint32_t n;
    bool directed; /* words are arcs u -> v, else edges u < v */
    int64_t m;
    uint64_t *edge; /* m words, ascending */
    double *weight; /* m positive weights, or NULL: all 1 */
    int64_t *first; /* n + 1: the edges whose first endpoint is u are first[u] .. first[u+1]-1 */
};

/*
 * wr_graph_init - make the simple graph of a list of pairs.
 *
 * g         out     release with wr_graph_release; untouched on failure
 * pairs     in/out  consumed: its arrays become g's or are freed, also on failure; all but `torn'
 *                   is 0 then
 * directed  in      false: (u, v) and (v, u) are one edge
 * Errors    WR_EDATA when copies of an edge have different weights; WR_ENOMEM
 * Cost      O(count) time with all threads; peak memory 16 bytes per pair, 32 with weights
 */
enum wr_status wr_graph_init(struct wr_graph *g, struct wr_pairs *pairs, bool directed,
                             struct wr_error *err);

/* The graph of m edges given as words in any order, for generators and tests: copied. */
enum wr_status wr_graph_from_edges(struct wr_graph *g, uint32_t n, const uint64_t *edges,
                                   int64_t count, bool directed, struct wr_error *err);

void wr_graph_release(struct wr_graph *g);

/* The id of edge (or arc) e, in the word form of g; -1 when there is none. O(log degree). */
int64_t wr_graph_find(const struct wr_graph *g, uint64_t e);

/* The word by which g knows the pair (u, v): wr_edge or wr_arc. */
static inline uint64_t wr_graph_word(const struct wr_graph *g, uint32_t u, uint32_t v)
{
    return g->directed ? wr_arc(u, v) : wr_edge(u, v);
}

#endif
