/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "base/blocks.h"
#include "base/rng.h"
#include "gnn/train.h"
#include "gnninput.h"

/* What a network learns from. */
struct task {
    struct wr_gnn_input input;
    struct wr_graph graph;
    int32_t label[400];
    uint8_t part[400];
    uint32_t member[400];
};

static void task_release(struct task *k)
{
    wr_gnn_input_release(&k->input);
    wr_graph_release(&k->graph);
}

/* Parts by turns: two fifths to train on, a fifth to validate, two fifths to test. */
static void deal_parts(struct task *k, int64_t rows)
{
    static const uint8_t part[] = {WR_PART_TRAIN, WR_PART_TEST, WR_PART_VAL, WR_PART_TRAIN,
                                   WR_PART_TEST};
    for (int64_t i = 0; i < rows; i++)
        k->part[i] = part[i % 5];
}

/* Blocks of vertices, more edges inside than between, features that hint at the block. noise:
 * share of the vertices whose label is drawn instead. */
static void blocks_task(struct task *k, enum wr_model_kind kind, int64_t n, double noise)
{
    enum { BLOCKS = 3, FEATURES = 6 };
    struct wr_error err = {0};
    struct wr_rng rng;
    uint64_t *edge = malloc((size_t)(n * n) * sizeof *edge);
    int64_t m = 0;
    wr_rng_init(&rng, 7, 0);
    for (uint32_t u = 0; u < n; u++)
        for (uint32_t v = u + 1; v < n; v++)
            if (wr_rng_uniform(&rng) < (u % BLOCKS == v % BLOCKS ? 0.2 : 0.01))
                edge[m++] = wr_edge(u, v);
    ck_ok(wr_graph_from_edges(&k->graph, (uint32_t)n, edge, m, false, &err), err);
    free(edge);
    struct wr_feature_matrix x = {.rows = n, .cols = FEATURES};
    x.dense = malloc((size_t)(n * FEATURES) * sizeof *x.dense);
    for (int64_t i = 0; i < n * FEATURES; i++)
        x.dense[i] =
            (wr_real)(wr_rng_normal(&rng) + (i % FEATURES == i / FEATURES % BLOCKS ? 1 : 0));
    for (int64_t v = 0; v < n; v++)
        k->label[v] = wr_rng_uniform(&rng) < noise ? (int32_t)wr_rng_below(&rng, BLOCKS)
                                                   : (int32_t)(v % BLOCKS);
    deal_parts(k, n);
    ck_ok(wr_gnn_input_init(&k->input, &x, &k->graph, wr_model_adjacency(kind), NULL, k->label,
                            k->part, &err),
          err);
}

/* Graphs of four vertices, cycles and stars, the same features everywhere. */
static void graphs_task(struct task *k, enum wr_model_kind kind, int64_t graphs)
{
    struct wr_error err = {0};
    uint64_t edge[400];
    int64_t m = 0, n = 4 * graphs;
    struct wr_membership membership = {.graphs = graphs, .graph = k->member};
    for (uint32_t g = 0; g < graphs; g++) {
        uint32_t v = 4 * g;
        k->label[g] = g % 3 == 0;
        for (uint32_t i = 0; i < 4; i++)
            k->member[v + i] = g;
        for (uint32_t i = 0; i < 4; i++)
            if (k->label[g])
                edge[m++] = wr_edge(v + i, v + (i + 1) % 4);
            else if (i > 0)
                edge[m++] = wr_edge(v, v + i);
    }
    ck_ok(wr_graph_from_edges(&k->graph, (uint32_t)n, edge, m, false, &err), err);
    struct wr_feature_matrix x = {.rows = n, .cols = 2};
    x.dense = malloc((size_t)(2 * n) * sizeof *x.dense);
    for (int64_t i = 0; i < 2 * n; i++)
        x.dense[i] = 1;
    deal_parts(k, graphs);
    ck_ok(wr_gnn_input_init(&k->input, &x, &k->graph, wr_model_adjacency(kind), &membership,
                            k->label, k->part, &err),
          err);
}

static struct wr_train_options quick(int64_t epochs)
{
    return (struct wr_train_options){
        .epochs = epochs,
        .patience = 1000,
        .min_delta = 1e-4,
        .optimizer = {.kind = WR_OPTIMIZER_ADAM, .lr = 0.01, .weight_decay = 1e-4},
        .seed = 3};
}

static const struct wr_train_watch nobody = {NULL, NULL};

/* What a watch has seen, and when it stops. */
struct diary {
    int64_t epochs, stop; /* stop < 0: never */
    struct wr_fit fit[2000];
};

