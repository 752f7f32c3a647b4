/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "gen/ba.h"
#include "gen/famous.h"
#include "gen/geometric.h"
#include "gen/grid.h"
#include "gen/independent.h"
#include "gen/regular.h"
#include "gen/rmat.h"
#include "gen/stream.h"

static void check_count(int64_t count, double e)
{
    ck_assert_double_lt(fabs((double)count - e), 5 * sqrt(e) + 1);
}

/* The degree of every vertex; the caller frees. */
static int64_t *degrees(const struct wr_graph *g)
{
    int64_t *d = calloc((size_t)g->n + 1, sizeof *d);
    for (int64_t e = 0; e < g->m; e++) {
        d[wr_edge_u(g->edge[e])]++;
        d[wr_edge_v(g->edge[e])]++;
    }
    return d;
}

/* --- R-MAT --------------------------------------------------------------------------------- */

/* Quadrants at the first and at the last level, which are independent. */
START_TEST(rmat_has_graph500_quadrants)
{
    enum { SCALE = 10, FACTOR = 100 };
    const double p[4] = {0.57, 0.19, 0.19, 0.05};
    struct wr_error err = {0};
    struct wr_pairs pairs;
    int64_t count[4][4] = {0};
    ck_ok(wr_gen_rmat(SCALE, FACTOR, false, 1, &pairs, &err), err);
    ck_assert_uint_eq(pairs.n, 1024);
    ck_assert_int_eq(pairs.count, FACTOR << SCALE);
    for (int64_t i = 0; i < pairs.count; i++) {
        uint32_t u = wr_edge_u(pairs.key[i]), v = wr_edge_v(pairs.key[i]);
        ck_assert(u < pairs.n && v < pairs.n);
        count[u >> (SCALE - 1) << 1 | v >> (SCALE - 1)][(u & 1) << 1 | (v & 1)]++;
    }
    for (int first = 0; first < 4; first++)
        for (int last = 0; last < 4; last++)
            check_count(count[first][last], p[first] * p[last] * (FACTOR << SCALE));
    wr_pairs_release(&pairs);
}
END_TEST

START_TEST(rmat_permuted_is_the_same_graph_renamed)
{
    struct wr_error err = {0};
    struct wr_pairs plain, renamed;
    ck_ok(wr_gen_rmat(8, 16, false, 3, &plain, &err), err);
    ck_ok(wr_gen_rmat(8, 16, true, 3, &renamed, &err), err);
    int64_t name[256], moved = 0;
    memset(name, -1, sizeof name);
    for (int64_t i = 0; i < plain.count; i++)
        for (int shift = 0; shift < 64; shift += 32) {
            uint32_t from = (uint32_t)(plain.key[i] >> shift);
            uint32_t to = (uint32_t)(renamed.key[i] >> shift);
            ck_assert(name[from] == -1 || name[from] == to);
            name[from] = to;
            moved += from != to;
        }
    ck_assert_int_gt(moved, plain.count);
    wr_pairs_release(&plain);
    wr_pairs_release(&renamed);
}
END_TEST

START_TEST(rmat_of_extreme_sizes)
{
    struct wr_error err = {0};
    struct wr_pairs pairs;
    ck_ok(wr_gen_rmat(0, 3, true, 1, &pairs, &err), err);
    ck_assert(pairs.n == 1 && pairs.count == 3 && pairs.key[2] == 0);
    wr_pairs_release(&pairs);
    ck_ok(wr_gen_rmat(31, 0, false, 1, &pairs, &err), err);
    ck_assert(pairs.n == UINT32_C(1) << 31 && pairs.count == 0);
    wr_pairs_release(&pairs);
    ck_assert_int_eq(wr_gen_rmat(32, 1, false, 1, &pairs, &err), WR_EINVAL);
    ck_assert_int_eq(wr_gen_rmat(31, INT64_C(1) << 31, false, 1, &pairs, NULL), WR_EINVAL);
    ck_assert_int_eq(wr_gen_rmat(31, INT64_C(1) << 30, false, 1, &pairs, NULL), WR_ENOMEM);
}
END_TEST

