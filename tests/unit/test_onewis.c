/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "base/sort.h"
#include "sparsify/onewis.h"
#include "sparsify/onewis_internal.h"
#include "sparsify/random.h"

enum { MAX_N = 90, MAX_M = 2000 };

/* --- the oracle: every candidate's key from scratch, after every removal ---------------------- */

static void degrees(const uint64_t *edge, const bool *gone, int64_t m, bool directed,
                    uint32_t *degree)
{
    memset(degree, 0, MAX_N * sizeof *degree);
    for (int64_t e = 0; e < m; e++) {
        degree[wr_edge_v(edge[e])] += !gone[e];
        degree[wr_edge_u(edge[e])] += !gone[e] && !directed;
    }
}

/* The whole order of m edges given in the order in which ties go. */
static void brute_force(const uint64_t *edge, int64_t m, bool directed, uint64_t *order)
{
    bool gone[MAX_M] = {false};
    for (int64_t done = 0; done < m; done++) {
        uint32_t degree[MAX_N], best_min = 0, best_max = 0;
        int64_t best = -1;
        degrees(edge, gone, m, directed, degree);
        for (int64_t e = 0; e < m; e++) {
            uint32_t a = degree[wr_edge_u(edge[e])], b = degree[wr_edge_v(edge[e])];
            uint32_t min = a < b ? a : b, max = a < b ? b : a;
            if (gone[e])
                continue;
            if (best < 0 || min > best_min || (min == best_min && max > best_max)) {
                best = e;
                best_min = min;
                best_max = max;
            }
        }
        order[done] = edge[best];
        gone[best] = true;
    }
}

static void check_graph(const struct wr_graph *g, enum wr_tie tie, uint64_t seed)
{
    struct wr_error err = {0};
    struct wr_onewis_options opt = {.tie = tie, .seed = seed};
    uint64_t ties[MAX_M], want[MAX_M], got[MAX_M];
    ck_assert_int_le(g->m, MAX_M);
    if (tie == WR_TIE_RANDOM)
        ck_ok(wr_random_order(g, seed, g->m, ties, &err), err);
    else if (g->m)
        memcpy(ties, g->edge, (size_t)g->m * sizeof *ties);
    brute_force(ties, g->m, g->directed, want);
    ck_ok(wr_onewis_order(g, &opt, g->m, NULL, got, &err), err);
    for (int64_t i = 0; i < g->m; i++)
        ck_assert_msg(got[i] == want[i], "removal %d of %d is %u-%u, not %u-%u", (int)i, (int)g->m,
                      wr_edge_u(got[i]), wr_edge_v(got[i]), wr_edge_u(want[i]), wr_edge_v(want[i]));
    for (int64_t count = 0; count < g->m; count = 2 * count + 1) {
        got[count] = 12345;
        ck_ok(wr_onewis_order(g, &opt, count, NULL, got, &err), err);
        ck_assert(memcmp(got, want, (size_t)count * sizeof *got) == 0);
        ck_assert_uint_eq(got[count], 12345);
    }
}

/* --- graphs ----------------------------------------------------------------------------------- */

struct list {
    uint32_t n;
    int64_t count;
    uint64_t pair[MAX_M];
};

static uint32_t below(struct wr_rng *rng, uint32_t bound)
{
    return (uint32_t)wr_rng_below(rng, bound);
}

static void add(struct list *l, uint32_t u, uint32_t v)
{
    ck_assert_int_lt(l->count, MAX_M);
    l->pair[l->count++] = wr_arc(u, v);
}

static void add_uniform(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t m = below(rng, 4 * n);
    for (uint32_t i = 0; i < m; i++)
        add(l, base + below(rng, n), base + below(rng, n));
}

/* Endpoints drawn from earlier pairs: hubs of both low and high ids once shuffled. */
static void add_preferential(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t attach = 1 + below(rng, 6);
    int64_t start = l->count;
    for (uint32_t u = 1; u < n; u++)
        for (uint32_t i = 0; i < attach && l->count < MAX_M - 1; i++) {
            uint64_t old = start == l->count
                               ? wr_arc(base, base)
                               : l->pair[start + below(rng, (uint32_t)(l->count - start))];
            add(l, base + u, below(rng, 2) ? wr_edge_u(old) : wr_edge_v(old));
        }
}

static void add_stars(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t hubs = 1 + below(rng, 4);
    for (uint32_t h = 0; h < hubs && h < n; h++)
        for (uint32_t v = 0; v < n; v++)
            if (below(rng, 4))
                add(l, base + h * n / hubs, base + v);
}

static void add_clique(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t size = n < 20 ? n : 4 + below(rng, 16), missing = below(rng, 2) * 5;
    for (uint32_t u = 0; u < size; u++)
        for (uint32_t v = u + 1; v < size; v++)
            if (!missing || below(rng, missing))
                add(l, base + u, base + v);
}

