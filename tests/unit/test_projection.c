/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "networks.h"
#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "linalg/projection.h"
#include "linalg/resistance.h"

static double *project(const struct wr_graph *g, double epsilon, uint64_t seed)
{
    struct wr_error err = {0};
    double *leverage = malloc((size_t)g->m * 8 + 8);
    ck_ok(wr_project_leverages(g, g->weight, epsilon, seed, NULL, leverage, &err), err);
    return leverage;
}

static double *exact(const struct wr_graph *g)
{
    struct wr_error err = {0};
    const struct wr_leverage_options opt = {.epsilon = 0};
    double *leverage = malloc((size_t)g->m * 8 + 8);
    ck_ok(wr_leverages(g, &opt, NULL, leverage, &err), err);
    return leverage;
}

static void check_within(const struct wr_graph *g, double epsilon, uint64_t seed)
{
    double *estimate = project(g, epsilon, seed), *truth = exact(g);
    for (int64_t e = 0; e < g->m; e++) {
        ck_assert_double_le(fabs(estimate[e] - truth[e]), epsilon * truth[e]);
        ck_assert_double_le(estimate[e], 1);
    }
    free(estimate);
    free(truth);
}

START_TEST(within_epsilon_on_random_graphs)
{
    enum { N = 100 };
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (uint64_t trial = 0; trial < (uint64_t)unit_rounds(30); trial++) {
        uint64_t edges[5 * N];
        double weight[5 * N];
        int64_t m = random_edges(&rng, N, 5 * N * ((int64_t)trial % 5 + 1) / 5, edges);
        for (int64_t e = 0; e < m; e++)
            weight[e] = exp(2 * wr_rng_normal(&rng));
        struct wr_graph g;
        make_network(&g, N, edges, trial % 2 ? weight : NULL, m);
        check_within(&g, trial % 3 ? 0.3 : 0.1, trial);
        wr_graph_release(&g);
    }
}
END_TEST

/* Slow for the diagonal as a preconditioner: the approximate factor takes over. */
START_TEST(within_epsilon_on_a_grid)
{
    struct wr_graph g;
    make_grid(&g, 80, 80);
    check_within(&g, 0.2 * unit_step(2), 1);
    wr_graph_release(&g);
}
END_TEST

/* The degrees alone give the leverages of a single edge and of leaves. */
START_TEST(what_degrees_give_is_exact)
{
    const uint64_t edges[] = {wr_edge(0, 1), wr_edge(2, 3), wr_edge(2, 4), wr_edge(2, 5)};
    const double weight[] = {1e-200, 3, 0.5, 1};
    struct wr_graph g;
    make_network(&g, 8, edges, weight, 4);
    double *leverage = project(&g, 0.5, 1);
    for (int e = 0; e < 4; e++)
        ck_assert_double_eq_tol(leverage[e], 1, 1e-12);
    free(leverage);
    wr_graph_release(&g);
}
END_TEST

START_TEST(the_seed_decides_and_the_threads_do_not)
{
    struct wr_graph g;
    make_grid(&g, 50, 50);
    int threads = wr_threads();
    wr_threads_set(1);
    double *one = project(&g, 0.3, 1);
    wr_threads_set(3);
    double *three = project(&g, 0.3, 1), *other = project(&g, 0.3, 2);
    wr_threads_set(threads);
    ck_assert(memcmp(one, three, (size_t)g.m * 8) == 0);
    ck_assert(memcmp(one, other, (size_t)g.m * 8) != 0);
    free(one);
    free(three);
    free(other);
    wr_graph_release(&g);
}
END_TEST

/* 6 000 vertices of mean degree 20: the factor would be dense, so that wr_leverages projects. */
START_TEST(large_graphs_are_projected)
{
    enum { N = 6000, M = 60000 };
    struct wr_graph g;
    struct wr_rng rng;
    struct wr_error err = {0};
    const struct wr_leverage_options opt = {.epsilon = 0.5, .seed = 3};
    uint64_t *edges = malloc(M * 8);
    wr_rng_init(&rng, 1, 0);
    for (int e = 0; e < M; e++)
        edges[e] = wr_arc((uint32_t)wr_rng_below(&rng, N), (uint32_t)wr_rng_below(&rng, N));
    ck_ok(wr_graph_from_edges(&g, N, edges, M, false, &err), err);
    double *leverage = malloc((size_t)g.m * 8), *projected = project(&g, 0.5, 3);
    ck_ok(wr_leverages(&g, &opt, NULL, leverage, &err), err);
    ck_assert(memcmp(leverage, projected, (size_t)g.m * 8) == 0);
    free(edges);
    free(leverage);
    free(projected);
    wr_graph_release(&g);
}
END_TEST

static bool stop(void *context, int64_t done, int64_t total)
{
    int *calls = context;
    ck_assert_int_le(done, total);
    return ++*calls < 2;
}

START_TEST(interruption)
{
    struct wr_graph g;
    struct wr_error err = {0};
    int calls = 0;
    const struct wr_progress progress = {.step = stop, .context = &calls};
    make_grid(&g, 20, 20);
    double leverage[760];
    ck_assert_int_eq(wr_project_leverages(&g, NULL, 0.1, 1, &progress, leverage, &err),
                     WR_EINTERRUPT);
    ck_assert_int_eq(calls, 2);
    wr_graph_release(&g);
}
END_TEST

unit_main("projection", within_epsilon_on_random_graphs, within_epsilon_on_a_grid,
          what_degrees_give_is_exact, the_seed_decides_and_the_threads_do_not,
          large_graphs_are_projected, interruption)