/* --- preferential attachment --------------------------------------------------------------- */

START_TEST(ba_has_its_edges)
{
    struct wr_error err = {0};
    for (uint32_t n = 0; n < 30; n++)
        for (uint32_t attach = 0; attach < 33; attach++) {
            struct wr_graph g;
            ck_ok(wr_gen_ba(n, attach, n, &g, &err), err);
            int64_t expected = 0, *back = calloc(n + 1, sizeof *back);
            for (int64_t e = 0; e < g.m; e++)
                back[wr_edge_v(g.edge[e])]++;
            for (uint32_t v = 0; v < n; v++) {
                ck_assert_int_eq(back[v], v < attach ? v : attach);
                expected += back[v];
            }
            ck_assert_int_eq(g.m, expected);
            free(back);
            wr_graph_release(&g);
        }
}
END_TEST

/* Vertex 3 joins one of 0, 1, 2, of which one has degree 2. */
START_TEST(ba_prefers_large_degrees)
{
    enum { DRAWS = 20000 };
    struct wr_error err = {0};
    int first = 0, hub = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct wr_graph g;
        ck_ok(wr_gen_ba(4, 1, seed, &g, &err), err);
        int64_t *d = degrees(&g);
        first += wr_graph_find(&g, wr_edge(0, 2)) >= 0;
        hub += d[0] == 3 || d[1] == 3; /* the vertex that 2 joined was joined again */
        free(d);
        wr_graph_release(&g);
    }
    check_count(first, DRAWS / 2.0);
    check_count(hub, DRAWS / 2.0);
}
END_TEST

/* The share of vertices with degree k tends to 2 a (a + 1) / (k (k + 1) (k + 2)). */
START_TEST(ba_degrees_follow_their_law)
{
    enum { N = 100000, A = 3 };
    struct wr_error err = {0};
    struct wr_graph g;
    ck_ok(wr_gen_ba(N, A, 1, &g, &err), err);
    int64_t *d = degrees(&g), count[20] = {0};
    for (int64_t v = 0; v < N; v++)
        if (d[v] < 20)
            count[d[v]]++;
    for (int k = A; k < 12; k++)
        check_count(count[k], N * 2.0 * A * (A + 1) / (k * (k + 1.0) * (k + 2.0)));
    free(d);
    wr_graph_release(&g);
}
END_TEST

/* --- grid and regular ---------------------------------------------------------------------- */

