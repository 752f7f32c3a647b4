/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/rng.h"
#include "sparsify/changes.h"
#include "sparsify/random.h"
#include "sparsify/wis.h"

/* --- the oracle: every tuple from scratch ---------------------------------------------------- */

enum { MAX_N = 12, MAX_VALUES = 16 };

struct oracle {
    uint32_t n;
    bool edge[MAX_N][MAX_N]; /* with ones on the diagonal */
    struct wr_wis_options opt;
    int64_t values;
};

struct tuple {
    wr_walkcount value[MAX_VALUES];
};

static int compare_walks(const void *a, const void *b)
{
    const wr_walkcount *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* 1 at the vertices that have an edge from I to the rest. */
static void find_boundary(const struct oracle *o, const bool *inside, wr_walkcount *walks)
{
    for (uint32_t u = 0; u < o->n; u++) {
        walks[u] = 0;
        for (uint32_t v = 0; v < o->n; v++)
            if (o->edge[u][v] && inside[u] != inside[v])
                walks[u] = 1;
    }
}

static wr_walkcount walk_index(const struct oracle *o, const bool *inside, uint32_t target)
{
    wr_walkcount walks[MAX_N];
    find_boundary(o, inside, walks);
    for (int step = 1; step < o->opt.depth; step++) {
        wr_walkcount next[MAX_N] = {0};
        for (uint32_t u = 0; u < o->n; u++)
            for (uint32_t v = 0; v < o->n; v++)
                next[u] += o->edge[u][v] ? walks[v] : 0;
        memcpy(walks, next, sizeof next);
    }
    wr_walkcount sum = 0;
    for (uint32_t u = 0; u < o->n; u++)
        sum += walks[u];
    return o->opt.task == WR_TASK_GRAPH ? sum : walks[target];
}

static struct tuple sorted_tuple(const struct oracle *o)
{
    struct tuple tuple = {0};
    const struct wr_partitions *given = o->opt.partitions;
    for (uint32_t p = 0; p < o->values; p++) {
        bool inside[MAX_N] = {0};
        if (!given)
            inside[p] = true;
        for (int64_t i = given ? given->start[p] : 0; given && i < given->start[p + 1]; i++)
            inside[given->vertex[i]] = true;
        tuple.value[p] = walk_index(o, inside, given ? given->target[p] : p);
    }
    qsort(tuple.value, (size_t)o->values, sizeof *tuple.value, compare_walks);
    return tuple;
}

static bool larger(const struct oracle *o, const struct tuple *a, const struct tuple *b)
{
    for (int64_t i = 0; i < o->values; i++)
        if (a->value[i] != b->value[i])
            return a->value[i] > b->value[i];
    return false;
}

static void set_edge(struct oracle *o, uint64_t e, bool there)
{
    o->edge[wr_edge_u(e)][wr_edge_v(e)] = o->edge[wr_edge_v(e)][wr_edge_u(e)] = there;
}

/* The order of the m edges, which are listed in the order in which ties go. */
static void oracle_order(struct oracle *o, const uint64_t *edge, int64_t m, uint64_t *order)
{
    struct tuple tuple[MAX_N * MAX_N];
    bool gone[MAX_N * MAX_N] = {0};
    for (int64_t done = 0; done < m;) {
        for (int64_t e = 0; e < m; e++) {
            if (gone[e])
                continue;
            set_edge(o, edge[e], false);
            tuple[e] = sorted_tuple(o);
            set_edge(o, edge[e], true);
        }
        int64_t batch_end = done + o->opt.batch < m ? done + o->opt.batch : m, first = done;
        for (; done < batch_end; done++) {
            int64_t best = -1;
            for (int64_t e = 0; e < m; e++)
                if (!gone[e] && (best < 0 || larger(o, &tuple[e], &tuple[best])))
                    best = e;
            gone[best] = true;
            order[done] = edge[best];
        }
        for (; first < batch_end; first++)
            set_edge(o, order[first], false);
    }
}

/* --- random inputs --------------------------------------------------------------------------- */

static void random_graph(struct wr_rng *rng, uint32_t max_n, struct wr_graph *g)
{
    uint64_t edge[MAX_N * MAX_N];
    int64_t m = 0;
    uint32_t n = 2 + (uint32_t)wr_rng_below(rng, max_n - 1);
    double density = 0.1 + 0.9 * wr_rng_uniform(rng);
    bool hub = wr_rng_below(rng, 3) == 0; /* vertex 0 knows everyone */
    for (uint32_t u = 0; u < n; u++)
        for (uint32_t v = u + 1; v < n; v++)
            if (wr_rng_uniform(rng) < (hub ? (u == 0 ? 0.9 : density / 2) : density))
                edge[m++] = wr_edge(u, v);
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(g, n, edge, m, false, &err), err);
}

