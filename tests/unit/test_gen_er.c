/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "gen/er.h"
#include "gen/independent.h"
#include "gen/sbm.h"

/* Expected count e of a binomial: within five standard deviations. */
static void check_count(int64_t count, double e)
{
    ck_assert_double_lt(fabs((double)count - e), 5 * sqrt(e) + 1);
}

START_TEST(gnm_of_every_size_has_m_edges)
{
    struct wr_error err = {0};
    for (uint32_t n = 0; n <= 12; n++)
        for (int64_t m = 0; m <= wr_pair_count(n); m++)
            for (uint64_t seed = 0; seed < 5; seed++) { /* some draws fall short and are repeated */
                struct wr_graph g;
                ck_ok(wr_gen_gnm(n, m, seed, &g, &err), err);
                ck_assert_uint_eq(g.n, n);
                ck_assert_int_eq(g.m, m);
                wr_graph_release(&g);
            }
}
END_TEST

START_TEST(gnm_takes_every_set_of_edges_equally_often)
{
    const int draws = unit_rounds(15000);
    struct wr_error err = {0};
    int seen[4][4][4][4] = {0};
    for (uint64_t seed = 0; seed < (uint64_t)draws; seed++) {
        struct wr_graph g;
        ck_ok(wr_gen_gnm(4, 2, seed, &g, &err), err);
        seen[wr_edge_u(g.edge[0])][wr_edge_v(g.edge[0])][wr_edge_u(g.edge[1])]
            [wr_edge_v(g.edge[1])]++;
        wr_graph_release(&g);
    }
    double chi2 = 0, expected = draws / 15.0;
    for (int i = 0; i < 256; i++) {
        int count = (&seen[0][0][0][0])[i];
        chi2 += count ? (count - expected) * (count - expected) / expected : 0;
    }
    ck_assert_double_lt(chi2, 36.1); /* 99.9 % quantile, 14 degrees of freedom */
}
END_TEST

START_TEST(gnm_fits_many_blocks)
{
    struct wr_error err = {0};
    struct wr_graph g;
    ck_ok(wr_gen_gnm(50000, 400000, 3, &g, &err), err);
    ck_assert_int_eq(g.m, 400000);
    int64_t low = 0; /* edges within the first half of the vertices: a quarter */
    for (int64_t e = 0; e < g.m; e++)
        low += wr_edge_v(g.edge[e]) < 25000;
    check_count(low, 100000);
    wr_graph_release(&g);
}
END_TEST

