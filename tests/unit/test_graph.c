/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/rng.h"
#include "data/csr.h"
#include "data/edgeset.h"
#include "data/graph.h"

/* A triangle with a tail, written with copies, both directions and loops. */
static const uint64_t messy[] = {
    UINT64_C(2) << 32 | 0, UINT64_C(0) << 32 | 1, UINT64_C(1) << 32 | 0, UINT64_C(3) << 32 | 3,
    UINT64_C(1) << 32 | 2, UINT64_C(1) << 32 | 2, UINT64_C(2) << 32 | 4,
};

START_TEST(copies_merge_and_loops_vanish)
{
    struct wr_graph g;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 6, messy, 7, false, &err), err);
    ck_assert_int_eq(g.m, 4);
    ck_assert_uint_eq(g.edge[0], wr_arc(0, 1));
    ck_assert_uint_eq(g.edge[1], wr_arc(0, 2));
    ck_assert_uint_eq(g.edge[2], wr_arc(1, 2));
    ck_assert_uint_eq(g.edge[3], wr_arc(2, 4));
    const int64_t first[] = {0, 2, 3, 4, 4, 4, 4};
    ck_assert_mem_eq(g.first, first, sizeof first);
    ck_assert_int_eq(wr_graph_find(&g, wr_edge(4, 2)), 3);
    ck_assert_int_eq(wr_graph_find(&g, wr_edge(4, 3)), -1);
    ck_assert_int_eq(wr_graph_find(&g, wr_edge(70, 80)), -1);
    wr_graph_release(&g);
}
END_TEST

START_TEST(arcs_keep_their_direction)
{
    struct wr_graph g;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 6, messy, 7, true, &err), err);
    ck_assert_int_eq(g.m, 5);
    ck_assert_int_ge(wr_graph_find(&g, wr_arc(0, 1)), 0);
    ck_assert_int_ge(wr_graph_find(&g, wr_arc(1, 0)), 0);
    ck_assert_int_eq(wr_graph_find(&g, wr_arc(4, 2)), -1);
    struct wr_csr in, out;
    ck_ok(wr_csr_init(&in, &g, WR_CSR_IN, true, &err), err);
    ck_ok(wr_csr_init(&out, &g, WR_CSR_OUT, false, &err), err);
    ck_assert_int_eq(wr_csr_degree(&in, 2), 1);
    ck_assert_int_eq(wr_csr_degree(&out, 2), 2);
    ck_assert_uint_eq(in.col[in.row[2]], 1);
    ck_assert_uint_eq(g.edge[in.id[in.row[2]]], wr_arc(1, 2));
    wr_csr_release(&in);
    wr_csr_release(&out);
    wr_graph_release(&g);
}
END_TEST

START_TEST(adjacency_is_sorted_and_symmetric)
{
    struct wr_graph g;
    struct wr_csr csr;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 6, messy, 7, false, &err), err);
    ck_ok(wr_csr_init(&csr, &g, WR_CSR_BOTH, true, &err), err);
    const int64_t row[] = {0, 2, 4, 7, 7, 8, 8};
    const uint32_t col[] = {1, 2, 0, 2, 0, 1, 4, 2};
    const int64_t id[] = {0, 1, 0, 2, 1, 2, 3, 3};
    ck_assert_mem_eq(csr.row, row, sizeof row);
    ck_assert_mem_eq(csr.col, col, sizeof col);
    ck_assert_mem_eq(csr.id, id, sizeof id);
    wr_csr_release(&csr);
    wr_graph_release(&g);
}
END_TEST

START_TEST(empty_graph)
{
    struct wr_graph g;
    struct wr_csr csr;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 0, NULL, 0, false, &err), err);
    ck_ok(wr_csr_init(&csr, &g, WR_CSR_BOTH, true, &err), err);
    ck_assert_int_eq(g.m, 0);
    ck_assert_int_eq(csr.row[0], 0);
    wr_csr_release(&csr);
    wr_graph_release(&g);
}
END_TEST

static enum wr_status weighted(struct wr_graph *g, double second, struct wr_error *err)
{
    struct wr_pairs pairs = {.n = 3, .count = 3};
    pairs.key = wr_alloc(3, sizeof *pairs.key, err);
    pairs.weight = wr_alloc(3, sizeof *pairs.weight, err);
    const uint64_t key[] = {wr_arc(2, 1), wr_arc(0, 1), wr_arc(1, 2)};
    const double weight[] = {2.5, 1, second};
    memcpy(pairs.key, key, sizeof key);
    memcpy(pairs.weight, weight, sizeof weight);
    return wr_graph_init(g, &pairs, false, err);
}