static void random_partitions(struct wr_rng *rng, uint32_t n, struct wr_partitions *p)
{
    struct wr_error err = {0};
    int64_t count = (int64_t)wr_rng_below(rng, 7);
    for (int64_t i = 0; i < count; i++) {
        uint32_t subset[MAX_N];
        int64_t size = 0;
        for (uint32_t v = 0; v < n; v++)
            if (wr_rng_below(rng, 2))
                subset[size++] = v;
        uint32_t target = (uint32_t)wr_rng_below(rng, n);
        ck_ok(wr_partitions_add(p, target, i + 1, subset, size, &err), err);
    }
}

static void check_order(const struct wr_graph *g, const struct wr_wis_options *opt)
{
    struct wr_error err = {0};
    uint64_t order[MAX_N * MAX_N], wanted[MAX_N * MAX_N], edge[MAX_N * MAX_N];
    struct oracle o = {.n = g->n, .opt = *opt};
    o.values = opt->partitions ? opt->partitions->count : g->n;
    memcpy(edge, g->edge, (size_t)g->m * sizeof *edge);
    if (opt->tie == WR_TIE_RANDOM)
        ck_ok(wr_random_order(g, opt->seed, g->m, edge, &err), err);
    for (uint32_t u = 0; u < g->n; u++)
        o.edge[u][u] = true;
    for (int64_t e = 0; e < g->m; e++)
        set_edge(&o, edge[e], true);
    oracle_order(&o, edge, g->m, wanted);
    ck_ok(wr_wis_order(g, opt, g->m, NULL, order, &err), err);
    for (int64_t i = 0; i < g->m; i++)
        ck_assert_msg(order[i] == wanted[i],
                      "n %u, m %lld, depth %d, task %d, batch %lld, partitions %d: removal %lld is "
                      "%u %u, wanted %u %u",
                      g->n, (long long)g->m, opt->depth, opt->task, (long long)opt->batch,
                      opt->partitions != NULL, (long long)i, wr_edge_u(order[i]),
                      wr_edge_v(order[i]), wr_edge_u(wanted[i]), wr_edge_v(wanted[i]));
}

static struct wr_wis_options random_options(struct wr_rng *rng, int round)
{
    return (struct wr_wis_options){
        .depth = 2 + round % 4,
        .task = round / 4 % 2 ? WR_TASK_GRAPH : WR_TASK_VERTEX,
        .batch = wr_rng_below(rng, 3) ? 1 : 1 + (int64_t)wr_rng_below(rng, 5),
        .tie = wr_rng_below(rng, 4) ? WR_TIE_ORDER : WR_TIE_RANDOM,
        .seed = wr_rng_u64(rng),
    };
}

/* --- tests ----------------------------------------------------------------------------------- */

START_TEST(single_vertices_as_the_oracle)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    for (int round = 0; round < unit_rounds(600); round++) {
        struct wr_graph g;
        random_graph(&rng, 9, &g);
        struct wr_wis_options opt = random_options(&rng, round);
        check_order(&g, &opt);
        wr_graph_release(&g);
    }
}
END_TEST

