/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "sparsify/shrinking.h"

enum { N = 40 };

/* Every row has the edges that are left and no others. */
static void check_rows(const struct wr_shrinking *s, uint32_t left[N][N])
{
    for (uint32_t u = 0; u < N; u++) {
        uint32_t alive = 0, wanted = 0;
        for (int64_t k = s->row[u]; k < s->row[u] + s->length[u]; k++) {
            if (s->edge[k] == WR_DEAD)
                continue;
            ck_assert_uint_eq(s->edge[k] + 1, left[u][s->col[k]]);
            alive++;
        }
        for (uint32_t v = 0; v < N; v++)
            wanted += left[u][v] > 0;
        ck_assert_uint_eq(alive, wanted);
        ck_assert_uint_eq(s->degree[u], wanted);
        ck_assert_uint_le(s->length[u] - alive, s->length[u] / 4);
    }
}

/* The first `most` common neighbours, or all with most = N. */
static void check_common(struct wr_shrinking *s, uint32_t left[N][N], uint32_t u, uint32_t v,
                         int64_t most)
{
    struct wr_common common[N + 1];
    int64_t found = most == N ? wr_shrinking_common(s, u, v, common)
                              : wr_shrinking_first_common(s, u, v, most, common);
    int64_t at = 0;
    for (uint32_t w = 0; w < N && at < most; w++) {
        if (!left[u][w] || !left[v][w])
            continue;
        ck_assert_int_lt(at, found);
        ck_assert_uint_eq(common[at].vertex, w);
        ck_assert_uint_eq(common[at].edge_u + 1, left[u][w]);
        ck_assert_uint_eq(common[at].edge_v + 1, left[v][w]);
        at++;
    }
    ck_assert_int_eq(at, found);
}

/* Remove all edges in random order from a random graph whose edges are numbered at random. */
START_TEST(removals_as_in_a_matrix)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < 20; round++) {
        uint64_t edge[N * N];
        uint32_t left[N][N] = {{0}}; /* number of the edge + 1 */
        int64_t m = 0;
        for (uint32_t u = 0; u < N; u++)
            for (uint32_t v = u + 1; v < N; v++)
                if (wr_rng_below(&rng, 1 + (uint64_t)u / 8) == 0)
                    edge[m++] = wr_edge(u, v);
        struct wr_error err = {0};
        struct wr_shrinking s;
        wr_rng_shuffle_u64(&rng, edge, m);
        ck_ok(wr_shrinking_init(&s, N, edge, m, &err), err);
        for (int64_t e = 0; e < m; e++)
            left[wr_edge_u(edge[e])][wr_edge_v(edge[e])] =
                left[wr_edge_v(edge[e])][wr_edge_u(edge[e])] = (uint32_t)e + 1;
        wr_rng_shuffle_u64(&rng, edge, m);
        for (int64_t e = 0; e < m; e++) {
            uint32_t u = wr_edge_u(edge[e]), v = wr_edge_v(edge[e]);
            check_common(&s, left, u, v, N);
            check_common(&s, left, v, u, 2);
            check_common(&s, left, v, u, N - 1);
            wr_shrinking_remove(&s, u, v);
            left[u][v] = left[v][u] = 0;
            if (e % 16 == 0)
                check_rows(&s, left);
        }
        check_rows(&s, left);
        wr_shrinking_release(&s);
    }
}
END_TEST

unit_main("shrinking", removals_as_in_a_matrix)