START_TEST(gnm_refuses_more_edges_than_pairs)
{
    struct wr_error err = {0};
    struct wr_graph g;
    ck_assert_int_eq(wr_gen_gnm(5, 11, 1, &g, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "11 edges are too many: 5 vertices have at most 10");
    ck_assert_int_eq(wr_gen_gnm(5, -1, 1, &g, NULL), WR_EINVAL);
}
END_TEST

START_TEST(gnp_has_np_edges_everywhere)
{
    struct wr_error err = {0};
    const double p[] = {1e-5, 0.001, 0.1, 0.7};
    const uint32_t n = 3000 / (uint32_t)unit_step(2), third = n / 3;
    for (int i = 0; i < 4; i++) {
        struct wr_graph g;
        ck_ok(wr_gen_gnp(n, p[i], 5, &g, &err), err);
        check_count(g.m, p[i] * n * (n - 1) / 2);
        int64_t high = 0;
        for (int64_t e = 0; e < g.m; e++)
            high += wr_edge_u(g.edge[e]) >= 2 * third;
        check_count(high, p[i] * third * (third - 1) / 2);
        wr_graph_release(&g);
    }
}
END_TEST

/* Every pair by itself, over many seeds. */
START_TEST(gnp_pairs_are_independent)
{
    enum { N = 5, PAIRS = 10 };
    const int draws = unit_rounds(20000);
    struct wr_error err = {0};
    int each[PAIRS] = {0}, both[PAIRS][PAIRS] = {0};
    for (uint64_t seed = 0; seed < (uint64_t)draws; seed++) {
        struct wr_graph g;
        int have[PAIRS] = {0}, id = 0;
        ck_ok(wr_gen_gnp(N, 0.3, seed, &g, &err), err);
        for (uint32_t u = 0; u < N; u++)
            for (uint32_t v = u + 1; v < N; v++)
                have[id++] = wr_graph_find(&g, wr_edge(u, v)) >= 0;
        for (int a = 0; a < PAIRS; a++) {
            each[a] += have[a];
            for (int b = 0; b < a; b++)
                both[a][b] += have[a] && have[b];
        }
        wr_graph_release(&g);
    }
    for (int a = 0; a < PAIRS; a++) {
        check_count(each[a], 0.3 * draws);
        for (int b = 0; b < a; b++)
            check_count(both[a][b], 0.09 * draws);
    }
}
END_TEST

START_TEST(certain_probabilities)
{
    struct wr_error err = {0};
    for (uint32_t n = 0; n < 400; n += n < 5 ? 1 : 97) {
        struct wr_graph none, all;
        ck_ok(wr_gen_gnp(n, 0, 1, &none, &err), err);
        ck_ok(wr_gen_gnp(n, 1, 1, &all, &err), err);
        ck_assert_int_eq(none.m, 0);
        ck_assert_int_eq(all.m, wr_pair_count(n));
        wr_graph_release(&none);
        wr_graph_release(&all);
    }
    struct wr_graph g;
    ck_assert_int_eq(wr_gen_gnp(5, 1.5, 1, &g, &err), WR_EINVAL);
    ck_assert_int_eq(wr_gen_gnp(5, NAN, 1, &g, NULL), WR_EINVAL);
}
END_TEST

/* 2^63 pairs: numbers of pairs do not overflow, and their ends are found exactly. */
START_TEST(gnp_of_the_largest_graph)
{
    struct wr_error err = {0};
    const uint32_t n = UINT32_MAX;
    const struct wr_pair_region all = {.rows = n, .cols = n, .p = 1e-14};
    struct wr_pairs pairs;
    ck_ok(wr_gen_independent(&all, 1, 2, 0, &pairs, &err), err);
    check_count(pairs.count, 1e-14 * 0.5 * n * n);
    int64_t low = 0;
    for (int64_t i = 0; i < pairs.count; i++) {
        ck_assert(wr_edge_u(pairs.key[i]) < wr_edge_v(pairs.key[i]));
        ck_assert(i == 0 || pairs.key[i - 1] < pairs.key[i]);
        low += wr_edge_v(pairs.key[i]) < n / 2;
    }
    check_count(low, 1e-14 * 0.125 * n * n);
    wr_pairs_release(&pairs);
    ck_assert_int_eq(wr_gen_gnp(n, 0.5, 1, &(struct wr_graph){0}, &err), WR_ENOMEM);
}
END_TEST

START_TEST(sbm_has_its_densities)
{
    struct wr_error err = {0};
    const uint32_t size[] = {400, 0, 300, 1, 900};
    const struct wr_sbm model = {5, size, 0.2, 0.03};
    struct wr_graph g;
    uint32_t n, label[1601];
    ck_ok(wr_sbm_vertices(&model, &n, &err), err);
    ck_assert_uint_eq(n, 1601);
    wr_sbm_labels(&model, label);
    ck_assert(label[399] == 0 && label[400] == 2 && label[700] == 3 && label[701] == 4);
    ck_ok(wr_gen_sbm(&model, 9, &g, &err), err);
    ck_assert_uint_eq(g.n, n);
    int64_t count[5][5] = {0};
    for (int64_t e = 0; e < g.m; e++)
        count[label[wr_edge_u(g.edge[e])]][label[wr_edge_v(g.edge[e])]]++;
    for (int a = 0; a < 5; a++) {
        check_count(count[a][a], 0.2 * size[a] * (size[a] - 1.0) / 2);
        for (int b = a + 1; b < 5; b++) {
            check_count(count[a][b], 0.03 * size[a] * size[b]);
            ck_assert_int_eq(count[b][a], 0);
        }
    }
    wr_graph_release(&g);
}
END_TEST

START_TEST(sbm_of_certain_edges)
{
    struct wr_error err = {0};
    const uint32_t size[] = {3, 4};
    struct wr_graph cliques, bipartite, empty;
    ck_ok(wr_gen_sbm(&(struct wr_sbm){2, size, 1, 0}, 1, &cliques, &err), err);
    ck_ok(wr_gen_sbm(&(struct wr_sbm){2, size, 0, 1}, 1, &bipartite, &err), err);
    ck_ok(wr_gen_sbm(&(struct wr_sbm){0, NULL, 1, 1}, 1, &empty, &err), err);
    ck_assert_int_eq(cliques.m, 9);
    ck_assert_int_eq(wr_graph_find(&cliques, wr_edge(2, 3)), -1);
    ck_assert_int_eq(bipartite.m, 12);
    ck_assert_int_eq(wr_graph_find(&bipartite, wr_edge(1, 2)), -1);
    ck_assert(empty.n == 0 && empty.m == 0);
    wr_graph_release(&cliques);
    wr_graph_release(&bipartite);
    wr_graph_release(&empty);
    const uint32_t huge[] = {UINT32_MAX, 1};
    ck_assert_int_eq(wr_gen_sbm(&(struct wr_sbm){2, huge, 0, 0}, 1, &empty, &err), WR_EINVAL);
    ck_assert_str_eq(err.message, "the blocks have more than 4294967295 vertices");
    ck_assert_int_eq(wr_gen_sbm(&(struct wr_sbm){2, size, 0, -1}, 1, &empty, NULL), WR_EINVAL);
}
END_TEST

START_TEST(threads_do_not_matter)
{
    struct wr_error err = {0};
    const uint32_t size[] = {3000, 2000};
    struct wr_graph g[3], s[3];
    int threads = wr_threads();
    for (int i = 0; i < 3; i += unit_step(2)) {
        wr_threads_set(1 << i);
        ck_ok(wr_gen_gnm(20000, 300000, 4, &g[i], &err), err);
        ck_ok(wr_gen_sbm(&(struct wr_sbm){2, size, 0.1, 0.01}, 4, &s[i], &err), err);
    }
    wr_threads_set(threads);
    for (int i = unit_step(2); i < 3; i += unit_step(2)) {
        ck_assert_int_eq(s[i].m, s[0].m);
        ck_assert_mem_eq(g[i].edge, g[0].edge, 8 * (size_t)g[0].m);
        ck_assert_mem_eq(s[i].edge, s[0].edge, 8 * (size_t)s[0].m);
    }
    for (int i = 0; i < 3; i += unit_step(2)) {
        wr_graph_release(&g[i]);
        wr_graph_release(&s[i]);
    }
}
END_TEST

unit_main("gen_er", gnm_of_every_size_has_m_edges, gnm_takes_every_set_of_edges_equally_often,
          gnm_fits_many_blocks, gnm_refuses_more_edges_than_pairs, gnp_has_np_edges_everywhere,
          gnp_pairs_are_independent, certain_probabilities, gnp_of_the_largest_graph,
          sbm_has_its_densities, sbm_of_certain_edges, threads_do_not_matter)