START_TEST(partitions_as_the_oracle)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 2, 0);
    for (int round = 0; round < unit_rounds(600); round++) {
        struct wr_graph g;
        struct wr_partitions p = {0};
        random_graph(&rng, 9, &g);
        random_partitions(&rng, g.n, &p);
        struct wr_wis_options opt = random_options(&rng, round);
        opt.partitions = &p;
        check_order(&g, &opt);
        wr_partitions_release(&p);
        wr_graph_release(&g);
    }
}
END_TEST

/* Walk indices past 64 bits: depth 40 has up to 6^40 > 2^103 walks. */
START_TEST(deep_networks_as_the_oracle)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 3, 0);
    for (int round = 0; round < unit_rounds(60); round++) {
        struct wr_graph g;
        struct wr_partitions p = {0};
        random_graph(&rng, 6, &g);
        struct wr_wis_options opt = random_options(&rng, round);
        opt.depth = 6 + (int)wr_rng_below(&rng, 35);
        check_order(&g, &opt);
        random_partitions(&rng, g.n, &p);
        opt.partitions = &p;
        check_order(&g, &opt);
        wr_partitions_release(&p);
        wr_graph_release(&g);
    }
}
END_TEST

START_TEST(too_many_walks_are_an_error)
{
    struct wr_graph g;
    struct wr_partitions p = {0};
    struct wr_error err = {0};
    const uint64_t triangle[] = {wr_edge(0, 1), wr_edge(0, 2), wr_edge(1, 2)};
    const uint32_t subset[] = {0};
    uint64_t order[3];
    ck_ok(wr_graph_from_edges(&g, 3, triangle, 3, false, &err), err);
    ck_ok(wr_partitions_add(&p, 1, 1, subset, 1, &err), err);
    for (int round = 0; round < 4; round++) {
        struct wr_wis_options opt = {.depth = 100, .batch = 1};
        opt.task = round % 2 ? WR_TASK_GRAPH : WR_TASK_VERTEX;
        opt.partitions = round / 2 ? &p : NULL;
        err = (struct wr_error){0};
        ck_assert_int_eq(wr_wis_order(&g, &opt, 3, NULL, order, &err), WR_ENUMERIC);
        ck_assert_ptr_nonnull(strstr(err.message, "too many: choose a smaller depth"));
    }
    wr_partitions_release(&p);
    wr_graph_release(&g);
}
END_TEST

/* Walks from a boundary without vertices are never too many. */
START_TEST(deep_networks_and_empty_boundaries)
{
    struct wr_graph g;
    struct wr_partitions p = {0};
    struct wr_error err = {0};
    const uint64_t path[] = {wr_edge(0, 1), wr_edge(1, 2)};
    const uint32_t subset[] = {3};
    uint64_t order[2];
    ck_ok(wr_graph_from_edges(&g, 4, path, 2, false, &err), err);
    ck_ok(wr_partitions_add(&p, 1, 0, subset, 1, &err), err);
    for (int depth = 125; depth <= 1000; depth += depth < 130 ? 1 : 435) {
        struct wr_wis_options opt = {.depth = depth, .batch = 1, .partitions = &p};
        enum wr_status status = wr_wis_order(&g, &opt, 2, NULL, order, NULL);
        ck_assert_int_eq(status, depth > 127 ? WR_ENUMERIC : WR_OK);
        ck_assert(status || memcmp(order, path, sizeof path) == 0);
    }
    wr_partitions_release(&p);
    wr_graph_release(&g);
}
END_TEST

