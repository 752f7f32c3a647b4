/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "networks.h"
#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "linalg/resistance.h"

static const struct wr_leverage_options exact = {.epsilon = 0};

static double *leverages(const struct wr_graph *g)
{
    struct wr_error err = {0};
    double *leverage = malloc((size_t)g->m * 8 + 8);
    ck_ok(wr_leverages(g, &exact, NULL, leverage, &err), err);
    return leverage;
}

enum { N = 40 };

/* The oracle: Gauss-Jordan elimination of [L | I]. The Laplacian L is symmetric, so that diagonal
 * pivots are enough; one unknown per component has none and is 0. r[u][v] = e_u' x with
 * L x = e_u - e_v, less e_v' x. */
static void plain_resistances(const struct wr_graph *g, double r[N][N])
{
    long double a[N][2 * N] = {0};
    bool used[N] = {false};
    for (int64_t e = 0; e < g->m; e++) {
        uint32_t i = wr_edge_u(g->edge[e]), j = wr_edge_v(g->edge[e]);
        long double w = g->weight ? g->weight[e] : 1;
        a[i][i] += w;
        a[j][j] += w;
        a[i][j] -= w;
        a[j][i] -= w;
    }
    for (int i = 0; i < N; i++)
        a[i][N + i] = 1;
    for (;;) {
        int p = N;
        for (int i = 0; i < N; i++)
            if (!used[i] && a[i][i] > 1e-12L && (p == N || a[i][i] > a[p][p]))
                p = i;
        if (p == N)
            break;
        used[p] = true;
        for (int i = 0; i < N; i++) {
            long double factor = a[i][p] / a[p][p];
            for (int j = 0; i != p && j < 2 * N; j++)
                a[i][j] -= factor * a[p][j];
        }
    }
    for (int u = 0; u < N; u++)
        for (int v = 0; v < N; v++) {
            long double x = used[u] ? (a[u][N + u] - a[u][N + v]) / a[u][u] : 0;
            long double y = used[v] ? (a[v][N + u] - a[v][N + v]) / a[v][v] : 0;
            r[u][v] = (double)(x - y);
        }
}

static void check_against_oracle(const struct wr_graph *g)
{
    double r[N][N];
    plain_resistances(g, r);
    double *leverage = leverages(g);
    for (int64_t e = 0; e < g->m; e++) {
        double w = g->weight ? g->weight[e] : 1;
        double expected = w * r[wr_edge_u(g->edge[e])][wr_edge_v(g->edge[e])];
        ck_assert_double_eq_tol(leverage[e], expected, 1e-9);
    }
    free(leverage);
}

START_TEST(equal_to_elimination_on_random_graphs)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int trial = 0; trial < unit_rounds(300); trial++) {
        uint64_t edges[4 * N];
        double weight[4 * N];
        int64_t m = random_edges(&rng, N, 4 * N * (trial % 10 + 1) / 10, edges);
        for (int64_t e = 0; e < m; e++)
            weight[e] = exp(2 * wr_rng_normal(&rng));
        struct wr_graph g;
        make_network(&g, N, edges, trial % 2 ? weight : NULL, m);
        check_against_oracle(&g);
        wr_graph_release(&g);
    }
}
END_TEST

/* Copies of the complete graph on size vertices. */
static void make_cliques(struct wr_graph *g, uint32_t size, uint32_t copies)
{
    uint64_t *edges = malloc((size_t)copies * size * size * 4);
    int64_t m = 0;
    for (uint32_t copy = 0; copy < copies; copy++)
        for (uint32_t i = 0; i < size; i++)
            for (uint32_t j = i + 1; j < size; j++)
                edges[m++] = wr_edge(copy * size + i, copy * size + j);
    make_network(g, copies * size, edges, NULL, m);
    free(edges);
}

/* An edge of K_n has resistance 2 / n. 600 vertices are a panel of several pieces. */
START_TEST(complete_graphs)
{
    const uint32_t sizes[] = {2, 3, 17, 257, 600 / (uint32_t)unit_step(2)};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct wr_graph g;
        make_cliques(&g, sizes[i], i < 3 ? 50 : 1);
        double *leverage = leverages(&g);
        for (int64_t e = 0; e < g.m; e++)
            ck_assert_double_eq_tol(leverage[e], 2.0 / sizes[i], 1e-12);
        free(leverage);
        wr_graph_release(&g);
    }
}
END_TEST

/* The sum is n - c (Foster), and the grid's reflections do not change a resistance. */
START_TEST(large_grid)
{
    const uint32_t side = 150 / (uint32_t)unit_step(2);
    struct wr_graph g;
    make_grid(&g, side, side);
    double *leverage = leverages(&g), sum = 0;
    for (int64_t e = 0; e < g.m; e++) {
        uint32_t last = side * side - 1;
        int64_t turned =
            wr_graph_find(&g, wr_edge(last - wr_edge_u(g.edge[e]), last - wr_edge_v(g.edge[e])));
        ck_assert_double_eq_tol(leverage[e], leverage[turned], 1e-11);
        sum += leverage[e];
    }
    ck_assert_double_eq_tol(sum, side * side - 1, 1e-8);
    free(leverage);
    wr_graph_release(&g);
}
END_TEST

/* Series: a cycle of m unit edges has (m - 1) / m on each. Parallel: see weights below. */
START_TEST(cycles_and_bridges)
{
    struct wr_graph g;
    uint64_t edges[10] = {wr_edge(7, 8), wr_edge(8, 9), wr_edge(8, 10)};
    for (uint32_t u = 0; u < 7; u++)
        edges[3 + u] = wr_edge(u, (u + 1) % 7);
    make_network(&g, 13, edges, NULL, 10);
    double *leverage = leverages(&g);
    for (int64_t e = 0; e < g.m; e++)
        ck_assert_double_eq_tol(leverage[e], wr_edge_u(g.edge[e]) < 7 ? 6 / 7.0 : 1, 1e-12);
    free(leverage);
    wr_graph_release(&g);
}
END_TEST

