/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/sort.h"

void wr_pairs_release(struct wr_pairs *pairs)
{
    free(pairs->key);
    free(pairs->weight);
    *pairs = (struct wr_pairs){0};
}

enum wr_status wr_pairs_resize(struct wr_pairs *pairs, int64_t room, bool weighted,
                               struct wr_error *err)
{
    enum wr_status status = wr_grow(&pairs->key, room, sizeof *pairs->key, err);
    if (!status && weighted)
        status = wr_grow(&pairs->weight, room, sizeof *pairs->weight, err);
    return status;
}

enum { BLOCK = 1 << 18 }; /* pairs that a thread takes at a time */

static bool is_loop(uint64_t key)
{
    return wr_edge_u(key) == wr_edge_v(key);
}

int64_t wr_count_loops(const uint64_t *key, int64_t count)
{
    int64_t loops = 0;
    for (int64_t i = 0; i < count; i++)
        loops += is_loop(key[i]);
    return loops;
}

struct orientation {
    const struct wr_pairs *pairs;
    bool directed;
    uint64_t some; /* a pair that is no loop, as it was before the blocks write */
    double some_weight;
};

/* Orient pairs as the graph wants them. A loop becomes a copy of the edge before it, which
 * sorting removes: so nothing moves, and sorted pairs stay sorted. */
static void orient_block(void *context, int64_t begin, int64_t end)
{
    const struct orientation *o = context;
    uint64_t *key = o->pairs->key;
    double *weight = o->pairs->weight;
    uint64_t last = o->some;
    double last_weight = o->some_weight;
    for (int64_t i = begin; i < end; i++) {
        if (!is_loop(key[i])) {
            last = key[i];
            last_weight = weight ? weight[i] : 0;
        }
        key[i] = o->directed ? last : wr_edge(wr_edge_u(last), wr_edge_v(last));
        if (weight)
            weight[i] = last_weight;
    }
}

/* Returns the number of pairs that stand for edges: all, or none when all were loops. */
static int64_t orient(struct wr_pairs *pairs, bool directed)
{
    struct orientation o = {.pairs = pairs, .directed = directed};
    int64_t some = 0;
    while (some < pairs->count && is_loop(pairs->key[some]))
        some++;
    if (some == pairs->count)
        return 0;
    o.some = pairs->key[some];
    o.some_weight = pairs->weight ? pairs->weight[some] : 0;
    wr_blocks_run(pairs->count, BLOCK, orient_block, &o);
    return pairs->count;
}

/* Sort edges and weights together; copies must agree in weight, else *torn is the edge. *count
 * becomes the distinct. */
static enum wr_status sort_weighted(uint64_t *key, double *weight, int64_t *count, uint64_t *torn,
                                    struct wr_error *err)
{
    int64_t kept = 0;
    if (wr_sort_u64_with(key, weight, *count, err))
        return WR_ENOMEM;
    for (int64_t i = 0; i < *count; i++) {
        if (kept == 0 || key[kept - 1] != key[i]) {
            key[kept] = key[i];
            weight[kept++] = weight[i];
        } else if (weight[kept - 1] != weight[i]) {
            *torn = key[i];
            return wr_error_set(err, WR_EDATA, "edge %u %u is listed with weights %.17g and %.17g",
                                wr_edge_u(key[i]), wr_edge_v(key[i]), weight[kept - 1], weight[i]);
        }
    }
    *count = kept;
    return WR_OK;
}

/* For the edges begin .. end - 1: first[u] of every u that starts at one of them. */
static void index_block(void *context, int64_t begin, int64_t end)
{
    const struct wr_graph *g = context;
    int64_t row = begin > 0 ? (int64_t)wr_edge_u(g->edge[begin - 1]) + 1 : 0;
    for (int64_t e = begin; e < end; e++)
        while (row <= (int64_t)wr_edge_u(g->edge[e]))
            g->first[row++] = e;
}

static void index_rows(struct wr_graph *g)
{
    wr_blocks_run(g->m, BLOCK, index_block, g);
    int64_t row = g->m > 0 ? (int64_t)wr_edge_u(g->edge[g->m - 1]) + 1 : 0;
    while (row <= g->n)
        g->first[row++] = g->m;
}

enum wr_status wr_graph_init(struct wr_graph *g, struct wr_pairs *pairs, bool directed,
                             struct wr_error *err)
{
    struct wr_graph made = {.n = pairs->n, .directed = directed};
    enum wr_status status;
    uint64_t torn = 0;
    int64_t m = orient(pairs, directed);
    if (pairs->weight)
        status = sort_weighted(pairs->key, pairs->weight, &m, &torn, err);
    else
        status = wr_sort_unique_u64(pairs->key, &m, err);
    if (status)
        goto out;
    made.first = wr_alloc((int64_t)made.n + 1, sizeof *made.first, NULL);
    if (!made.first) { /* ids may be far apart: the number says so */
        status =
            wr_error_set(err, WR_ENOMEM, "out of memory for %u vertices, numbered from 0", made.n);
        goto out;
    }
    /* shrinking cannot fail in a way that matters: the longer array serves as well */
    (void)wr_grow(&pairs->key, m, sizeof *pairs->key, NULL);
    if (pairs->weight)
        (void)wr_grow(&pairs->weight, m, sizeof *pairs->weight, NULL);
    made.m = m;
    made.edge = pairs->key;
    made.weight = pairs->weight;
    pairs->key = NULL;
    pairs->weight = NULL;
    index_rows(&made);
    *g = made;
out:
    wr_pairs_release(pairs);
    pairs->torn = torn;
    return status;
}

enum wr_status wr_graph_from_edges(struct wr_graph *g, uint32_t n, const uint64_t *edges,
                                   int64_t count, bool directed, struct wr_error *err)
{
    struct wr_pairs pairs = {.n = n, .count = count};
    pairs.key = wr_alloc(count, sizeof *pairs.key, err);
    if (!pairs.key)
        return WR_ENOMEM;
    if (count > 0)
        memcpy(pairs.key, edges, (size_t)count * sizeof *edges);
    return wr_graph_init(g, &pairs, directed, err);
}

void wr_graph_release(struct wr_graph *g)
{
    free(g->edge);
    free(g->weight);
    free(g->first);
    *g = (struct wr_graph){0};
}

int64_t wr_graph_find(const struct wr_graph *g, uint64_t e)
{
    uint32_t u = wr_edge_u(e);
    if (u >= g->n)
        return -1;
    int64_t low = g->first[u], high = g->first[u + 1];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (g->edge[middle] < e)
            low = middle + 1;
        else
            high = middle;
    }
    return low < g->first[u + 1] && g->edge[low] == e ? low : -1;
}
