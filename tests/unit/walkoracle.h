/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_WALKORACLE_H
#define TESTS_WALKORACLE_H

#include "unit.h"

#include <gmp.h>

#include "base/rng.h"
#include "data/counts.h"
#include "data/csr.h"
#include "data/graph.h"

/* Walk counts the plainest way: a dense matrix with ones on the diagonal, times vectors of GMP
 * integers; and random small graphs to count on. */

enum { ORACLE_N = 24 };

struct walk_oracle {
    uint32_t n;
    bool a[ORACLE_N][ORACLE_N];
    mpz_t x[ORACLE_N], y[ORACLE_N];
};

static inline void oracle_init(struct walk_oracle *o, const struct wr_graph *g)
{
    ck_assert_uint_le(g->n, ORACLE_N);
    *o = (struct walk_oracle){.n = g->n};
    for (uint32_t v = 0; v < ORACLE_N; v++) {
        o->a[v][v] = true;
        mpz_inits(o->x[v], o->y[v], NULL);
    }
    for (int64_t e = 0; e < g->m; e++) {
        uint32_t u = wr_edge_u(g->edge[e]), v = wr_edge_v(g->edge[e]);
        o->a[u][v] = o->a[v][u] = true;
    }
}

static inline void oracle_release(struct walk_oracle *o)
{
    for (uint32_t v = 0; v < ORACLE_N; v++)
        mpz_clears(o->x[v], o->y[v], NULL);
}

/* x = A^k times the 0/1 vector of a set. */
static inline void oracle_walks(struct walk_oracle *o, const bool *set, int64_t k)
{
    for (uint32_t v = 0; v < o->n; v++)
        mpz_set_ui(o->x[v], set[v]);
    for (int64_t step = 0; step < k; step++) {
        for (uint32_t v = 0; v < o->n; v++) {
            mpz_set_ui(o->y[v], 0);
            for (uint32_t u = 0; u < o->n; u++)
                if (o->a[v][u])
                    mpz_add(o->y[v], o->y[v], o->x[u]);
        }
        for (uint32_t v = 0; v < o->n; v++)
            mpz_swap(o->x[v], o->y[v]);
    }
}

/* The boundary of inside, by looking at every pair; its size. */
static inline uint32_t oracle_boundary(const struct walk_oracle *o, const bool *inside,
                                       bool *boundary)
{
    uint32_t size = 0;
    for (uint32_t v = 0; v < o->n; v++) {
        boundary[v] = false;
        for (uint32_t u = 0; u < o->n; u++)
            boundary[v] = boundary[v] || (o->a[v][u] && inside[v] != inside[u]);
        size += boundary[v];
    }
    return size;
}

/* The walk index of inside for a target, or for graph prediction when the target is n or more;
 * the boundary's size. */
static inline uint32_t oracle_index(struct walk_oracle *o, const bool *inside, int64_t k,
                                    uint32_t target, mpz_t index)
{
    bool boundary[ORACLE_N];
    uint32_t size = oracle_boundary(o, inside, boundary);
    oracle_walks(o, boundary, k);
    mpz_set_ui(index, 0);
    for (uint32_t v = 0; v < o->n; v++)
        if (v == target || target >= o->n)
            mpz_add(index, index, o->x[v]);
    return size;
}

/* Number i of counts is want. */
static inline void ck_count(const struct wr_counts *counts, int64_t i, const mpz_t want)
{
    mpz_t got;
    mpz_init(got);
    mpz_import(got, (size_t)counts->limbs, -1, sizeof(uint64_t), 0, 0, wr_counts_at(counts, i));
    ck_assert_msg(mpz_cmp(got, want) == 0, "number %lld is not as expected", (long long)i);
    mpz_clear(got);
}

/* A graph of n vertices in which every pair is an edge with the given probability. */
static inline void random_graph(struct wr_graph *g, struct wr_rng *rng, uint32_t n,
                                double probability)
{
    uint64_t edges[ORACLE_N * ORACLE_N];
    int64_t m = 0;
    struct wr_error err = {0};
    for (uint32_t u = 0; u < n; u++)
        for (uint32_t v = u + 1; v < n; v++)
            if (wr_rng_uniform(rng) < probability)
                edges[m++] = wr_edge(u, v);
    ck_ok(wr_graph_from_edges(g, n, edges, m, false, &err), err);
}

static inline void graph_and_csr(struct wr_graph *g, struct wr_csr *csr, struct wr_rng *rng,
                                 uint32_t n, double probability)
{
    struct wr_error err = {0};
    random_graph(g, rng, n, probability);
    ck_ok(wr_csr_init(csr, g, WR_CSR_BOTH, false, &err), err);
}

#endif
