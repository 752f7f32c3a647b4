/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "data/components.h"

static struct wr_components components_of(uint32_t n, const uint64_t *edges, int64_t m)
{
    struct wr_graph g;
    struct wr_components c;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, n, edges, m, false, &err), err);
    ck_ok(wr_components_init(&c, &g, &err), err);
    wr_graph_release(&g);
    return c;
}

START_TEST(numbered_by_smallest_vertex)
{
    const uint64_t edges[] = {wr_edge(5, 1), wr_edge(3, 6), wr_edge(6, 0)};
    struct wr_components c = components_of(7, edges, 3);
    const uint32_t label[] = {0, 1, 2, 0, 3, 1, 0};
    ck_assert_uint_eq(c.n, 7);
    ck_assert_uint_eq(c.count, 4);
    ck_assert_mem_eq(c.label, label, sizeof label);
    wr_components_release(&c);
}
END_TEST

START_TEST(no_vertices_and_no_edges)
{
    struct wr_components c = components_of(0, NULL, 0);
    ck_assert_uint_eq(c.count, 0);
    wr_components_release(&c);
    c = components_of(3, NULL, 0);
    ck_assert_uint_eq(c.count, 3);
    wr_components_release(&c);
}
END_TEST

START_TEST(arcs_connect_both_ways)
{
    const uint64_t arcs[] = {wr_arc(2, 0), wr_arc(2, 1)};
    struct wr_graph g;
    struct wr_components c;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 3, arcs, 2, true, &err), err);
    ck_ok(wr_components_init(&c, &g, &err), err);
    ck_assert_uint_eq(c.count, 1);
    wr_components_release(&c);
    wr_graph_release(&g);
}
END_TEST

/* Spread labels along edges until nothing changes. */
static void flood(uint32_t n, const uint64_t *edges, int64_t m, uint32_t *label)
{
    for (uint32_t u = 0; u < n; u++)
        label[u] = u;
    for (bool changed = true; changed;) {
        changed = false;
        for (int64_t e = 0; e < m; e++) {
            uint32_t *a = &label[wr_edge_u(edges[e])], *b = &label[wr_edge_v(edges[e])];
            changed |= *a != *b;
            *a = *b = *a < *b ? *a : *b;
        }
    }
}

START_TEST(equal_to_flooding)
{
    enum { N = 40 };
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int trial = 0; trial < 300; trial++) {
        uint64_t edges[N];
        int64_t m = 0;
        while (m < trial % N) {
            uint32_t u = (uint32_t)wr_rng_below(&rng, N), v = (uint32_t)wr_rng_below(&rng, N);
            edges[m++] = wr_edge(u, v);
        }
        uint32_t smallest[N], count = 0;
        flood(N, edges, m, smallest);
        struct wr_components c = components_of(N, edges, m);
        for (uint32_t u = 0; u < N; u++) {
            ck_assert_uint_eq(c.label[u], smallest[u] == u ? count : c.label[smallest[u]]);
            count += smallest[u] == u;
        }
        ck_assert_uint_eq(c.count, count);
        wr_components_release(&c);
    }
}
END_TEST

unit_main("components", numbered_by_smallest_vertex, no_vertices_and_no_edges,
          arcs_connect_both_ways, equal_to_flooding)