START_TEST(weights_follow_their_edges)
{
    struct wr_graph g;
    struct wr_error err = {0};
    ck_ok(weighted(&g, 2.5, &err), err);
    ck_assert_int_eq(g.m, 2);
    ck_assert_double_eq(g.weight[0], 1);
    ck_assert_double_eq(g.weight[1], 2.5);
    wr_graph_release(&g);
    ck_assert_int_eq(weighted(&g, 3, &err), WR_EDATA);
    ck_assert_str_eq(err.message, "edge 1 2 is listed with weights 2.5 and 3");
}
END_TEST

START_TEST(edgeset_from_an_order)
{
    struct wr_graph g;
    struct wr_edgeset set;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 6, messy, 7, false, &err), err);
    const uint64_t order[] = {wr_edge(1, 2), wr_edge(0, 1), wr_edge(2, 4)};
    ck_ok(wr_edgeset_from_order(&set, &g, order, 2, &err), err);
    ck_assert_int_eq(set.count, 2);
    ck_assert(wr_edgeset_has_pair(&set, 2, 1));
    ck_assert(wr_edgeset_has_pair(&set, 1, 0));
    ck_assert(!wr_edgeset_has_pair(&set, 4, 2));
    ck_assert(!wr_edgeset_has_pair(&set, 3, 3));
    ck_assert(!wr_edgeset_has_pair(&set, 99, 3));
    struct wr_graph rest;
    ck_ok(wr_edgeset_rest(&rest, &set, &err), err);
    ck_assert_int_eq(rest.m, 2);
    ck_assert_uint_eq(rest.n, 6);
    ck_assert_uint_eq(rest.edge[0], wr_edge(0, 2));
    ck_assert_uint_eq(rest.edge[1], wr_edge(2, 4));
    wr_graph_release(&rest);
    ck_assert(!wr_edgeset_add(&set, 0));
    ck_assert(wr_edgeset_add(&set, 3));
    wr_edgeset_release(&set);
    wr_graph_release(&g);
}
END_TEST

/* --- large graphs against the plainest construction ---------------------------------------- */

struct large {
    uint32_t n;
    int64_t count;
    uint64_t *pairs;
    double *weight; /* the same for all copies of an edge */
};

static struct large random_pairs(uint64_t stream, uint32_t n, int64_t count)
{
    struct wr_rng rng;
    struct large l = {n, count, malloc(8 * (size_t)count), malloc(8 * (size_t)count)};
    wr_rng_init(&rng, 31, stream);
    for (int64_t i = 0; i < count; i++) {
        uint32_t u = (uint32_t)wr_rng_below(&rng, n), v = (uint32_t)wr_rng_below(&rng, n);
        if (stream % 2) /* a few vertices have most of the edges */
            u = (uint32_t)wr_rng_below(&rng, 1 + wr_rng_below(&rng, n));
        if (stream % 3 == 0 && i > 0 && i % 5 == 0) /* copies in the other direction */
            l.pairs[i] = wr_arc(wr_edge_v(l.pairs[i - 1]), wr_edge_u(l.pairs[i - 1]));
        else
            l.pairs[i] = wr_arc(u, v);
        l.weight[i] = 1 + (double)(wr_edge_u(l.pairs[i]) ^ wr_edge_v(l.pairs[i]));
    }
    return l;
}

