/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/blocks.h"
#include "base/rng.h"
#include "base/sort.h"
#include "linalg/resistance.h"
#include "sparsify/spectral.h"

static uint64_t *spectral_order(const struct wr_graph *g, uint64_t seed, int64_t count)
{
    struct wr_error err = {0};
    const struct wr_spectral_options opt = {.epsilon = WR_LEVERAGE_EPSILON, .seed = seed};
    uint64_t *order = malloc((size_t)count * 8 + 8);
    ck_ok(wr_spectral_order(g, &opt, count, NULL, order, &err), err);
    return order;
}

/* A random graph of about m edges. */
static void random_graph(struct wr_graph *g, uint32_t n, int64_t m)
{
    struct wr_error err = {0};
    struct wr_rng rng;
    wr_rng_init(&rng, 5, 0);
    uint64_t *edges = malloc((size_t)m * 8 + 8);
    for (int64_t e = 0; e < m; e++)
        edges[e] = wr_arc((uint32_t)wr_rng_below(&rng, n), (uint32_t)wr_rng_below(&rng, n));
    ck_ok(wr_graph_from_edges(g, n, edges, m, false, &err), err);
    free(edges);
}

START_TEST(is_a_permutation_and_counts_are_prefixes)
{
    struct wr_graph g;
    struct wr_error err = {0};
    random_graph(&g, 1500, 3500);
    uint64_t *whole = spectral_order(&g, 3, g.m);
    for (int64_t count = 0; count < g.m; count = 5 * unit_step(5) * count + 1) {
        uint64_t *prefix = spectral_order(&g, 3, count);
        ck_assert(memcmp(prefix, whole, (size_t)count * 8) == 0);
        free(prefix);
    }
    ck_ok(wr_sort_u64(whole, g.m, &err), err);
    ck_assert(memcmp(whole, g.edge, (size_t)g.m * 8) == 0);
    free(whole);
    wr_graph_release(&g);
}
END_TEST

START_TEST(the_seed_decides_and_the_threads_do_not)
{
    struct wr_graph g;
    random_graph(&g, 1500, 3500);
    int threads = wr_threads();
    wr_threads_set(1);
    uint64_t *one = spectral_order(&g, 1, g.m);
    wr_threads_set(3);
    uint64_t *three = spectral_order(&g, 1, g.m), *other = spectral_order(&g, 2, g.m);
    wr_threads_set(threads);
    ck_assert(memcmp(one, three, (size_t)g.m * 8) == 0);
    ck_assert(memcmp(one, other, (size_t)g.m * 8) != 0);
    free(one);
    free(three);
    free(other);
    wr_graph_release(&g);
}
END_TEST

/* A triangle 0 1 2 with a tail 2 3: leverages 2/3, 2/3, 2/3, 1. The probability of every removal
 * order is that of drawing its reverse without replacement. */
START_TEST(orders_have_their_probabilities)
{
    enum { SEEDS = 6000 };
    const uint64_t edges[] = {wr_edge(0, 1), wr_edge(0, 2), wr_edge(1, 2), wr_edge(2, 3)};
    const double leverage[] = {2 / 3.0, 2 / 3.0, 2 / 3.0, 1};
    struct wr_graph g;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 4, edges, 4, false, &err), err);
    int seen[4][4][4] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t *order = spectral_order(&g, seed, 4);
        int64_t a = wr_graph_find(&g, order[3]), b = wr_graph_find(&g, order[2]);
        seen[a][b][wr_graph_find(&g, order[1])]++;
        free(order);
    }
    double chi2 = 0;
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++)
            for (int c = 0; c < 4; c++) {
                if (a == b || b == c || a == c)
                    continue;
                double rest = 3 - leverage[a];
                double expected = SEEDS * leverage[a] / 3 * leverage[b] / rest * leverage[c] /
                                  (rest - leverage[b]);
                chi2 += (seen[a][b][c] - expected) * (seen[a][b][c] - expected) / expected;
            }
    /* 23 degrees of freedom: 99.9 % of draws are below 49.7 */
    ck_assert_double_lt(chi2, 49.7);
    wr_graph_release(&g);
}
END_TEST

START_TEST(empty_graph)
{
    struct wr_graph g;
    random_graph(&g, 3, 0);
    free(spectral_order(&g, 1, 0));
    wr_graph_release(&g);
}
END_TEST

unit_main("spectral", is_a_permutation_and_counts_are_prefixes,
          the_seed_decides_and_the_threads_do_not, orders_have_their_probabilities, empty_graph)
