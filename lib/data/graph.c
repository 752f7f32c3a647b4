/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/sort.h"

void wr_pairs_release(struct wr_pairs *pairs)
{
    free(pairs->key);
    free(pairs->weight);
    *pairs = (struct wr_pairs){0};
}

/* Orient every pair as the graph wants it and drop self-loops; the number that remain. */
static int64_t orient(uint64_t *key, double *weight, int64_t count, bool directed)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        uint32_t u = wr_edge_u(key[i]), v = wr_edge_v(key[i]);
        if (u == v)
            continue;
        key[kept] = directed ? key[i] : wr_edge(u, v);
        if (weight)
            weight[kept] = weight[i];
        kept++;
    }
    return kept;
}

struct weighted_edge {
    uint64_t edge;
    double weight;
};

static int compare_edges(const void *a, const void *b)
{
    const struct weighted_edge *x = a, *y = b;
    return (x->edge > y->edge) - (x->edge < y->edge);
}

/* Sort edges and weights together; copies must agree in weight. *count becomes the distinct. */
static enum wr_status sort_weighted(uint64_t *key, double *weight, int64_t *count,
                                    struct wr_error *err)
{
    struct weighted_edge *list = wr_alloc(*count, sizeof *list, err);
    if (!list)
        return WR_ENOMEM;
    enum wr_status status = WR_OK;
    for (int64_t i = 0; i < *count; i++)
        list[i] = (struct weighted_edge){key[i], weight[i]};
    qsort(list, (size_t)*count, sizeof *list, compare_edges);
    int64_t kept = 0;
    for (int64_t i = 0; i < *count; i++) {
        if (kept > 0 && key[kept - 1] == list[i].edge) {
            if (weight[kept - 1] != list[i].weight) {
                status = wr_error_set(err, WR_EDATA, "edge %u %u is listed with weights %g and %g",
                                      wr_edge_u(list[i].edge), wr_edge_v(list[i].edge),
                                      weight[kept - 1], list[i].weight);
                goto out;
            }
            continue;
        }
        key[kept] = list[i].edge;
        weight[kept++] = list[i].weight;
    }
    *count = kept;
out:
    free(list);
    return status;
}

/* first[u]: position of the first edge whose first endpoint is u or more. */
static void index_rows(const uint64_t *edge, int64_t m, uint32_t n, int64_t *first)
{
    int64_t i = 0;
    for (uint32_t u = 0; u < n; u++) {
        first[u] = i;
        while (i < m && wr_edge_u(edge[i]) == u)
            i++;
    }
    first[n] = m;
}

enum wr_status wr_graph_init(struct wr_graph *g, struct wr_pairs *pairs, bool directed,
                             struct wr_error *err)
{
    struct wr_graph made = {.n = pairs->n, .directed = directed};
    enum wr_status status;
    int64_t m = orient(pairs->key, pairs->weight, pairs->count, directed);
    if (pairs->weight)
        status = sort_weighted(pairs->key, pairs->weight, &m, err);
    else if (!(status = wr_sort_u64(pairs->key, m, err)))
        m = wr_unique_u64(pairs->key, m);
    if (status)
        goto out;
    made.first = wr_alloc((int64_t)made.n + 1, sizeof *made.first, err);
    if (!made.first) {
        status = WR_ENOMEM;
        goto out;
    }
    /* shrinking cannot fail in a way that matters: the longer array serves as well */
    (void)wr_grow(&pairs->key, m, sizeof *pairs->key, NULL);
    made.m = m;
    made.edge = pairs->key;
    made.weight = pairs->weight;
    pairs->key = NULL;
    pairs->weight = NULL;
    index_rows(made.edge, m, made.n, made.first);
    *g = made;
out:
    wr_pairs_release(pairs);
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
