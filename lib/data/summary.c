/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/summary.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/sort.h"
#include "data/components.h"

/* The distinct arcs, then the distinct edges; what is left is g. */
static enum wr_status count_edges(struct wr_summary *s, struct wr_pairs *pairs, struct wr_graph *g,
                                  struct wr_error *err)
{
    struct wr_graph arcs;
    free(pairs->weight); /* copies may disagree */
    pairs->weight = NULL;
    enum wr_status status = wr_graph_init(&arcs, pairs, true, err);
    if (status)
        return status;
    struct wr_pairs distinct = {.n = arcs.n, .count = arcs.m, .key = arcs.edge};
    arcs.edge = NULL;
    wr_graph_release(&arcs);
    int64_t count = distinct.count;
    status = wr_graph_init(g, &distinct, false, err);
    if (status)
        return status;
    s->edges = g->m;
    s->reciprocal = count - g->m;
    s->duplicates = s->lines - s->self_loops - s->edges;
    return WR_OK;
}

static enum wr_status count_degrees(struct wr_summary *s, const struct wr_graph *g,
                                    struct wr_error *err)
{
    if (g->n == 0)
        return WR_OK;
    uint64_t *degree = wr_calloc(g->n, sizeof *degree, err);
    if (!degree)
        return WR_ENOMEM;
    for (int64_t e = 0; e < g->m; e++) {
        degree[wr_edge_u(g->edge[e])]++;
        degree[wr_edge_v(g->edge[e])]++;
    }
    enum wr_status status = wr_sort_u64(degree, g->n, err);
    if (!status) {
        uint32_t low = (g->n - 1) / 2, high = g->n / 2; /* the middle one or two */
        while (s->isolated < g->n && degree[s->isolated] == 0)
            s->isolated++;
        s->degree_min = (int64_t)degree[0];
        s->degree_max = (int64_t)degree[g->n - 1];
        s->degree_median = ((double)degree[low] + (double)degree[high]) / 2;
        s->degree_mean = 2 * (double)g->m / g->n;
    }
    free(degree);
    return status;
}

static enum wr_status count_components(struct wr_summary *s, const struct wr_graph *g,
                                       struct wr_error *err)
{
    struct wr_components c;
    enum wr_status status = wr_components_init(&c, g, err);
    if (status)
        return status;
    uint32_t *size = wr_calloc(c.count, sizeof *size, err);
    if (!size) {
        status = WR_ENOMEM;
        goto out;
    }
    for (uint32_t u = 0; u < g->n; u++) {
        uint32_t vertices = ++size[c.label[u]];
        if (vertices > s->largest_component)
            s->largest_component = vertices;
    }
    s->components = c.count;
    free(size);
out:
    wr_components_release(&c);
    return status;
}

enum wr_status wr_summary_init(struct wr_summary *s, struct wr_pairs *pairs, struct wr_error *err)
{
    struct wr_summary made = {.n = pairs->n,
                              .lines = pairs->count + pairs->copies,
                              .self_loops =
                                  wr_count_loops(pairs->key, pairs->count) + pairs->copied_loops};
    struct wr_graph g = {0};
    enum wr_status status = count_edges(&made, pairs, &g, err);
    if (!status)
        status = count_degrees(&made, &g, err);
    if (!status)
        status = count_components(&made, &g, err);
    wr_graph_release(&g);
    if (!status)
        *s = made;
    return status;
}