static bool write_diary(void *context, int64_t epoch, const struct wr_fit *fit)
{
    struct diary *d = context;
    ck_assert_int_eq(epoch, d->epochs);
    d->fit[d->epochs++] = *fit;
    return epoch != d->stop;
}

static void start(struct wr_trainer *t, const struct wr_model_options *o, const struct task *k,
                  int64_t batch)
{
    struct wr_error err = {0};
    ck_ok(wr_trainer_init(t, o, &k->input, batch, &err), err);
    wr_net_draw_params(&t->model.net, 1);
}

/* All but the product network, which multiplies the noise of the neighbours. */
START_TEST(models_learn_blocks)
{
    for (int kind = 0; kind < WR_MODELS; kind++) {
        if (kind == WR_MODEL_PRODUCT)
            continue;
        struct task k;
        struct wr_trainer t;
        struct wr_train_result r;
        struct wr_error err = {0};
        struct wr_model_options o = small_model((enum wr_model_kind)kind);
        struct wr_train_options train = quick(150 / unit_step(3));
        blocks_task(&k, o.kind, 120, 0);
        start(&t, &o, &k, 0);
        ck_ok(wr_trainer_run(&t, &train, &nobody, &r, &err), err);
        ck_assert_int_eq(r.epochs, train.epochs);
        /* the features alone are right less often than the neighbours */
        ck_assert_msg(r.best.test_acc >= (kind == WR_MODEL_MLP ? 0.5 : 0.9), "%s: %g",
                      wr_model_names[kind], r.best.test_acc);
        wr_trainer_release(&t);
        task_release(&k);
    }
}
END_TEST

/* The sign of the product of two numbers is not a function of their sum. */
START_TEST(products_are_learned)
{
    enum { PAIRS = 100 };
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_rng rng;
    uint64_t edge[PAIRS];
    struct wr_model_options o = small_model(WR_MODEL_PRODUCT);
    struct wr_train_options train = quick(300 / unit_step(3));
    struct wr_feature_matrix x = {.rows = 2 * PAIRS, .cols = 2};
    wr_rng_init(&rng, 1, 0);
    x.dense = malloc(4 * PAIRS * sizeof *x.dense);
    for (uint32_t v = 0; v < 2 * PAIRS; v++) {
        x.dense[2 * v] = wr_rng_below(&rng, 2) ? 1 : -1;
        x.dense[2 * v + 1] = 1;
    }
    for (uint32_t p = 0; p < PAIRS; p++) {
        edge[p] = wr_edge(2 * p, 2 * p + 1);
        k.label[2 * p] = k.label[2 * p + 1] = x.dense[4 * p] * x.dense[4 * p + 2] > 0;
    }
    deal_parts(&k, x.rows);
    ck_ok(wr_graph_from_edges(&k.graph, 2 * PAIRS, edge, PAIRS, false, &err), err);
    ck_ok(wr_gnn_input_init(&k.input, &x, &k.graph, wr_model_adjacency(o.kind), NULL, k.label,
                            k.part, &err),
          err);
    o.classes = 2;
    o.layers = 1;
    start(&t, &o, &k, 0);
    ck_ok(wr_trainer_run(&t, &train, &nobody, &r, &err), err);
    ck_assert_double_eq(r.best.test_acc, 1);
    wr_trainer_release(&t);
    task_release(&k);
}
END_TEST

START_TEST(models_learn_graphs)
{
    for (int64_t batch = 0; batch <= 7; batch += 7) {
        struct task k;
        struct wr_trainer t;
        struct wr_train_result r;
        struct wr_error err = {0};
        struct wr_model_options o = small_model(WR_MODEL_GIN);
        struct wr_train_options train = quick(100);
        o.classes = 2;
        o.norm = WR_NORM_NONE;
        graphs_task(&k, o.kind, 40);
        start(&t, &o, &k, batch);
        ck_ok(wr_trainer_run(&t, &train, &nobody, &r, &err), err);
        ck_assert_double_eq(r.best.test_acc, 1);
        wr_trainer_release(&t);
        task_release(&k);
    }
}
END_TEST

/* Scores of what is set, of the best epoch, and what the diary says about it. */
static void expect_same_fit(const struct wr_fit *a, const struct wr_fit *b)
{
    ck_assert_double_eq(a->train_loss, b->train_loss);
    ck_assert_double_eq(a->train_acc, b->train_acc);
    ck_assert_double_eq(a->test_acc, b->test_acc);
    ck_assert_int_eq(a->val_correct, b->val_correct);
}

