/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/sort.h"
#include "gnn/edge_weights.h"
#include "gnn/ugs.h"
#include "gnninput.h"

static const enum wr_model_kind kinds[] = {WR_MODEL_GCN, WR_MODEL_GIN, WR_MODEL_RESGCN};

static struct wr_ugs_options quick(int64_t epochs)
{
    return (struct wr_ugs_options){
        .epochs = epochs,
        .l1 = 1e-3,
        .optimizer = {.kind = WR_OPTIMIZER_ADAM, .lr = 0.01, .weight_decay = 1e-4},
        .seed = 3};
}

static void random_task(struct random_input *r, enum wr_model_kind kind, int64_t n, double density,
                        int64_t graphs)
{
    const struct random_shape shape = {.n = n,
                                       .features = 6,
                                       .classes = 3,
                                       .graphs = graphs,
                                       .density = density,
                                       .kind = wr_model_adjacency(kind)};
    struct wr_rng rng;
    wr_rng_init(&rng, (uint64_t)n, 0);
    random_input_init(r, &rng, &shape);
}

/* The order of all edges; free the result. */
static uint64_t *order_of(const struct random_input *r, const struct wr_model_options *model,
                          const struct wr_ugs_options *options, const struct wr_progress *progress,
                          struct wr_ugs_result *result)
{
    struct wr_error err = {0};
    uint64_t *order = malloc((size_t)(r->graph.m + 1) * sizeof *order);
    ck_ok(wr_ugs_order(&r->input, model, options, progress, order, result, &err), err);
    return order;
}

static void check_every_edge_once(const struct wr_graph *g, const uint64_t *order)
{
    uint64_t *sorted = malloc((size_t)(g->m + 1) * sizeof *sorted);
    memcpy(sorted, order, (size_t)g->m * sizeof *sorted);
    ck_assert_int_eq(wr_sort_u64(sorted, g->m, NULL), WR_OK);
    ck_assert_mem_eq(sorted, g->edge, (size_t)g->m * sizeof *sorted);
    free(sorted);
}

/* 5 % rounded up per round, until no edge is left: for vertices and for graphs. */
START_TEST(every_edge_once)
{
    bool partial = false;
    for (int round = 0; round < 60; round += unit_step(7)) {
        struct wr_model_options o = small_model(kinds[round % 3]);
        const struct wr_ugs_options options = quick(3);
        struct random_input r;
        struct wr_ugs_result result;
        random_task(&r, o.kind, round, 0.15, round > 5 && round % 2 ? 5 : 0);
        uint64_t *order = order_of(&r, &o, &options, NULL, &result);
        int64_t m = r.graph.m, each = (m + 19) / 20;
        check_every_edge_once(&r.graph, order);
        ck_assert_int_eq(result.rounds, m ? (m + each - 1) / each : 0);
        ck_assert_int_eq(result.epochs, 3 * result.rounds);
        ck_assert(!result.interrupted);
        partial |= m % 20 != 0;
        free(order);
        random_input_release(&r);
    }
    ck_assert(partial);
}
END_TEST

/* |1 - lr (dL/dw_e + l1)|, of the first step of plain descent. */
static wr_real *first_magnitudes(struct random_input *r, const struct wr_model_options *o,
                                 const struct wr_ugs_options *options)
{
    const struct wr_pass pass = {true, options->seed, 0};
    struct wr_gnn_room room = wr_gnn_input_room(&r->input);
    struct wr_model model;
    struct wr_edge_weights w;
    struct wr_error err = {0};
    wr_real *magnitude = malloc((size_t)r->graph.m * sizeof *magnitude);
    room.edge_weights = true;
    ck_ok(wr_model_init(&model, o, &room, &err), err);
    ck_ok(wr_edge_weights_init(&w, &r->input.adjacency, &err), err);
    wr_model_bind(&model, &r->input);
    wr_net_draw_params(&model.net, options->seed);
    wr_model_forward(&model, &pass);
    wr_model_backward(&model, &pass);
    for (int64_t e = 0; e < w.count; e++)
        magnitude[e] = (wr_real)fabs(1 - options->optimizer.lr * ((double)w.grad[e] + options->l1));
    wr_edge_weights_release(&w);
    wr_model_release(&model);
    return magnitude;
}