static void add_circulant(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t reach = 1 + below(rng, 5);
    for (uint32_t u = 0; u < n; u++)
        for (uint32_t d = 1; d <= reach; d++)
            add(l, base + u, base + (u + d) % n);
}

static void add_path(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t skip = 2 + below(rng, 30);
    for (uint32_t u = 0; u + 1 < n; u++)
        if (u % skip != 1)
            add(l, base + u, base + u + 1);
}

static void add_bipartite(struct list *l, struct wr_rng *rng, uint32_t base, uint32_t n)
{
    uint32_t left = 1 + below(rng, n < 12 ? n : 12);
    for (uint32_t u = 0; u < left; u++)
        for (uint32_t v = left; v < n; v++)
            add(l, base + u, base + v);
}

/* A disjoint union of one to four shapes, a few random edges between, the ids shuffled. */
static void random_graph(struct wr_graph *g, struct wr_rng *rng, bool directed)
{
    static void (*const shape[])(struct list *, struct wr_rng *, uint32_t, uint32_t) = {
        add_uniform,   add_preferential, add_stars,     add_clique,
        add_circulant, add_path,         add_bipartite,
    };
    struct list l = {0};
    struct wr_error err = {0};
    uint64_t id[MAX_N];
    uint32_t parts = 1 + below(rng, 4);
    for (uint32_t p = 0; p < parts; p++) {
        uint32_t n = 1 + below(rng, MAX_N / parts);
        shape[below(rng, sizeof shape / sizeof *shape)](&l, rng, l.n, n);
        l.n += n;
    }
    for (uint32_t i = below(rng, 4); i > 0 && l.count < MAX_M - 1; i--)
        add(&l, below(rng, l.n), below(rng, l.n));
    for (uint32_t u = 0; u < l.n; u++)
        id[u] = u;
    if (below(rng, 2))
        wr_rng_shuffle_u64(rng, id, l.n);
    for (int64_t i = 0; i < l.count; i++) {
        uint32_t u = (uint32_t)id[wr_edge_u(l.pair[i])], v = (uint32_t)id[wr_edge_v(l.pair[i])];
        l.pair[i] = below(rng, 2) ? wr_arc(u, v) : wr_arc(v, u);
    }
    ck_ok(wr_graph_from_edges(g, l.n, l.pair, l.count, directed, &err), err);
}

static void check_many(bool directed, enum wr_tie tie, int graphs)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, (uint64_t)directed << 1 | (tie == WR_TIE_RANDOM));
    for (int i = 0; i < unit_rounds(graphs); i++) {
        struct wr_graph g;
        random_graph(&g, &rng, directed);
        check_graph(&g, tie, (uint64_t)i);
        wr_graph_release(&g);
    }
}

START_TEST(undirected_agrees_with_brute_force)
{
    check_many(false, WR_TIE_ORDER, 1000);
}
END_TEST

START_TEST(undirected_with_random_ties_agrees_with_brute_force)
{
    check_many(false, WR_TIE_RANDOM, 500);
}
END_TEST

START_TEST(directed_agrees_with_brute_force)
{
    check_many(true, WR_TIE_ORDER, 500);
}
END_TEST

START_TEST(directed_with_random_ties_agrees_with_brute_force)
{
    check_many(true, WR_TIE_RANDOM, 300);
}
END_TEST

START_TEST(degenerate_graphs)
{
    const uint64_t single[] = {wr_edge(3, 1)}, both[] = {wr_arc(0, 1), wr_arc(1, 0)};
    for (int directed = 0; directed < 2; directed++)
        for (int tie = WR_TIE_ORDER; tie <= WR_TIE_RANDOM; tie++) {
            struct wr_graph g;
            struct wr_error err = {0};
            ck_ok(wr_graph_from_edges(&g, 0, NULL, 0, directed, &err), err);
            check_graph(&g, (enum wr_tie)tie, 1);
            wr_graph_release(&g);
            ck_ok(wr_graph_from_edges(&g, 70, NULL, 0, directed, &err), err);
            check_graph(&g, (enum wr_tie)tie, 1);
            wr_graph_release(&g);
            ck_ok(wr_graph_from_edges(&g, 4, single, 1, directed, &err), err);
            check_graph(&g, (enum wr_tie)tie, 1);
            wr_graph_release(&g);
            ck_ok(wr_graph_from_edges(&g, 2, both, 2, directed, &err), err);
            check_graph(&g, (enum wr_tie)tie, 1);
            wr_graph_release(&g);
        }
}
END_TEST

/* --- larger graphs, where brute force is too slow --------------------------------------------- */