/* The epoch that is best on validation, by accuracy, then loss. */
static int64_t best_of(const struct diary *d)
{
    int64_t best = 0;
    for (int64_t e = 1; e < d->epochs; e++) {
        const struct wr_fit *f = &d->fit[e], *b = &d->fit[best];
        if (f->val_correct > b->val_correct ||
            (f->val_correct == b->val_correct && f->val_loss < b->val_loss))
            best = e;
    }
    return best;
}

/* Labels that are half noise: validation goes up and down. With and without passes that vary. */
START_TEST(best_epoch_is_put_back)
{
    for (int varies = 0; varies < 2; varies++) {
        static struct diary diary;
        struct task k;
        struct wr_trainer t;
        struct wr_train_result r;
        struct wr_error err = {0};
        struct wr_fit fit;
        struct wr_model_options o = small_model(WR_MODEL_GCN);
        struct wr_train_options train = quick(1900);
        const struct wr_train_watch watch = {write_diary, &diary};
        diary = (struct diary){.stop = -1};
        train.patience = 60;
        o.dropout = 0.3 * varies;
        blocks_task(&k, o.kind, 120, 0.5);
        start(&t, &o, &k, 0);
        ck_ok(wr_trainer_run(&t, &train, &watch, &r, &err), err);
        ck_assert(r.settled && !r.interrupted && !r.diverged);
        ck_assert_int_eq(diary.epochs, r.epochs + 1);
        ck_assert_int_eq(r.best_epoch, best_of(&diary));
        int64_t last = 0; /* improvement */
        for (int64_t e = 0; e <= r.epochs; e++)
            if (diary.fit[e].val_correct > diary.fit[last].val_correct)
                last = e;
        ck_assert_int_eq(r.epochs, last + 60);
        wr_trainer_score(&t, &fit);
        expect_same_fit(&fit, &r.best);
        expect_same_fit(&diary.fit[r.best_epoch], &r.best);
        wr_trainer_release(&t);
        task_release(&k);
    }
}
END_TEST

/* Improvements by less than min_delta are kept and do not prolong the training. */
START_TEST(improvements_count_from_min_delta)
{
    static struct diary diary;
    const struct wr_train_watch watch = {write_diary, &diary};
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_train_options train = quick(1900);
    diary = (struct diary){.stop = -1};
    train.patience = 30;
    train.min_delta = 0.125; /* 3 of the 24 */
    blocks_task(&k, o.kind, 120, 0.3);
    start(&t, &o, &k, 0);
    ck_ok(wr_trainer_run(&t, &train, &watch, &r, &err), err);
    int64_t last = 0, reference = diary.fit[0].val_correct;
    for (int64_t e = 0; e <= r.epochs; e++) {
        ck_assert_int_eq(diary.fit[e].val_count, 24);
        if (diary.fit[e].val_correct >= reference + 3) {
            reference = diary.fit[e].val_correct;
            last = e;
        }
        ck_assert_int_eq(e == r.epochs, e - last == 30);
    }
    ck_assert_int_eq(r.best_epoch, best_of(&diary));
    ck_assert_int_gt(r.best_epoch, last);
    wr_trainer_release(&t);
    task_release(&k);
}
END_TEST

START_TEST(without_validation_the_last_epoch_counts)
{
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_fit fit;
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_train_options train = quick(30);
    train.patience = 5;
    blocks_task(&k, o.kind, 60, 0);
    for (int i = 0; i < 60; i++)
        k.part[i] = k.part[i] == WR_PART_TRAIN ? WR_PART_TRAIN : WR_PART_NONE;
    start(&t, &o, &k, 0);
    ck_ok(wr_trainer_run(&t, &train, &nobody, &r, &err), err);
    ck_assert(!r.settled && r.epochs == 30 && r.best_epoch == 30);
    ck_assert(isnan(r.best.val_acc) && isnan(r.best.test_acc));
    wr_trainer_score(&t, &fit);
    ck_assert_double_eq(fit.train_loss, r.best.train_loss);
    wr_trainer_release(&t);
    task_release(&k);
}
END_TEST

START_TEST(interruption_keeps_what_was_learned)
{
    static struct diary diary;
    const struct wr_train_watch watch = {write_diary, &diary};
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_fit fit;
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_train_options train = quick(100);
    diary = (struct diary){.stop = 7};
    blocks_task(&k, o.kind, 60, 0);
    start(&t, &o, &k, 0);
    ck_ok(wr_trainer_run(&t, &train, &watch, &r, &err), err);
    ck_assert(r.interrupted && !r.settled && r.epochs == 7);
    wr_trainer_score(&t, &fit);
    expect_same_fit(&fit, &diary.fit[r.best_epoch]);
    wr_trainer_release(&t);
    task_release(&k);
}
END_TEST

