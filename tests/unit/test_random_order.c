/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/blocks.h"
#include "base/sort.h"
#include "sparsify/random.h"

/* A path of m edges. */
static void path(struct wr_graph *g, uint32_t m)
{
    struct wr_error err = {0};
    uint64_t *edge = malloc(8 * (size_t)m + 8);
    for (uint32_t u = 0; u < m; u++)
        edge[u] = wr_edge(u, u + 1);
    ck_ok(wr_graph_from_edges(g, m + 1, edge, m, false, &err), err);
    free(edge);
}

static uint64_t *random_order(const struct wr_graph *g, uint64_t seed, int64_t count)
{
    struct wr_error err = {0};
    uint64_t *order = malloc(8 * (size_t)count + 8);
    ck_ok(wr_random_order(g, seed, count, order, &err), err);
    return order;
}

START_TEST(is_a_permutation_and_counts_are_prefixes)
{
    const uint32_t sizes[] = {0, 1, 2, 100, 32768, 32769, 300000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct wr_graph g;
        struct wr_error err = {0};
        path(&g, sizes[i]);
        uint64_t *whole = random_order(&g, 7, g.m);
        for (int64_t count = 0; count < g.m; count = 3 * count + 1) {
            uint64_t *prefix = random_order(&g, 7, count);
            ck_assert(memcmp(prefix, whole, (size_t)count * 8) == 0);
            free(prefix);
        }
        ck_ok(wr_sort_u64(whole, g.m, &err), err);
        ck_assert(memcmp(whole, g.edge, (size_t)g.m * 8) == 0);
        free(whole);
        wr_graph_release(&g);
    }
}
END_TEST

START_TEST(the_seed_decides_and_the_threads_do_not)
{
    struct wr_graph g;
    path(&g, 100000);
    int threads = wr_threads();
    wr_threads_set(1);
    uint64_t *one = random_order(&g, 1, g.m);
    wr_threads_set(3);
    uint64_t *three = random_order(&g, 1, g.m), *other = random_order(&g, 2, g.m);
    wr_threads_set(threads);
    ck_assert(memcmp(one, three, 8 * (size_t)g.m) == 0);
    ck_assert(memcmp(one, other, 8 * (size_t)g.m) != 0);
    free(one);
    free(three);
    free(other);
    wr_graph_release(&g);
}
END_TEST

START_TEST(every_permutation_is_equally_likely)
{
    enum { SEEDS = 24000 };
    struct wr_graph g;
    int seen[4][4][4] = {0};
    path(&g, 4);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t *order = random_order(&g, seed, 4);
        seen[wr_edge_u(order[0])][wr_edge_u(order[1])][wr_edge_u(order[2])]++;
        free(order);
    }
    /* 24 cells of mean 1000 and standard deviation 31 */
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++)
            for (int c = 0; c < 4; c++)
                if (a != b && b != c && a != c)
                    ck_assert_int_lt(abs(seen[a][b][c] - SEEDS / 24), 150);
    wr_graph_release(&g);
}
END_TEST

START_TEST(every_place_is_equally_likely_when_the_edges_are_cut_in_parts)
{
    enum { EDGES = 1 << 16, CELLS = 16 };
    struct wr_graph g;
    int64_t seen[CELLS][CELLS] = {0};
    path(&g, EDGES);
    uint64_t *order = random_order(&g, 3, g.m);
    for (int64_t i = 0; i < g.m; i++)
        seen[wr_edge_u(order[i]) * CELLS / EDGES][i * CELLS / EDGES]++;
    /* hypergeometric: mean 256, standard deviation 15 */
    for (int a = 0; a < CELLS; a++)
        for (int b = 0; b < CELLS; b++)
            ck_assert_int_lt(llabs(seen[a][b] - EDGES / CELLS / CELLS), 75);
    free(order);
    wr_graph_release(&g);
}
END_TEST

unit_main("random_order", is_a_permutation_and_counts_are_prefixes,
          the_seed_decides_and_the_threads_do_not, every_permutation_is_equally_likely,
          every_place_is_equally_likely_when_the_edges_are_cut_in_parts)