static int compare_words(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The edges sorted, once each; the caller frees. */
static uint64_t *plain_edges(const struct large *l, bool directed, int64_t *m)
{
    uint64_t *edge = malloc(8 * (size_t)l->count);
    int64_t kept = 0, distinct = 0;
    for (int64_t i = 0; i < l->count; i++) {
        uint32_t u = wr_edge_u(l->pairs[i]), v = wr_edge_v(l->pairs[i]);
        if (u != v)
            edge[kept++] = directed ? wr_arc(u, v) : wr_edge(u, v);
    }
    qsort(edge, (size_t)kept, 8, compare_words);
    for (int64_t i = 0; i < kept; i++)
        if (i == 0 || edge[i] != edge[i - 1])
            edge[distinct++] = edge[i];
    *m = distinct;
    return edge;
}

/* Every entry is an edge, rows ascend, and there are as many as there must be. */
static void expect_adjacency(const struct wr_graph *g, enum wr_csr_side side, bool ids)
{
    struct wr_csr csr;
    struct wr_error err = {0};
    ck_ok(wr_csr_init(&csr, g, side, ids, &err), err);
    ck_assert_int_eq(csr.row[0], 0);
    ck_assert_int_eq(csr.row[g->n], side == WR_CSR_BOTH ? 2 * g->m : g->m);
    bool sound = true; /* an assertion for each entry would take most of the time */
    for (uint32_t u = 0; u < g->n; u++) {
        for (int64_t i = csr.row[u]; i < csr.row[u + 1]; i++) {
            uint32_t v = csr.col[i];
            sound = sound && (i == csr.row[u] || csr.col[i - 1] < v);
            int64_t id = wr_graph_find(g, side == WR_CSR_IN    ? wr_arc(v, u)
                                          : side == WR_CSR_OUT ? wr_arc(u, v)
                                                               : wr_edge(u, v));
            sound = sound && id >= 0 && (!ids || csr.id[i] == id);
        }
    }
    ck_assert(sound);
    wr_csr_release(&csr);
}

static void expect_plain(const struct large *l, bool directed, bool weights)
{
    struct wr_graph g;
    struct wr_error err = {0};
    struct wr_pairs pairs = {.n = l->n, .count = l->count};
    size_t bytes = 8 * (size_t)l->count;
    int64_t m;
    uint64_t *want = plain_edges(l, directed, &m);
    pairs.key = memcpy(wr_alloc(l->count, 8, NULL), l->pairs, bytes);
    pairs.weight = weights ? memcpy(wr_alloc(l->count, 8, NULL), l->weight, bytes) : NULL;
    ck_ok(wr_graph_init(&g, &pairs, directed, &err), err);
    ck_assert_int_eq(g.m, m);
    ck_assert(memcmp(g.edge, want, 8 * (size_t)m) == 0);
    bool same = true;
    for (int64_t e = 0; e < m; e++) {
        double weight = 1 + (double)(wr_edge_u(want[e]) ^ wr_edge_v(want[e]));
        same = same && wr_graph_find(&g, want[e]) == e && (!weights || g.weight[e] == weight);
    }
    ck_assert(same);
    expect_adjacency(&g, directed ? WR_CSR_IN : WR_CSR_BOTH, weights);
    expect_adjacency(&g, directed ? WR_CSR_OUT : WR_CSR_BOTH, !weights);
    wr_graph_release(&g);
    free(want);
}

START_TEST(large_graphs_are_as_plainly_made)
{
    static const struct {
        uint32_t n;
        int64_t count;
    } sizes[] = {{30, 400}, {5, 50000}, {1000, 100000}, {70000, 100000}, {500000, 150000}};
    for (uint64_t i = 0; i < 10; i++) {
        wr_threads_set(1 + (int)i % 4);
        struct large l = random_pairs(i, sizes[i % 5].n, sizes[i % 5].count);
        expect_plain(&l, i % 4 == 1, i % 2 == 0);
        expect_plain(&l, i % 4 != 1, i % 2 != 0);
        free(l.pairs);
        free(l.weight);
    }
}
END_TEST

START_TEST(loops_alone_are_no_edges)
{
    struct wr_graph g;
    struct wr_error err = {0};
    const uint64_t loops[] = {wr_arc(1, 1), wr_arc(0, 0), wr_arc(1, 1)};
    ck_ok(wr_graph_from_edges(&g, 3, loops, 3, false, &err), err);
    ck_assert_int_eq(g.m, 0);
    ck_assert_int_eq(g.first[3], 0);
    wr_graph_release(&g);
    const uint64_t one[] = {wr_arc(1, 1), wr_arc(0, 0), wr_arc(2, 1), wr_arc(1, 1)};
    ck_ok(wr_graph_from_edges(&g, 3, one, 4, false, &err), err);
    ck_assert_int_eq(g.m, 1);
    ck_assert_uint_eq(g.edge[0], wr_arc(1, 2));
    wr_graph_release(&g);
}
END_TEST

unit_main("graph", copies_merge_and_loops_vanish, arcs_keep_their_direction,
          adjacency_is_sorted_and_symmetric, empty_graph, weights_follow_their_edges,
          edgeset_from_an_order, large_graphs_are_as_plainly_made, loops_alone_are_no_edges)
