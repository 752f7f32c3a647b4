/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_EDGESET_H
#define WR_DATA_EDGESET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/graph.h"

/* A set of edges of a graph, a bit each. The graph must outlive it. */
struct wr_edgeset {
    const struct wr_graph *graph;
    uint64_t *bits; /* m bits */
    int64_t count;  /* edges in the set */
};

/* The empty set; release with wr_edgeset_release. Errors: WR_ENOMEM. */
enum wr_status wr_edgeset_init(struct wr_edgeset *set, const struct wr_graph *g,
                               struct wr_error *err);
void wr_edgeset_release(struct wr_edgeset *set);

/* Add edge id; false when it was there already. */
bool wr_edgeset_add(struct wr_edgeset *set, int64_t id);

static inline bool wr_edgeset_has(const struct wr_edgeset *set, int64_t id)
{
    return set->bits[id >> 6] >> (id & 63) & 1;
}

/* Whether the pair (u, v) of an input line is in the set; self-loops and pairs that are no edge
 * of the graph never are. */
static inline bool wr_edgeset_has_pair(const struct wr_edgeset *set, uint32_t u, uint32_t v)
{
    int64_t id = u == v ? -1 : wr_graph_find(set->graph, wr_graph_word(set->graph, u, v));
    return id >= 0 && wr_edgeset_has(set, id);
}

/* The same for many pairs, several times faster: bit i of lacks, in words of 64, says that
 * pairs[i], a packed (u, v), is not in the set. */
void wr_edgeset_lacks(const struct wr_edgeset *set, const uint64_t *pairs, int64_t count,
                      uint64_t *lacks);

/* The set of the first `count` edges of a removal order (words of g, each an edge of g). */
enum wr_status wr_edgeset_from_order(struct wr_edgeset *set, const struct wr_graph *g,
                                     const uint64_t *order, int64_t count, struct wr_error *err);

/* The graph without the edges of the set; weights follow. Errors: WR_ENOMEM; rest is untouched. */
enum wr_status wr_edgeset_rest(struct wr_graph *rest, const struct wr_edgeset *removed,
                               struct wr_error *err);

#endif
