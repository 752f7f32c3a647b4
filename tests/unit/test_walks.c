/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"
#include "walkoracle.h"

#include "base/blocks.h"
#include "linalg/closedwalks.h"
#include "linalg/cycles.h"
#include "linalg/walkblock.h"
#include "linalg/walks.h"

/* Every count of x is the oracle's. */
static void check_vector(const struct wr_counts *x, const struct walk_oracle *o)
{
    for (uint32_t v = 0; v < o->n; v++)
        ck_count(x, v, o->x[v]);
}

/* Lengths 0 .. 60 reach numbers of three limbs. */
START_TEST(vectors_of_any_length)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    wr_rng_init(&rng, 1, 1);
    for (int round = 0; round < 25; round++) {
        struct wr_graph g;
        struct wr_csr csr;
        struct wr_walks all, one;
        struct walk_oracle o;
        bool every[ORACLE_N], single[ORACLE_N] = {false};
        uint32_t n = 1 + (uint32_t)wr_rng_below(&rng, ORACLE_N);
        graph_and_csr(&g, &csr, &rng, n, wr_rng_uniform(&rng));
        oracle_init(&o, &g);
        memset(every, true, sizeof every);
        single[n / 2] = true;
        ck_ok(wr_walks_from_all(&all, &csr, &err), err);
        ck_ok(wr_walks_from_vertex(&one, &csr, n / 2, &err), err);
        for (int64_t k = 0; k <= 60; k += 5) {
            oracle_walks(&o, every, k);
            check_vector(&all.x, &o);
            oracle_walks(&o, single, k);
            check_vector(&one.x, &o);
            ck_ok(wr_walks_advance(&all, 5, &err), err);
            ck_ok(wr_walks_advance(&one, 5, &err), err);
        }
        wr_walks_release(&all);
        wr_walks_release(&one);
        oracle_release(&o);
        wr_csr_release(&csr);
        wr_graph_release(&g);
    }
}
END_TEST

/* One block reused for many starts, copies among them, against single vectors. */
START_TEST(blocks_of_starts)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    struct wr_graph g;
    struct wr_csr csr;
    struct wr_walkblock b;
    struct walk_oracle o;
    wr_rng_init(&rng, 1, 2);
    graph_and_csr(&g, &csr, &rng, ORACLE_N, 0.12);
    oracle_init(&o, &g);
    ck_ok(wr_walkblock_init(&b, &csr, &err), err);
    for (int round = 0; round < 300; round++) {
        uint32_t start[WR_LANES];
        int64_t lanes = 1 + (int64_t)wr_rng_below(&rng, WR_LANES), k = (int64_t)round % 7;
        for (int64_t lane = 0; lane < lanes; lane++)
            start[lane] = (uint32_t)wr_rng_below(&rng, g.n);
        wr_walkblock_start(&b, start, lanes);
        for (int64_t step = 0; step < k; step++)
            wr_walkblock_step(&b);
        for (int64_t lane = 0; lane < lanes; lane++) {
            bool single[ORACLE_N] = {false};
            single[start[lane]] = true;
            oracle_walks(&o, single, k);
            for (uint32_t v = 0; v < g.n; v++)
                ck_assert_int_eq(mpz_cmp_ui(o.x[v], wr_walkblock_at(&b, v, lane)), 0);
        }
    }
    wr_walkblock_release(&b);
    oracle_release(&o);
    wr_csr_release(&csr);
    wr_graph_release(&g);
}
END_TEST

/* Triangles, or twice the cycles of four, through u: paths u v w (x) that close. */
static uint64_t count_cycles(const struct walk_oracle *o, uint32_t u, bool four)
{
    uint64_t found = 0;
    for (uint32_t v = 0; v < o->n; v++)
        for (uint32_t w = 0; w < o->n; w++) {
            if (u == v || v == w || w == u || !o->a[u][v] || !o->a[v][w])
                continue;
            found += !four && o->a[w][u];
            for (uint32_t x = 0; four && x < o->n; x++)
                found += x != u && x != v && x != w && o->a[w][x] && o->a[x][u];
        }
    return found / 2;
}

START_TEST(cycles_by_looking_at_every_path)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    wr_rng_init(&rng, 1, 3);
    for (int round = 0; round < 200; round++) {
        struct wr_graph g;
        struct wr_csr csr;
        struct walk_oracle o;
        uint64_t triangles[ORACLE_N], cycles[ORACLE_N];
        uint32_t n = (uint32_t)round % (ORACLE_N + 1);
        graph_and_csr(&g, &csr, &rng, n, wr_rng_uniform(&rng) * wr_rng_uniform(&rng));
        oracle_init(&o, &g);
        ck_ok(wr_triangles(&csr, triangles, &err), err);
        ck_ok(wr_four_cycles(&csr, cycles, &err), err);
        for (uint32_t u = 0; u < n; u++) {
            ck_assert_uint_eq(triangles[u], count_cycles(&o, u, false));
            ck_assert_uint_eq(cycles[u], count_cycles(&o, u, true));
        }
        oracle_release(&o);
        wr_csr_release(&csr);
        wr_graph_release(&g);
    }
}
END_TEST

/* (A^length)_tt of every t against A^length e_t. */
static void check_closed(const struct wr_csr *csr, struct walk_oracle *o, int64_t length)
{
    struct wr_counts closed;
    struct wr_error err = {0};
    ck_ok(wr_closed_walks(csr, length, NULL, &closed, &err), err);
    for (uint32_t t = 0; t < csr->n; t++) {
        bool single[ORACLE_N] = {false};
        single[t] = true;
        oracle_walks(o, single, length);
        ck_count(&closed, t, o->x[t]);
    }
    wr_counts_release(&closed);
}

