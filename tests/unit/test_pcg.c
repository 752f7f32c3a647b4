/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "networks.h"
#include "unit.h"

#include <math.h>

#include "linalg/pcg.h"

/* A problem L X = B and memory for its solution. */
struct system {
    struct wr_graph graph;
    struct wr_network net;
    struct wr_row *b, *x, *work;
};

static void system_init(struct system *s, const double *weight)
{
    struct wr_error err = {0};
    ck_ok(wr_network_init(&s->net, &s->graph, weight, &err), err);
    size_t n = s->graph.n + 1;
    s->b = calloc(n, sizeof *s->b);
    s->x = calloc(n, sizeof *s->x);
    s->work = calloc(3 * n, sizeof *s->work);
}

static void system_release(struct system *s)
{
    wr_network_release(&s->net);
    wr_graph_release(&s->graph);
    free(s->b);
    free(s->x);
    free(s->work);
}

/* B = L X for a random X, by definition. */
static void fill_right_hand_sides(struct system *s, const double *weight, uint64_t seed)
{
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    for (uint32_t u = 0; u < s->graph.n; u++)
        for (int c = 0; c < WR_COLUMNS; c++)
            s->x[u].c[c] = wr_rng_normal(&rng);
    for (int64_t e = 0; e < s->graph.m; e++) {
        uint32_t u = wr_edge_u(s->graph.edge[e]), v = wr_edge_v(s->graph.edge[e]);
        double w = weight ? weight[e] : 1;
        for (int c = 0; c < WR_COLUMNS; c++) {
            double current = w * (s->x[u].c[c] - s->x[v].c[c]);
            s->b[u].c[c] += current;
            s->b[v].c[c] -= current;
        }
    }
}

/* Differences along edges are determined; compare those of the solution and of the truth. */
static void check_solution(const struct system *s, const struct wr_row *truth, double tolerance)
{
    for (int64_t e = 0; e < s->graph.m; e++) {
        uint32_t u = wr_edge_u(s->graph.edge[e]), v = wr_edge_v(s->graph.edge[e]);
        for (int c = 0; c < WR_COLUMNS; c++)
            ck_assert_double_eq_tol(s->x[u].c[c] - s->x[v].c[c], truth[u].c[c] - truth[v].c[c],
                                    tolerance);
    }
}

static bool solve(struct system *s, const struct wr_approx_cholesky *f, int limit)
{
    return wr_pcg_solve(&s->net, f, 1e-12, limit, s->b, s->x, s->work);
}

/* Random graphs, some disconnected, with both preconditioners. */
START_TEST(solves_random_systems)
{
    enum { N = 60 };
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    for (uint64_t trial = 0; trial < 200; trial += (uint64_t)unit_step(7)) {
        uint64_t edges[3 * N];
        double weight[3 * N];
        int64_t m = random_edges(&rng, N, 3 * N * ((int64_t)trial % 10 + 1) / 10, edges);
        for (int64_t e = 0; e < m; e++)
            weight[e] = exp(2 * wr_rng_normal(&rng));
        struct wr_error err = {0};
        struct system s;
        struct wr_approx_cholesky f = {0};
        bool weighted = trial % 2, factored = trial / 2 % 2;
        make_network(&s.graph, N, edges, weighted ? weight : NULL, m);
        system_init(&s, s.graph.weight);
        fill_right_hand_sides(&s, s.graph.weight, trial);
        struct wr_row truth[N];
        memcpy(truth, s.x, sizeof truth);
        if (factored)
            ck_ok(wr_approx_cholesky_init(&f, &s.net, trial, &err), err);
        ck_assert(solve(&s, factored ? &f : NULL, 500));
        check_solution(&s, truth, 1e-8);
        wr_approx_cholesky_release(&f);
        system_release(&s);
    }
}
END_TEST

/* Nothing is sampled when a vertex has at most two neighbours left: the factor is exact. */
START_TEST(a_cycle_is_factored_exactly)
{
    enum { N = 1000 };
    uint64_t edges[N];
    double weight[N];
    struct wr_error err = {0};
    struct system s;
    struct wr_approx_cholesky f;
    for (uint32_t u = 0; u < N; u++) {
        edges[u] = wr_edge(u, (u + 1) % N);
        weight[u] = pow(10, u % 13 - 6.0);
    }
    make_network(&s.graph, N, edges, weight, N);
    system_init(&s, s.graph.weight);
    fill_right_hand_sides(&s, s.graph.weight, 1);
    ck_ok(wr_approx_cholesky_init(&f, &s.net, 1, &err), err);
    ck_assert(solve(&s, &f, 4));
    wr_approx_cholesky_release(&f);
    system_release(&s);
}
END_TEST

/* Where the diagonal is weak: a grid with weights over six orders of magnitude. */
START_TEST(the_factor_needs_few_iterations)
{
    struct wr_error err = {0};
    struct wr_rng rng;
    struct system s;
    struct wr_approx_cholesky f;
    const uint32_t side = 100 / (uint32_t)unit_step(2);
    make_grid(&s.graph, side, side);
    double *weight = malloc((size_t)s.graph.m * 8);
    wr_rng_init(&rng, 3, 0);
    for (int64_t e = 0; e < s.graph.m; e++)
        weight[e] = pow(10, 6 * wr_rng_uniform(&rng));
    system_init(&s, weight);
    fill_right_hand_sides(&s, weight, 1);
    size_t size = s.graph.n * sizeof *s.b;
    struct wr_row *b = malloc(size);
    memcpy(b, s.b, size);
    ck_assert(!solve(&s, NULL, 200));
    memcpy(s.b, b, size);
    ck_ok(wr_approx_cholesky_init(&f, &s.net, 1, &err), err);
    ck_assert(solve(&s, &f, 100));
    wr_approx_cholesky_release(&f);
    system_release(&s);
    free(weight);
    free(b);
}
END_TEST

START_TEST(nothing_to_solve)
{
    struct wr_error err = {0};
    struct system s;
    struct wr_approx_cholesky f;
    make_network(&s.graph, 5, NULL, NULL, 0);
    system_init(&s, NULL);
    ck_assert(solve(&s, NULL, 0));
    ck_ok(wr_approx_cholesky_init(&f, &s.net, 1, &err), err);
    ck_assert(solve(&s, &f, 0));
    wr_approx_cholesky_release(&f);
    system_release(&s);
}
END_TEST

unit_main("pcg", solves_random_systems, a_cycle_is_factored_exactly,
          the_factor_needs_few_iterations, nothing_to_solve)