START_TEST(a_loss_that_is_not_finite)
{
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_fit fit;
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_train_options train = quick(100);
    o.norm = WR_NORM_NONE;
    train.optimizer.lr = 1e18;
    blocks_task(&k, o.kind, 60, 0);
    start(&t, &o, &k, 0);
    ck_assert_int_eq(wr_trainer_run(&t, &train, &nobody, &r, &err), WR_ENUMERIC);
    ck_assert(r.diverged && !r.settled && r.epochs > 0 && r.best_epoch < r.epochs);
    ck_assert_ptr_nonnull(strstr(err.message, "--lr"));
    wr_trainer_score(&t, &fit);
    ck_assert_double_eq(fit.train_loss, r.best.train_loss);
    ck_assert_double_finite(fit.train_loss);
    wr_trainer_release(&t);
    task_release(&k);
}
END_TEST

START_TEST(nothing_to_train_on)
{
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_model_options o = small_model(WR_MODEL_GCN);
    struct wr_train_options train = quick(3);
    blocks_task(&k, o.kind, 60, 0);
    for (int i = 0; i < 60; i++)
        if (k.part[i] == WR_PART_TRAIN)
            k.label[i] = -1;
    start(&t, &o, &k, 0);
    ck_assert_int_eq(wr_trainer_run(&t, &train, &nobody, &r, &err), WR_EDATA);
    wr_trainer_release(&t);
    task_release(&k);
}
END_TEST

/* In batches or not: the same scores and the same probabilities of the same parameters. */
START_TEST(evaluation_in_batches)
{
    struct task k;
    struct wr_trainer whole, parts;
    struct wr_fit a, b;
    struct wr_model_options o = small_model(WR_MODEL_SAGE);
    wr_real p[80], q[80];
    o.classes = 2;
    graphs_task(&k, o.kind, 40);
    start(&whole, &o, &k, 0);
    start(&parts, &o, &k, 7);
    wr_trainer_score(&whole, &a);
    wr_trainer_score(&parts, &b);
    ck_assert_double_eq_tol(a.train_loss, b.train_loss, 1e-6);
    ck_assert_int_eq(a.val_correct, b.val_correct);
    wr_trainer_predict(&whole, p);
    wr_trainer_predict(&parts, q);
    for (int i = 0; i < 80; i++)
        ck_assert_double_eq_tol((double)p[i], (double)q[i], 1e-6);
    wr_trainer_release(&whole);
    wr_trainer_release(&parts);
    task_release(&k);
}
END_TEST

/* The numbers after some epochs; the caller frees. */
static wr_real *trained(int threads, bool graphs, uint64_t seed, size_t *size)
{
    struct task k;
    struct wr_trainer t;
    struct wr_train_result r;
    struct wr_error err = {0};
    struct wr_model_options o = small_model(WR_MODEL_GIN);
    struct wr_train_options train = quick(12);
    o.dropout = 0.2;
    train.seed = seed;
    wr_threads_set(threads);
    if (graphs)
        graphs_task(&k, o.kind, 40);
    else
        blocks_task(&k, o.kind, 399, 0.2);
    start(&t, &o, &k, graphs ? 6 : 0);
    ck_ok(wr_trainer_run(&t, &train, &nobody, &r, &err), err);
    *size = (size_t)t.model.net.numbers * sizeof(wr_real);
    wr_real *value = malloc(*size);
    memcpy(value, t.model.net.value, *size);
    wr_trainer_release(&t);
    task_release(&k);
    return value;
}

START_TEST(threads_change_nothing)
{
    for (int graphs = 0; graphs < 2; graphs++) {
        size_t size;
        wr_real *one = trained(1, graphs, 3, &size);
        for (int threads = 1; threads <= 3; threads += unit_step(2)) {
            wr_real *many = trained(threads, graphs, 3, &size);
            ck_assert_mem_eq(one, many, size);
            free(many);
        }
        wr_real *other = trained(1, graphs, 4, &size);
        ck_assert_mem_ne(one, other, size);
        free(other);
        free(one);
    }
}
END_TEST

unit_main("train", models_learn_blocks, products_are_learned, models_learn_graphs,
          best_epoch_is_put_back, improvements_count_from_min_delta,
          without_validation_the_last_epoch_counts, interruption_keeps_what_was_learned,
          a_loss_that_is_not_finite, nothing_to_train_on, evaluation_in_batches,
          threads_change_nothing)