/* A triangle of conductances a, b, c: the edge a is parallel to b and c in series. */
START_TEST(weighted_triangle)
{
    struct wr_graph g;
    const uint64_t edges[] = {wr_edge(0, 1), wr_edge(1, 2), wr_edge(0, 2)};
    const double weight[] = {2, 3, 6};
    make_network(&g, 3, edges, weight, 3);
    double *leverage = leverages(&g);
    ck_assert_double_eq_tol(leverage[wr_graph_find(&g, edges[0])], 2 / (2 + 2.0), 1e-12);
    ck_assert_double_eq_tol(leverage[wr_graph_find(&g, edges[1])], 3 / (3 + 1.5), 1e-12);
    ck_assert_double_eq_tol(leverage[wr_graph_find(&g, edges[2])], 6 / (6 + 1.2), 1e-12);
    free(leverage);
    wr_graph_release(&g);
}
END_TEST

START_TEST(empty_graphs_and_a_single_edge)
{
    struct wr_graph g;
    const uint64_t edge = wr_edge(3, 1);
    make_network(&g, 0, &edge, NULL, 0);
    free(leverages(&g));
    wr_graph_release(&g);
    make_network(&g, 5, &edge, NULL, 0);
    free(leverages(&g));
    wr_graph_release(&g);
    make_network(&g, 5, &edge, NULL, 1);
    double *leverage = leverages(&g);
    ck_assert_double_eq(leverage[0], 1);
    free(leverage);
    wr_graph_release(&g);
}
END_TEST

/* The scale of a component's weights does not matter, even at the ends of double's range. */
START_TEST(extreme_weights)
{
    struct wr_graph g;
    const uint64_t edges[] = {wr_edge(0, 1), wr_edge(1, 2), wr_edge(0, 2),
                              wr_edge(3, 4), wr_edge(4, 5), wr_edge(3, 5)};
    const double weight[] = {1.5e308, 1.5e308, 1.5e308, 1e-300, 1e-300, 1e-300};
    make_network(&g, 6, edges, weight, 6);
    double *leverage = leverages(&g);
    for (int64_t e = 0; e < 6; e++)
        ck_assert_double_eq_tol(leverage[e], 2 / 3.0, 1e-12);
    free(leverage);
    wr_graph_release(&g);
}
END_TEST

/* Within a component they may differ too much: an answer is right or refused. */
START_TEST(weights_that_differ_too_much)
{
    const uint64_t path[] = {wr_edge(0, 1), wr_edge(1, 2), wr_edge(2, 3), wr_edge(3, 4)};
    const double weight[][4] = {{1e300, 1e-300, 1e300, 1e-300},
                                {1e-300, 1e300, 1e300, 1e300},
                                {1, 1e-17, 1, 1},
                                {1e-20, 1, 1e-20, 1},
                                {1e300, 1e300, 1e-300, 1e300}};
    for (size_t i = 0; i < sizeof weight / sizeof *weight; i++) {
        struct wr_graph g;
        struct wr_error err = {0};
        double leverage[4];
        make_network(&g, 5, path, weight[i], 4);
        enum wr_status status = wr_leverages(&g, &exact, NULL, leverage, &err);
        ck_assert(status == WR_OK || status == WR_ENUMERIC);
        for (int e = 0; status == WR_OK && e < 4; e++)
            ck_assert_double_eq_tol(leverage[e], 1, 1e-2);
        wr_graph_release(&g);
    }
}
END_TEST

static void compare_threads(struct wr_graph *g)
{
    int threads = wr_threads();
    wr_threads_set(1);
    double *one = leverages(g);
    wr_threads_set(3);
    double *three = leverages(g);
    wr_threads_set(threads);
    ck_assert(memcmp(one, three, (size_t)g->m * 8) == 0);
    free(one);
    free(three);
    wr_graph_release(g);
}

/* Many small supernodes, and a wide one. */
START_TEST(threads_do_not_matter)
{
    struct wr_graph g;
    make_grid(&g, 90, 100);
    compare_threads(&g);
    make_cliques(&g, 600, 1);
    compare_threads(&g);
}
END_TEST

START_TEST(arcs_are_refused)
{
    struct wr_graph g;
    struct wr_error err = {0};
    double leverage;
    const uint64_t arc = wr_arc(0, 1);
    ck_ok(wr_graph_from_edges(&g, 2, &arc, 1, true, &err), err);
    ck_assert_int_eq(wr_leverages(&g, &exact, NULL, &leverage, &err), WR_EINVAL);
    wr_graph_release(&g);
}
END_TEST

static bool stop(void *context, int64_t done, int64_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return false;
}

START_TEST(interruption)
{
    struct wr_graph g;
    struct wr_error err = {0};
    const struct wr_progress progress = {.step = stop};
    make_grid(&g, 5, 5);
    double leverage[40];
    ck_assert_int_eq(wr_leverages(&g, &exact, &progress, leverage, &err), WR_EINTERRUPT);
    wr_graph_release(&g);
}
END_TEST

unit_main("resistance", equal_to_elimination_on_random_graphs, complete_graphs, large_grid,
          cycles_and_bridges, weighted_triangle, empty_graphs_and_a_single_edge, extreme_weights,
          weights_that_differ_too_much, threads_do_not_matter, arcs_are_refused, interruption)