START_TEST(grid_joins_neighbours)
{
    struct wr_error err = {0};
    for (uint32_t rows = 0; rows < 6; rows++)
        for (uint32_t cols = 0; cols < 6; cols++) {
            struct wr_graph g;
            ck_ok(wr_gen_grid(rows, cols, &g, &err), err);
            ck_assert_uint_eq(g.n, rows * cols);
            int64_t expected = 0;
            for (uint32_t a = 0; a < g.n; a++)
                for (uint32_t b = a + 1; b < g.n; b++) {
                    bool beside = a / cols == b / cols && b == a + 1, below = b == a + cols;
                    ck_assert_int_eq(wr_graph_find(&g, wr_arc(a, b)) >= 0, beside || below);
                    expected += beside || below;
                }
            ck_assert_int_eq(g.m, expected);
            wr_graph_release(&g);
        }
    struct wr_graph g;
    ck_assert_int_eq(wr_gen_grid(1 << 16, 1 << 16, &g, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "a grid of 65536 x 65536 has more than 4294967295 vertices");
}
END_TEST

START_TEST(regular_has_equal_degrees)
{
    struct wr_error err = {0};
    for (uint32_t n = 0; n < 26; n++)
        for (uint32_t d = 0; d <= n; d++) {
            struct wr_graph g;
            bool exists = (d < n || d == 0) && n * d % 2 == 0;
            struct wr_error no = {0};
            ck_assert_int_eq(wr_gen_regular(n, d, d, &g, &no), exists ? WR_OK : WR_EINVAL);
            if (!exists)
                continue;
            ck_assert_int_eq(g.m, n * d / 2);
            int64_t *degree = degrees(&g);
            for (uint32_t v = 0; v < n; v++)
                ck_assert_int_eq(degree[v], d);
            free(degree);
            wr_graph_release(&g);
        }
    struct wr_graph g;
    ck_assert_int_eq(wr_gen_regular(5, 3, 1, &g, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "no graph has 5 nodes of degree 3: one of the two must be even");
}
END_TEST

/* n degree passes 2^63 here, before it is halved. */
START_TEST(regular_of_impossible_size)
{
    struct wr_graph g;
    struct wr_error err = {0};
    ck_assert_int_eq(wr_gen_regular(UINT32_MAX, UINT32_MAX - 1, 1, &g, &err), WR_ENOMEM);
    ck_assert_str_eq(err.message,
                     "an array of 9223372030412324865 elements of 8 bytes is too large");
}
END_TEST

/* On six vertices, 60 hexagons and 10 pairs of triangles have degree 2; by symmetry all hexagons
 * are equally likely. */
START_TEST(regular_is_symmetric)
{
    enum { DRAWS = 30000 };
    struct wr_error err = {0};
    int joined[6][6] = {0}, triangles = 0;
    for (uint64_t seed = 0; seed < DRAWS; seed++) {
        struct wr_graph g;
        ck_ok(wr_gen_regular(6, 2, seed, &g, &err), err);
        for (int64_t e = 0; e < g.m; e++)
            joined[wr_edge_u(g.edge[e])][wr_edge_v(g.edge[e])]++;
        uint32_t a = wr_edge_v(g.edge[0]), b = wr_edge_v(g.edge[1]);
        triangles += wr_graph_find(&g, wr_edge(a, b)) >= 0;
        wr_graph_release(&g);
    }
    for (int u = 0; u < 6; u++)
        for (int v = u + 1; v < 6; v++)
            check_count(joined[u][v], DRAWS * 2 / 5.0);
    ck_assert_double_gt(triangles, DRAWS / 7.0 * 0.8);
    ck_assert_double_lt(triangles, DRAWS / 7.0 * 1.2);
}
END_TEST

START_TEST(regular_of_larger_sizes)
{
    struct wr_error err = {0};
    const uint32_t cases[][2] = {{20000, 3}, {5000, 40}, {600, 299}, {600, 300}, {601, 300}};
    for (int i = 0; i < 5; i++) {
        struct wr_graph g;
        ck_ok(wr_gen_regular(cases[i][0], cases[i][1], 1, &g, &err), err);
        int64_t *degree = degrees(&g);
        for (uint32_t v = 0; v < g.n; v++)
            ck_assert_int_eq(degree[v], cases[i][1]);
        free(degree);
        wr_graph_release(&g);
    }
}
END_TEST

/* --- geometric ----------------------------------------------------------------------------- */

static double clustering(const struct wr_graph *g)
{
    int64_t *d = degrees(g), closed = 0;
    double open = 0;
    for (uint32_t v = 0; v < g->n; v++)
        open += 0.5 * (double)d[v] * ((double)d[v] - 1);
    for (int64_t e = 0; e < g->m; e++)
        for (int64_t f = e + 1; f < g->m && wr_edge_u(g->edge[f]) == wr_edge_u(g->edge[e]); f++)
            closed += wr_graph_find(g, wr_edge(wr_edge_v(g->edge[e]), wr_edge_v(g->edge[f]))) >= 0;
    free(d);
    return 3 * (double)closed / open;
}

/* Equal weights: neighbours are the arcs around a vertex, and 3/4 of the wedges are closed. */
START_TEST(geometric_with_equal_weights)
{
    struct wr_error err = {0};
    struct wr_graph g;
    ck_ok(wr_gen_geometric(&(struct wr_geometric){4000, 30, INFINITY}, 1, &g, &err), err);
    check_count(g.m, 4000 * 15);
    double c = clustering(&g);
    ck_assert_double_lt(fabs(c - 0.75), 0.02);
    wr_graph_release(&g);
}
END_TEST

/* Density of degrees k^-2.5, hence P(degree >= 2 k) / P(degree >= k) = 2^-1.5. */
START_TEST(geometric_with_heavy_tails)
{
    struct wr_error err = {0};
    struct wr_graph g;
    ck_ok(wr_gen_geometric(&(struct wr_geometric){50000, 10, 2.5}, 1, &g, &err), err);
    ck_assert_double_gt((double)g.m, 0.8 * 50000 * 5);
    ck_assert_double_lt((double)g.m, 1.1 * 50000 * 5);
    int64_t *d = degrees(&g), above20 = 0, above40 = 0;
    for (uint32_t v = 0; v < g.n; v++) {
        above20 += d[v] >= 20;
        above40 += d[v] >= 40;
    }
    double ratio = (double)above40 / (double)above20;
    ck_assert_double_lt(fabs(ratio - pow(2, -1.5)), 0.05);
    ck_assert_double_gt(clustering(&g), 0.05); /* 0.0002 in G(n, m) */
    free(d);
    wr_graph_release(&g);
}
END_TEST

/* The definition, applied to all pairs. */
static int64_t geometric_oracle(const struct wr_geometric *model, uint64_t seed, uint64_t *edge)
{
    enum { MAX = 100 };
    double x[MAX + 1], w[MAX], length = 0, sum = 0, squares = 0;
    struct wr_rng rng;
    wr_draw_init(&rng, seed, WR_DRAW_PLACES, 0);
    for (uint32_t v = 0; v <= model->n; v++)
        x[v] = length += wr_rng_exponential(&rng);
    for (uint32_t v = 0; v < model->n; v++) {
        w[v] = exp(wr_rng_exponential(&rng) / (model->exponent - 1));
        sum += w[v];
        squares += w[v] * w[v];
    }
    double r = model->degree * model->n / (2 * (sum * sum - squares));
    int64_t m = 0;
    for (uint32_t u = 0; u < model->n; u++)
        for (uint32_t v = u + 1; v < model->n; v++) {
            double way = (x[v] - x[u]) / length;
            if (fmin(way, 1 - way) <= r * w[u] * w[v])
                edge[m++] = wr_arc(u, v);
        }
    return m;
}

START_TEST(geometric_agrees_with_its_definition)
{
    struct wr_error err = {0};
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct wr_rng rng;
        wr_rng_init(&rng, seed, 0);
        struct wr_geometric model = {.n = 2 + (uint32_t)wr_rng_below(&rng, 99),
                                     .degree = 20 * wr_rng_uniform(&rng),
                                     .exponent = 2 + 1 / wr_rng_exponential(&rng)};
        struct wr_graph g;
        uint64_t edge[100 * 99 / 2];
        ck_ok(wr_gen_geometric(&model, seed, &g, &err), err);
        ck_assert_int_eq(g.m, geometric_oracle(&model, seed, edge));
        if (g.m)
            ck_assert_mem_eq(g.edge, edge, 8 * (size_t)g.m);
        wr_graph_release(&g);
    }
}
END_TEST

/* Degrees that fit and degrees that do not. */
START_TEST(geometric_at_the_limits)
{
    struct wr_error err = {0};
    for (uint32_t n = 0; n < 40; n++)
        for (int k = 0; k < 3; k++) {
            const double degree[] = {0, 3, 1e6};
            struct wr_graph g;
            struct wr_geometric model = {n, degree[k], n % 2 ? 2.1 : INFINITY};
            ck_ok(wr_gen_geometric(&model, n, &g, &err), err);
            ck_assert_uint_eq(g.n, n);
            if (k != 1)
                ck_assert_int_eq(g.m, k ? wr_pair_count(n) : 0);
            wr_graph_release(&g);
        }
    struct wr_graph g;
    ck_assert_int_eq(wr_gen_geometric(&(struct wr_geometric){5, 1, 2}, 1, &g, NULL), WR_EINVAL);
    ck_assert_int_eq(wr_gen_geometric(&(struct wr_geometric){5, -1, 3}, 1, &g, NULL), WR_EINVAL);
}
END_TEST

/* --- famous graphs ------------------------------------------------------------------------- */

START_TEST(every_famous_graph_exists)
{
    int count = 0;
    struct wr_error no = {0};
    struct wr_graph g;
    ck_assert_int_eq(wr_gen_famous("", &g, &no), WR_EINVAL);
    char *names = strstr(no.message, "there are ");
    ck_assert_ptr_nonnull(names);
    for (char *rest = names + strlen("there are "), *name; (name = strsep(&rest, " ")); count++) {
        struct wr_error err = {0};
        ck_ok(wr_gen_famous(name, &g, &err), err);
        ck_assert(g.n > 3 && g.m >= g.n - 1);
        wr_graph_release(&g);
    }
    ck_assert_int_eq(count, 32);
}
END_TEST

START_TEST(famous_names)
{
    struct wr_error err = {0};
    struct wr_graph g;
    ck_ok(wr_gen_famous("karate", &g, &err), err);
    ck_assert(g.n == 34 && g.m == 78 && wr_graph_find(&g, wr_edge(0, 31)) >= 0);
    wr_graph_release(&g);
    ck_ok(wr_gen_famous("PETERSEN", &g, &err), err);
    ck_assert(g.n == 10 && g.m == 15);
    wr_graph_release(&g);
    ck_assert_int_eq(wr_gen_famous("nobody", &g, &err), WR_EINVAL);
    ck_assert(strncmp(err.message, "no famous graph is called 'nobody'; there are Bull Ch", 53) ==
              0);
    ck_assert(strstr(err.message, " Zachary"));
}
END_TEST

/* --- all ----------------------------------------------------------------------------------- */

START_TEST(threads_do_not_matter)
{
    struct wr_error err = {0};
    struct wr_pairs rmat[3];
    struct wr_graph geometric[3];
    int threads = wr_threads();
    for (int i = 0; i < 3; i++) {
        wr_threads_set(1 << i);
        struct wr_geometric model = {5000, 20, 2.5};
        ck_ok(wr_gen_rmat(12, 16, true, 4, &rmat[i], &err), err);
        ck_ok(wr_gen_geometric(&model, 4, &geometric[i], &err), err);
    }
    wr_threads_set(threads);
    for (int i = 1; i < 3; i++) {
        ck_assert_mem_eq(rmat[i].key, rmat[0].key, 8 * (size_t)rmat[0].count);
        ck_assert_int_eq(geometric[i].m, geometric[0].m);
        ck_assert_mem_eq(geometric[i].edge, geometric[0].edge, 8 * (size_t)geometric[0].m);
    }
    for (int i = 0; i < 3; i++) {
        wr_pairs_release(&rmat[i]);
        wr_graph_release(&geometric[i]);
    }
}
END_TEST

unit_main("gen_models", rmat_has_graph500_quadrants, rmat_permuted_is_the_same_graph_renamed,
          rmat_of_extreme_sizes, ba_has_its_edges, ba_prefers_large_degrees,
          ba_degrees_follow_their_law, grid_joins_neighbours, regular_has_equal_degrees,
          regular_of_impossible_size, regular_is_symmetric, regular_of_larger_sizes,
          geometric_with_equal_weights, geometric_with_heavy_tails,
          geometric_agrees_with_its_definition, geometric_at_the_limits, every_famous_graph_exists,
          famous_names, threads_do_not_matter)