/* With one step per round the first prune is known from the gradient. Numbers may round in another
 * way here: neighbours in the order may be out of it by that much. */
START_TEST(smallest_magnitudes_first)
{
    for (int k = 0; k < 3; k++) {
        struct wr_model_options o = small_model(kinds[k]);
        struct wr_ugs_options options = quick(1);
        struct wr_ugs_result result;
        struct random_input r;
        options.optimizer = (struct wr_optimizer_options){.kind = WR_OPTIMIZER_GD, .lr = 10};
        random_task(&r, o.kind, 60, 0.3, 0);
        uint64_t *order = order_of(&r, &o, &options, NULL, &result);
        wr_real *magnitude = first_magnitudes(&r, &o, &options);
        int64_t pruned = (r.graph.m + 19) / 20, smaller = 0;
        wr_real last = 0;
        for (int64_t i = 0; i < pruned; i++) {
            wr_real here = magnitude[wr_graph_find(&r.graph, order[i])];
            ck_assert_double_ge((double)here, (double)last - 1e-5);
            last = here;
        }
        for (int64_t e = 0; e < r.graph.m; e++)
            smaller += (double)magnitude[e] < (double)last - 1e-5;
        ck_assert_int_lt(smaller, pruned);
        ck_assert_double_lt((double)last, 1);
        free(magnitude);
        free(order);
        random_input_release(&r);
    }
}
END_TEST

/* Without gradients and penalty all weights stay 1: ties go by the edges' words. */
START_TEST(ties_by_word)
{
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_ugs_options options = quick(2);
    struct wr_ugs_result result;
    struct random_input r;
    random_task(&r, o.kind, 40, 0.3, 0);
    options.l1 = 0;
    options.optimizer = (struct wr_optimizer_options){.kind = WR_OPTIMIZER_GD, .lr = 1e-30};
    uint64_t *order = order_of(&r, &o, &options, NULL, &result);
    ck_assert_mem_eq(order, r.graph.edge, (size_t)r.graph.m * sizeof *order);
    free(order);
    random_input_release(&r);
}
END_TEST

/* Three blocks that the features hint at, with as many edges between them as inside: the edges
 * between are removed first. At random their mean position is that of all edges. */
static void blocks_init(struct random_input *r, enum wr_model_kind kind, int64_t n)
{
    enum { BLOCKS = 3, FEATURES = 6, MOST = 1200 };
    uint64_t edge[MOST];
    int64_t m = 0, edges = 5 * n;
    struct wr_error err = {0};
    struct wr_rng rng;
    struct wr_feature_matrix x = {.rows = n, .cols = FEATURES};
    wr_rng_init(&rng, 5, 0);
    ck_assert_int_le(edges, MOST);
    while (m < edges) {
        uint32_t u = (uint32_t)wr_rng_below(&rng, (uint64_t)n);
        uint32_t v = (uint32_t)wr_rng_below(&rng, (uint64_t)n);
        if (u != v && (u % BLOCKS == v % BLOCKS) == (m % 2 == 0))
            edge[m++] = wr_edge(u, v);
    }
    ck_ok(wr_graph_from_edges(&r->graph, (uint32_t)n, edge, m, false, &err), err);
    x.dense = malloc((size_t)(n * FEATURES) * sizeof *x.dense);
    for (int64_t i = 0; i < n * FEATURES; i++)
        x.dense[i] =
            (wr_real)(wr_rng_normal(&rng) + (i % FEATURES == i / FEATURES % BLOCKS ? 1 : 0));
    for (int64_t v = 0; v < n; v++) {
        r->label[v] = (int32_t)(v % BLOCKS);
        r->part[v] = v % 5 ? WR_PART_TRAIN : WR_PART_TEST;
    }
    ck_ok(wr_gnn_input_init(&r->input, &x, &r->graph, wr_model_adjacency(kind), NULL, r->label,
                            r->part, &err),
          err);
}