START_TEST(closed_walks_of_short_lengths)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 4);
    for (int round = 0; round < 200; round++) {
        struct wr_graph g;
        struct wr_csr csr;
        struct walk_oracle o;
        graph_and_csr(&g, &csr, &rng, (uint32_t)round % (ORACLE_N + 1), wr_rng_uniform(&rng));
        oracle_init(&o, &g);
        for (int64_t length = 0; length <= 9; length++)
            check_closed(&csr, &o, length);
        oracle_release(&o);
        wr_csr_release(&csr);
        wr_graph_release(&g);
    }
}
END_TEST

/* Through every change of width; sparse parts beside a dense one, so that a graph has vertices
 * of all widths at once. */
START_TEST(closed_walks_of_great_lengths)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    wr_rng_init(&rng, 1, 5);
    for (int round = 0; round < 5; round++) {
        struct wr_graph g;
        struct wr_csr csr;
        struct walk_oracle o;
        uint64_t edges[ORACLE_N * ORACLE_N];
        int64_t m = 0;
        for (uint32_t u = 0; u < 12; u++)
            for (uint32_t v = u + 1; v < 12; v++)
                if (wr_rng_uniform(&rng) < 0.8)
                    edges[m++] = wr_edge(u, v);
        for (uint32_t v = 12; v < ORACLE_N - 1; v++)
            if (wr_rng_uniform(&rng) < 0.7)
                edges[m++] = wr_edge(v, v + 1);
        ck_ok(wr_graph_from_edges(&g, ORACLE_N, edges, m, false, &err), err);
        ck_ok(wr_csr_init(&csr, &g, WR_CSR_BOTH, false, &err), err);
        oracle_init(&o, &g);
        for (int64_t length = 10 + round % 2; length < 160; length += 11)
            check_closed(&csr, &o, length);
        oracle_release(&o);
        wr_csr_release(&csr);
        wr_graph_release(&g);
    }
}
END_TEST

/* Of the complete graph with loops on 16 vertices (A^k)_tt = 16^(k - 1): powers of two on the
 * edges of the widths. */
START_TEST(widths_at_their_edges)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    struct wr_graph g;
    struct wr_csr csr;
    mpz_t want;
    mpz_init(want);
    wr_rng_init(&rng, 1, 6);
    graph_and_csr(&g, &csr, &rng, 16, 1);
    for (int64_t length = 1; length < 80; length++) {
        struct wr_counts closed;
        ck_ok(wr_closed_walks(&csr, length, NULL, &closed, &err), err);
        mpz_ui_pow_ui(want, 16, (unsigned long)length - 1);
        for (uint32_t t = 0; t < 16; t++)
            ck_count(&closed, t, want);
        wr_counts_release(&closed);
    }
    mpz_clear(want);
    wr_csr_release(&csr);
    wr_graph_release(&g);
}
END_TEST

/* A graph of many blocks gives the same numbers to one thread and to several. */
START_TEST(threads_do_not_matter)
{
    enum { N = 3000, M = 9000 };
    struct wr_rng rng;
    struct wr_error err = {0};
    struct wr_graph g;
    struct wr_csr csr;
    static uint64_t edges[M];
    wr_rng_init(&rng, 1, 7);
    for (int64_t e = 0; e < M; e++)
        edges[e] = wr_edge((uint32_t)wr_rng_below(&rng, N), (uint32_t)wr_rng_below(&rng, N));
    ck_ok(wr_graph_from_edges(&g, N, edges, M, false, &err), err);
    ck_ok(wr_csr_init(&csr, &g, WR_CSR_BOTH, false, &err), err);
    for (int64_t length = 3; length <= 6; length++) {
        struct wr_counts one, many;
        wr_threads_set(1);
        ck_ok(wr_closed_walks(&csr, length, NULL, &one, &err), err);
        wr_threads_set(4);
        ck_ok(wr_closed_walks(&csr, length, NULL, &many, &err), err);
        ck_assert_mem_eq(one.limb, many.limb, N * sizeof *one.limb);
        wr_counts_release(&one);
        wr_counts_release(&many);
    }
    wr_csr_release(&csr);
    wr_graph_release(&g);
}
END_TEST

static bool refuse(void *context, int64_t done, int64_t total)
{
    ck_assert_int_le(done, total);
    ++*(int *)context;
    return false;
}

START_TEST(a_caller_can_stop)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    struct wr_graph g;
    struct wr_csr csr;
    struct wr_counts closed = {.count = -1};
    int calls = 0;
    struct wr_progress progress = {.step = refuse, .context = &calls};
    wr_threads_set(1);
    wr_rng_init(&rng, 1, 8);
    graph_and_csr(&g, &csr, &rng, ORACLE_N, 0.5);
    ck_assert_int_eq(wr_closed_walks(&csr, 5, &progress, &closed, &err), WR_EINTERRUPT);
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(closed.count, -1);
    wr_csr_release(&csr);
    wr_graph_release(&g);
}
END_TEST

unit_main("walks", vectors_of_any_length, blocks_of_starts, cycles_by_looking_at_every_path,
          closed_walks_of_short_lengths, closed_walks_of_great_lengths, widths_at_their_edges,
          threads_do_not_matter, a_caller_can_stop)