/* R-MAT: hubs, most of them of small ids. */
static void large_graph(struct wr_graph *g, bool directed, uint64_t seed)
{
    enum { SCALE = 12, PAIRS = 40000 };
    struct wr_error err = {0};
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    uint64_t *pair = malloc(PAIRS * sizeof *pair);
    for (int i = 0; i < PAIRS; i++) {
        uint32_t u = 0, v = 0;
        for (int bit = 0; bit < SCALE; bit++) {
            uint32_t cell = below(&rng, 100);
            u = u << 1 | (cell >= 76);
            v = v << 1 | (cell >= 57 && cell < 76) | (cell >= 95);
        }
        pair[i] = wr_arc(u, v);
    }
    ck_ok(wr_graph_from_edges(g, 1 << SCALE, pair, PAIRS, directed, &err), err);
    free(pair);
}

/* Two ways to the same order. */
START_TEST(the_general_algorithm_agrees_on_large_graphs)
{
    for (uint64_t seed = 0; seed < (uint64_t)unit_rounds(8); seed++) {
        struct wr_graph g;
        struct wr_error err = {0};
        large_graph(&g, false, seed);
        uint64_t *a = malloc((size_t)g.m * sizeof *a), *b = malloc((size_t)g.m * sizeof *b);
        struct wr_removals level = {.order = a, .count = g.m};
        struct wr_removals general = {.order = b, .count = g.m};
        ck_ok(wr_onewis_level(&g, &level, &err), err);
        ck_ok(wr_onewis_general(&g, g.edge, &general, &err), err);
        ck_assert_int_eq(level.done, g.m);
        ck_assert(memcmp(a, b, (size_t)g.m * sizeof *a) == 0);
        free(a);
        free(b);
        wr_graph_release(&g);
    }
}
END_TEST

static uint64_t key_of(uint64_t e, const uint32_t *degree)
{
    uint32_t a = degree[wr_edge_u(e)], b = degree[wr_edge_v(e)];
    return a < b ? wr_arc(a, b) : wr_arc(b, a);
}

/* Each edge once, and the keys never rise along the order. */
START_TEST(a_large_order_is_a_permutation_of_falling_keys)
{
    for (int directed = 0; directed < 2; directed++)
        for (int tie = WR_TIE_ORDER; tie <= WR_TIE_RANDOM; tie++) {
            struct wr_graph g;
            struct wr_error err = {0};
            struct wr_onewis_options opt = {.tie = (enum wr_tie)tie, .seed = 5};
            large_graph(&g, directed, 20);
            uint64_t *order = malloc((size_t)g.m * sizeof *order), last = UINT64_MAX;
            uint32_t *degree = calloc(g.n, sizeof *degree);
            ck_ok(wr_onewis_order(&g, &opt, g.m, NULL, order, &err), err);
            for (int64_t e = 0; e < g.m; e++) {
                degree[wr_edge_v(g.edge[e])]++;
                degree[wr_edge_u(g.edge[e])] += !directed;
            }
            for (int64_t i = 0; i < g.m; i++) {
                uint64_t key = key_of(order[i], degree);
                ck_assert_uint_le(key, last);
                last = key;
                degree[wr_edge_v(order[i])]--;
                degree[wr_edge_u(order[i])] -= !directed;
            }
            ck_ok(wr_sort_u64(order, g.m, &err), err);
            ck_assert(memcmp(order, g.edge, (size_t)g.m * sizeof *order) == 0);
            free(degree);
            free(order);
            wr_graph_release(&g);
        }
}
END_TEST

static bool stop_at_once(void *context, int64_t done, int64_t total)
{
    ck_assert_int_le(done, total);
    ++*(int *)context;
    return false;
}

START_TEST(the_caller_can_stop_it)
{
    for (int tie = WR_TIE_ORDER; tie <= WR_TIE_RANDOM; tie++) {
        struct wr_graph g;
        struct wr_error err = {0};
        struct wr_onewis_options opt = {.tie = (enum wr_tie)tie};
        int calls = 0;
        const struct wr_progress progress = {stop_at_once, &calls};
        large_graph(&g, false, 20);
        uint64_t *order = malloc((size_t)g.m * sizeof *order);
        ck_assert_int_eq(wr_onewis_order(&g, &opt, g.m, &progress, order, &err), WR_EINTERRUPT);
        ck_assert_int_eq(err.status, WR_EINTERRUPT);
        ck_assert_int_eq(calls, 1);
        free(order);
        wr_graph_release(&g);
    }
}
END_TEST

unit_main("onewis", undirected_agrees_with_brute_force,
          undirected_with_random_ties_agrees_with_brute_force, directed_agrees_with_brute_force,
          directed_with_random_ties_agrees_with_brute_force, degenerate_graphs,
          the_general_algorithm_agrees_on_large_graphs,
          a_large_order_is_a_permutation_of_falling_keys, the_caller_can_stop_it)
