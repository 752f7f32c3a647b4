/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/blocks.h"
#include "gnn/models.h"
#include "gnninput.h"

/* These tests use the double precision build of the networks. */

struct trained_model {
    struct wr_model *model;
    const struct wr_pass *pass;
};

static double training_loss(void *of)
{
    const struct trained_model *t = of;
    wr_model_forward(t->model, t->pass);
    const struct wr_score *s = &t->model->score[WR_PART_TRAIN];
    return s->loss / (double)s->count;
}

static void check_gradient(struct wr_model *model, const struct wr_pass *pass, int64_t stride,
                           const char *what)
{
    struct trained_model t = {model, pass};
    struct wr_net *net = &model->net;
    training_loss(&t);
    wr_model_backward(model, pass);
    check_slopes(&(struct slope_loss){training_loss, &t}, net->value, net->grad, net->weights,
                 stride, what);
}

static struct wr_model_options small(int kind, int bits)
{
    struct wr_model_options o = wr_model_defaults((enum wr_model_kind)kind);
    o.layers = 1 + (kind + bits) % 3;
    o.hidden = bits & 4 ? 2 : 4; /* fewer and more than classes */
    o.heads = 2;
    o.classes = 3;
    o.norm = (enum wr_norm)(bits / 8);
    o.conv = bits & 1;
    o.dropout = bits & 2 ? 0.3 : 0;
    return o;
}

static struct random_shape small_shape(const struct wr_model_options *o, int64_t n, int64_t graphs)
{
    return (struct random_shape){.n = n,
                                 .features = 6,
                                 .classes = o->classes,
                                 .graphs = graphs,
                                 .density = 0.3,
                                 .sparse = o->layers != 2,
                                 .kind = wr_model_adjacency(o->kind)};
}

/* A model with random parameters; zero biases would hide what they multiply. */
static void random_model(struct wr_model *model, const struct wr_model_options *o,
                         const struct wr_gnn_room *room, uint64_t seed)
{
    struct wr_error err = {0};
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 99);
    ck_ok(wr_model_init(model, o, room, &err), err);
    wr_net_draw_params(&model->net, seed);
    for (int64_t k = 0; k < model->net.weights; k++)
        model->net.value[k] += (wr_real)(0.1 * wr_rng_normal(&rng));
}

/* Every model with every normalisation and classifier, for vertices and for graphs. */
START_TEST(gradients)
{
    for (int round = 0; round < 24 * WR_MODELS; round += unit_step(11)) {
        struct wr_model_options o = small(round % WR_MODELS, round / WR_MODELS);
        struct random_shape shape = small_shape(&o, 17, round / WR_MODELS & 4 ? 5 : 0);
        struct wr_rng rng;
        struct random_input r;
        struct wr_model model;
        char what[128];
        wr_rng_init(&rng, (uint64_t)round, 0);
        random_input_init(&r, &rng, &shape);
        struct wr_gnn_room room = wr_gnn_input_room(&r.input);
        random_model(&model, &o, &room, (uint64_t)round);
        wr_model_bind(&model, &r.input);
        snprintf(what, sizeof what, "%s, round %d", wr_model_names[o.kind], round);
        check_gradient(&model, &(struct wr_pass){true, 1, 3}, 1, what);
        wr_model_release(&model);
        random_input_release(&r);
    }
}
END_TEST

/* Enough rows for several groups of them, and several slabs in each. */
START_TEST(gradients_over_many_rows)
{
    for (int kind = 0; kind < WR_MODELS; kind++) {
        /* products of so many numbers, dropped ones among them, are too steep for quotients */
        struct wr_model_options o = small(kind, kind == WR_MODEL_PRODUCT ? 4 : 6);
        if (kind % 2)
            o.norm = WR_NORM_BATCH;
        struct random_shape shape = small_shape(&o, 1400, 0);
        struct wr_rng rng;
        struct random_input r;
        struct wr_model model;
        shape.density = 0.02;
        shape.sparse = false;
        wr_rng_init(&rng, (uint64_t)kind, 0);
        random_input_init(&r, &rng, &shape);
        struct wr_gnn_room room = wr_gnn_input_room(&r.input);
        random_model(&model, &o, &room, (uint64_t)kind);
        wr_model_bind(&model, &r.input);
        ck_assert_int_gt(wr_net_groups(&model.net, WR_ROWS_VERTICES), 2);
        check_gradient(&model, &(struct wr_pass){true, 1, 3}, 7 * unit_step(3),
                       wr_model_names[kind]);
        wr_model_release(&model);
        random_input_release(&r);
    }
}
END_TEST

/* Graphs in a batch get the logits that they get among all graphs. */
static void check_batch_logits(struct wr_model *whole, struct wr_model *part,
                               const uint32_t *chosen, int64_t graphs)
{
    const struct wr_pass pass = {false, 1, 0};
    int64_t c = whole->logits->cols;
    memcpy(part->net.value, whole->net.value, (size_t)whole->net.numbers * sizeof(wr_real));
    wr_model_forward(whole, &pass);
    wr_model_forward(part, &pass);
    for (int64_t g = 0; g < graphs; g++)
        for (int64_t j = 0; j < c; j++)
            ck_assert_double_eq_tol((double)part->logits->value[g * c + j],
                                    (double)whole->logits->value[chosen[g] * c + j], 1e-9);
}

