/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/alloc.h"
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

unit_main("graph", copies_merge_and_loops_vanish, arcs_keep_their_direction,
          adjacency_is_sorted_and_symmetric, empty_graph, weights_follow_their_edges,
          edgeset_from_an_order)