START_TEST(impossible_requests)
{
    struct wr_graph g;
    struct wr_partitions p = {0};
    struct wr_error err = {0};
    const uint64_t edge = wr_edge(0, 1);
    const uint32_t subset[] = {0};
    uint64_t order[1];
    ck_ok(wr_graph_from_edges(&g, 2, &edge, 1, false, &err), err);
    struct wr_wis_options opt = {.depth = 1, .batch = 1};
    ck_assert_int_eq(wr_wis_order(&g, &opt, 1, NULL, order, &err), WR_EINVAL);
    err = (struct wr_error){0};
    opt = (struct wr_wis_options){.depth = 3, .batch = 1, .partitions = &p};
    ck_ok(wr_partitions_add(&p, WR_NO_TARGET, 4, subset, 1, &err), err);
    ck_assert_int_eq(wr_wis_order(&g, &opt, 1, NULL, order, &err), WR_EDATA);
    ck_assert_int_eq(err.line, 4);
    wr_partitions_release(&p);
    wr_graph_release(&g);
}
END_TEST

START_TEST(graphs_without_edges)
{
    struct wr_error err = {0};
    for (uint32_t n = 0; n < 3; n++) {
        struct wr_graph g;
        ck_ok(wr_graph_from_edges(&g, n, NULL, 0, false, &err), err);
        struct wr_wis_options opt = {.depth = 3, .batch = 1};
        ck_ok(wr_wis_order(&g, &opt, 0, NULL, NULL, &err), err);
        wr_graph_release(&g);
    }
}
END_TEST

/* --- larger graphs --------------------------------------------------------------------------- */

/* Every new vertex knows `attach` earlier ones, by preference those with many edges. */
static void attachment_graph(struct wr_rng *rng, uint32_t n, uint32_t attach, struct wr_graph *g)
{
    struct wr_error err = {0};
    uint64_t *edge = malloc(n * attach * sizeof *edge);
    int64_t m = 0;
    for (uint32_t v = 1; v < n; v++)
        for (uint32_t i = 0; i < attach; i++) {
            uint32_t u = (uint32_t)wr_rng_below(rng, v);
            if (m > 0 && wr_rng_below(rng, 2))
                u = wr_edge_u(edge[wr_rng_below(rng, (uint64_t)m)]);
            if (u != v)
                edge[m++] = wr_edge(u, v);
        }
    ck_ok(wr_graph_from_edges(g, n, edge, m, false, &err), err);
    free(edge);
}

START_TEST(depth_2_is_1_wis)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 4, 0);
    for (uint32_t round = 0; round < (uint32_t)unit_rounds(60); round++) {
        struct wr_graph g;
        struct wr_error err = {0};
        attachment_graph(&rng, 2 + 20 * round, 1 + round % 7, &g);
        struct wr_wis_options wis = {.depth = 2, .batch = 1, .seed = round};
        wis.tie = round % 3 ? WR_TIE_ORDER : WR_TIE_RANDOM;
        struct wr_onewis_options onewis = {.tie = wis.tie, .seed = round};
        uint64_t *order = malloc((size_t)g.m * sizeof *order);
        uint64_t *wanted = malloc((size_t)g.m * sizeof *wanted);
        ck_ok(wr_wis_order(&g, &wis, g.m, NULL, order, &err), err);
        ck_ok(wr_onewis_order(&g, &onewis, g.m, NULL, wanted, &err), err);
        ck_assert_mem_eq(order, wanted, (size_t)g.m * sizeof *order);
        free(order);
        free(wanted);
        wr_graph_release(&g);
    }
}
END_TEST

/* Copies of one random graph: keys are equal far down. */
static void copies_graph(struct wr_rng *rng, uint32_t n, uint32_t copies, struct wr_graph *g)
{
    struct wr_error err = {0};
    uint64_t *edge = malloc((size_t)n * n * copies * sizeof *edge);
    int64_t m = 0;
    for (uint32_t u = 0; u < n; u++)
        for (uint32_t v = u + 1; v < n; v++)
            for (uint32_t i = wr_rng_below(rng, 3) ? 0 : copies; i < copies; i++)
                edge[m++] = wr_edge(i * n + u, i * n + v);
    ck_ok(wr_graph_from_edges(g, n * copies, edge, m, false, &err), err);
    free(edge);
}