START_TEST(batches_of_graphs)
{
    const uint32_t chosen[][3] = {{4, 0, 2}, {0, 1, 0}, {7, 3, 0}};
    for (int round = 0; round < 24 * WR_MODELS; round += unit_step(11)) {
        struct wr_model_options o = small(round % WR_MODELS, round / WR_MODELS);
        struct random_shape shape = small_shape(&o, 40, 8);
        struct wr_rng rng;
        struct random_input r;
        struct wr_batch batch;
        struct wr_model whole, part;
        struct wr_error err = {0};
        wr_rng_init(&rng, (uint64_t)round, 0);
        random_input_init(&r, &rng, &shape);
        struct wr_gnn_room room = wr_gnn_input_room(&r.input);
        ck_ok(wr_batch_init(&batch, &r.input, 3, &err), err);
        random_model(&whole, &o, &room, (uint64_t)round);
        random_model(&part, &o, &batch.room, (uint64_t)round);
        wr_model_bind(&whole, &r.input);
        for (int k = 0; k < 3; k++) {
            int64_t graphs = k == 1 ? 2 : 3;
            wr_batch_choose(&batch, &r.input, chosen[k], graphs);
            wr_model_bind(&part, &batch.input);
            check_batch_logits(&whole, &part, chosen[k], graphs);
            batch.part[0] = WR_PART_TRAIN;
            batch.label[0] = 1;
            check_gradient(&part, &(struct wr_pass){true, 1, 3}, 1, wr_model_names[o.kind]);
        }
        wr_model_release(&whole);
        wr_model_release(&part);
        wr_batch_release(&batch);
        random_input_release(&r);
    }
}
END_TEST

/* All numbers after training steps from the same start, and the last test loss; free the result. */
static wr_real *trained(const struct wr_model_options *o, int threads, int64_t *count)
{
    struct random_shape shape = small_shape(o, 1100, 0);
    struct random_input r;
    struct wr_model model;
    struct wr_rng rng;
    shape.density = 0.02 / unit_step(2);
    wr_threads_set(threads);
    wr_rng_init(&rng, 1, 0);
    random_input_init(&r, &rng, &shape);
    struct wr_gnn_room room = wr_gnn_input_room(&r.input);
    random_model(&model, o, &room, 1);
    wr_model_bind(&model, &r.input);
    for (uint64_t step = 0; step < (uint64_t)unit_rounds(3); step++) {
        const struct wr_pass pass = {true, 1, step};
        wr_model_forward(&model, &pass);
        wr_model_backward(&model, &pass);
        for (int64_t k = 0; k < model.net.weights; k++)
            model.net.value[k] -= (wr_real)0.1 * model.net.grad[k];
    }
    *count = model.net.numbers + 1;
    wr_real *value = malloc((size_t)*count * sizeof *value);
    memcpy(value, model.net.value, (size_t)model.net.numbers * sizeof *value);
    value[*count - 1] = (wr_real)model.score[WR_PART_TEST].loss;
    wr_model_release(&model);
    random_input_release(&r);
    return value;
}

START_TEST(threads_change_nothing)
{
    for (int kind = 0; kind < WR_MODELS; kind++) {
        struct wr_model_options o = wr_model_defaults((enum wr_model_kind)kind);
        o.classes = 3;
        o.hidden = 40 / unit_step(2);
        o.layers = 3;
        o.dropout = 0.3;
        int64_t count;
        wr_real *one = trained(&o, 1, &count);
        for (int threads = 2 * unit_step(2); threads <= 4; threads += 2) {
            wr_real *many = trained(&o, threads, &count);
            ck_assert_mem_eq(one, many, (size_t)count * sizeof *one);
            free(many);
        }
        free(one);
    }
}
END_TEST

START_TEST(options_out_of_range)
{
    const struct wr_gnn_room room = {.vertices = 3, .features = 2};
    struct wr_model model;
    struct wr_error err = {0};
    for (int bad = 0; bad < 5; bad++) {
        struct wr_model_options o = wr_model_defaults(WR_MODEL_GAT);
        o.classes = bad == 0 ? 0 : 3;
        o.layers = bad == 1 ? 0 : 3;
        o.heads = bad == 2 ? 5 : 4;
        o.dropout = bad == 3 ? 1 : bad == 4 ? -0.1 : 0;
        ck_assert_int_eq(wr_model_init(&model, &o, &room, &err), WR_EINVAL);
    }
}
END_TEST

/* Models are built for no vertices, no features and no edges, and run. */
START_TEST(nothing_to_learn_from)
{
    for (int kind = 0; kind < WR_MODELS; kind++) {
        struct wr_model_options o = small(kind, 0);
        for (int64_t n = 0; n < 3; n++) {
            struct random_shape shape = small_shape(&o, n, 0);
            struct random_input r;
            struct wr_model model;
            struct wr_rng rng;
            const struct wr_pass pass = {true, 1, 0};
            shape.features = 2 * (n > 1);
            wr_rng_init(&rng, 1, 0);
            random_input_init(&r, &rng, &shape);
            struct wr_gnn_room room = wr_gnn_input_room(&r.input);
            random_model(&model, &o, &room, 1);
            wr_model_bind(&model, &r.input);
            wr_model_forward(&model, &pass);
            wr_model_backward(&model, &pass);
            for (int64_t k = 0; n && k < model.net.weights; k++)
                ck_assert_double_finite((double)model.net.grad[k]);
            wr_model_release(&model);
            random_input_release(&r);
        }
    }
}
END_TEST

unit_main("models", gradients, gradients_over_many_rows, batches_of_graphs, threads_change_nothing,
          options_out_of_range, nothing_to_learn_from)