START_TEST(edges_between_classes_go_first)
{
    for (int k = 0; k < 3; k++) {
        struct wr_model_options o = small_model(kinds[k]);
        struct wr_ugs_options options = quick(50 / unit_step(4));
        struct wr_ugs_result result;
        struct random_input r;
        double inside = 0, between = 0;
        int64_t count = 0;
        options.l1 = 1e-6;
        blocks_init(&r, o.kind, 240 / unit_step(2));
        uint64_t *order = order_of(&r, &o, &options, NULL, &result);
        for (int64_t i = 0; i < r.graph.m; i++) {
            bool same = r.label[wr_edge_u(order[i])] == r.label[wr_edge_v(order[i])];
            *(same ? &inside : &between) += (double)i / (double)r.graph.m;
            count += same;
        }
        inside /= (double)count;
        between /= (double)(r.graph.m - count);
        ck_assert_msg(between < inside - 0.1, "%s: mean position between %g, inside %g",
                      wr_model_names[o.kind], between, inside);
        free(order);
        random_input_release(&r);
    }
}
END_TEST

/* Enough edges for several blocks. */
START_TEST(threads_change_nothing)
{
    for (int k = 0; k < 3; k++) {
        struct wr_model_options o = small_model(kinds[k]);
        const struct wr_ugs_options options = quick(unit_rounds(2));
        struct wr_ugs_result result;
        struct random_input r;
        random_task(&r, o.kind, 250, 0.3, 0);
        ck_assert_int_gt(r.graph.m, 2 * WR_BLOCK);
        wr_threads_set(1);
        uint64_t *one = order_of(&r, &o, &options, NULL, &result);
        wr_threads_set(4);
        uint64_t *four = order_of(&r, &o, &options, NULL, &result);
        ck_assert_mem_eq(one, four, (size_t)r.graph.m * sizeof *one);
        free(one);
        free(four);
        random_input_release(&r);
    }
}
END_TEST

struct patience {
    int64_t calls, stop, total;
};

static bool wait(void *context, int64_t done, int64_t total)
{
    struct patience *p = context;
    ck_assert_int_eq(done, ++p->calls);
    p->total = total;
    return done != p->stop;
}

/* What was pruned before stays in front; an interruption after the last epoch is none. */
START_TEST(stops_when_asked)
{
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    const struct wr_ugs_options options = quick(5);
    struct wr_ugs_result result;
    struct random_input r;
    random_task(&r, o.kind, 40, 0.3, 0);
    int64_t each = (r.graph.m + 19) / 20;
    uint64_t *whole = order_of(&r, &o, &options, NULL, &result);
    for (int64_t stop = 1; stop <= result.epochs; stop += 6 * unit_step(3)) {
        struct patience p = {0, stop, 0};
        struct wr_ugs_result stopped;
        const struct wr_progress progress = {wait, &p};
        uint64_t *order = order_of(&r, &o, &options, &progress, &stopped);
        check_every_edge_once(&r.graph, order);
        ck_assert(stopped.interrupted);
        ck_assert_int_eq(stopped.epochs, stop);
        ck_assert_int_eq(p.total, result.epochs);
        ck_assert_mem_eq(order, whole, (size_t)(each * ((stop - 1) / 5)) * sizeof *order);
        free(order);
    }
    free(whole);
    random_input_release(&r);
}
END_TEST

START_TEST(refused)
{
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_ugs_options options = quick(2);
    struct wr_ugs_result result;
    struct random_input r;
    uint64_t order[2000];
    random_task(&r, o.kind, 40, 0.3, 0);
    options.optimizer.lr = 0;
    ck_assert_int_eq(wr_ugs_order(&r.input, &o, &options, NULL, order, &result, NULL), WR_EINVAL);
    options.optimizer = (struct wr_optimizer_options){.kind = WR_OPTIMIZER_GD, .lr = 1e30};
    ck_assert_int_eq(wr_ugs_order(&r.input, &o, &options, NULL, order, &result, NULL), WR_ENUMERIC);
    options = quick(2);
    memset(r.part, WR_PART_TEST, sizeof r.part);
    ck_assert_int_eq(wr_ugs_order(&r.input, &o, &options, NULL, order, &result, NULL), WR_EDATA);
    options.epochs = INT64_MAX;
    ck_assert_int_eq(wr_ugs_order(&r.input, &o, &options, NULL, order, &result, NULL), WR_EINVAL);
    ck_assert(wr_ugs_supports(WR_MODEL_GCN));
    ck_assert(!wr_ugs_supports(WR_MODEL_GAT));
    random_input_release(&r);
}
END_TEST

unit_main("ugs", every_edge_once, smallest_magnitudes_first, ties_by_word,
          edges_between_classes_go_first, threads_change_nothing, stops_when_asked, refused)