static void three_ways_graph(struct wr_rng *rng, uint32_t round, struct wr_graph *g)
{
    if (round % 3 == 0)
        attachment_graph(rng, 60, 1 + round % 7, g);
    else
        copies_graph(rng, 36 / (round % 3 * (1 + round % 2)), round % 3 * (1 + round % 2), g);
}

/* The partitions {t} with target t are what NULL stands for, and depth 3 has code of its own. */
START_TEST(three_ways_to_one_order)
{
    struct wr_rng rng;
    wr_rng_init(&rng, 5, 0);
    for (uint32_t round = 0; round < (uint32_t)unit_rounds(48); round++) {
        struct wr_graph g;
        struct wr_partitions p = {0};
        struct wr_error err = {0};
        three_ways_graph(&rng, round, &g);
        for (uint32_t t = 0; t < g.n; t++)
            ck_ok(wr_partitions_add(&p, t, 0, &t, 1, &err), err);
        struct wr_wis_options opt = {.depth = 3, .batch = 1 + round % 5 / 3};
        if (round % 2) {
            opt.depth = 2 + (int)(round / 2 % 4);
            opt.task = round / 8 % 2 ? WR_TASK_GRAPH : WR_TASK_VERTEX;
        }
        uint64_t *order = malloc((size_t)g.m * sizeof *order);
        uint64_t *wanted = malloc((size_t)g.m * sizeof *wanted);
        ck_ok(wr_wis_order(&g, &opt, g.m, NULL, wanted, &err), err);
        opt.partitions = &p;
        ck_ok(wr_wis_order(&g, &opt, g.m, NULL, order, &err), err);
        ck_assert_mem_eq(order, wanted, (size_t)g.m * sizeof *order);
        free(order);
        free(wanted);
        wr_partitions_release(&p);
        wr_graph_release(&g);
    }
}
END_TEST

/* The removals, one after another, that `order` starts with do not depend on how many are asked. */
START_TEST(fewer_removals_are_a_prefix)
{
    struct wr_rng rng;
    struct wr_graph g;
    struct wr_error err = {0};
    wr_rng_init(&rng, 6, 0);
    attachment_graph(&rng, 100, 4, &g);
    struct wr_wis_options opt = {.depth = 3, .batch = 7};
    uint64_t *order = malloc((size_t)g.m * sizeof *order);
    uint64_t *wanted = malloc((size_t)g.m * sizeof *wanted);
    ck_ok(wr_wis_order(&g, &opt, g.m, NULL, wanted, &err), err);
    for (int64_t count = 0; count <= g.m; count += 13) {
        ck_ok(wr_wis_order(&g, &opt, count, NULL, order, &err), err);
        ck_assert(memcmp(order, wanted, (size_t)count * sizeof *order) == 0);
    }
    free(order);
    free(wanted);
    wr_graph_release(&g);
}
END_TEST

static bool stop_at_once(void *context, int64_t done, int64_t total)
{
    ck_assert_int_le(done, total);
    ++*(int *)context;
    return false;
}

START_TEST(interrupted)
{
    struct wr_rng rng;
    struct wr_graph g;
    struct wr_error err = {0};
    wr_rng_init(&rng, 7, 0);
    attachment_graph(&rng, 500, 4, &g);
    int calls = 0;
    struct wr_progress progress = {stop_at_once, &calls};
    struct wr_wis_options opt = {.depth = 3, .batch = 1};
    uint64_t *order = malloc((size_t)g.m * sizeof *order);
    ck_assert_int_eq(wr_wis_order(&g, &opt, g.m, &progress, order, &err), WR_EINTERRUPT);
    ck_assert_int_eq(calls, 1);
    free(order);
    wr_graph_release(&g);
}
END_TEST

unit_main("wis", single_vertices_as_the_oracle, partitions_as_the_oracle,
          deep_networks_as_the_oracle, too_many_walks_are_an_error,
          deep_networks_and_empty_boundaries, impossible_requests, graphs_without_edges,
          depth_2_is_1_wis, three_ways_to_one_order, fewer_removals_are_a_prefix, interrupted)
