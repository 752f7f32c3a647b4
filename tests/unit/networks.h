/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_NETWORKS_H
#define TESTS_NETWORKS_H

#include "unit.h"

#include "base/rng.h"
#include "data/graph.h"

/* Weighted graphs for the tests of what is computed from Laplacians. */

/* A graph with weights, or without when weight is NULL. */
static inline void make_network(struct wr_graph *g, uint32_t n, const uint64_t *edges,
                                const double *weight, int64_t m)
{
    struct wr_error err = {0};
    size_t size = (size_t)m * 8 + 8;
    struct wr_pairs pairs = {.n = n, .count = m, .key = malloc(size)};
    if (m > 0)
        memcpy(pairs.key, edges, (size_t)m * 8);
    if (weight) {
        pairs.weight = malloc(size);
        memcpy(pairs.weight, weight, (size_t)m * 8);
    }
    ck_ok(wr_graph_init(g, &pairs, false, &err), err);
}

/* Distinct random edges, about m of them; m distinct words go to edges. */
static inline int64_t random_edges(struct wr_rng *rng, uint32_t n, int64_t m, uint64_t *edges)
{
    int64_t count = 0;
    for (int64_t tries = 0; tries < m; tries++) {
        uint32_t u = (uint32_t)wr_rng_below(rng, n), v = (uint32_t)wr_rng_below(rng, n);
        uint64_t edge = wr_edge(u, v);
        bool fresh = u != v;
        for (int64_t i = 0; i < count; i++)
            fresh = fresh && edges[i] != edge;
        if (fresh)
            edges[count++] = edge;
    }
    return count;
}

/* A rows x columns grid. */
static inline void make_grid(struct wr_graph *g, uint32_t rows, uint32_t columns)
{
    uint64_t *edges = malloc(2 * (size_t)rows * columns * 8);
    int64_t m = 0;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < columns; j++) {
            uint32_t u = i * columns + j;
            if (j + 1 < columns)
                edges[m++] = wr_edge(u, u + 1);
            if (i + 1 < rows)
                edges[m++] = wr_edge(u, u + columns);
        }
    make_network(g, rows * columns, edges, NULL, m);
    free(edges);
}

#endif
