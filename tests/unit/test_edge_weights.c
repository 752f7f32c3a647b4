/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include "base/blocks.h"
#include "gnn/edge_weights.h"
#include "gnn/models.h"
#include "gnninput.h"

/* These tests use the double precision build of the networks. */

static const enum wr_model_kind kinds[] = {WR_MODEL_GCN, WR_MODEL_GIN, WR_MODEL_RESGCN};

/* A model bound to a random input whose edges have weights. */
struct subject {
    struct random_input r;
    struct wr_edge_weights weights;
    struct wr_model model;
    struct wr_pass pass;
};

static void draw(struct subject *s, struct wr_rng *rng)
{
    for (int64_t k = 0; k < s->model.net.weights; k++)
        s->model.net.value[k] += (wr_real)(0.1 * wr_rng_normal(rng));
    for (int64_t e = 0; e < s->weights.count; e++)
        s->weights.weight[e] = (wr_real)wr_rng_normal(rng);
}

static void subject_init(struct subject *s, const struct wr_model_options *o, int64_t n,
                         int64_t graphs, uint64_t seed)
{
    const struct random_shape shape = {.n = n,
                                       .features = 6,
                                       .classes = o->classes,
                                       .graphs = graphs,
                                       .density = 0.3,
                                       .sparse = seed & 1,
                                       .kind = wr_model_adjacency(o->kind)};
    struct wr_error err = {0};
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    random_input_init(&s->r, &rng, &shape);
    ck_ok(wr_edge_weights_init(&s->weights, &s->r.input.adjacency, &err), err);
    struct wr_gnn_room room = wr_gnn_input_room(&s->r.input);
    ck_ok(wr_model_init(&s->model, o, &room, &err), err);
    wr_model_bind(&s->model, &s->r.input);
    wr_net_draw_params(&s->model.net, seed);
    draw(s, &rng);
}

static void subject_release(struct subject *s)
{
    wr_model_release(&s->model);
    wr_edge_weights_release(&s->weights);
    random_input_release(&s->r);
}

static double training_loss(void *of)
{
    struct subject *s = of;
    wr_edge_weights_begin(&s->weights);
    wr_model_forward(&s->model, &s->pass);
    const struct wr_score *score = &s->model.score[WR_PART_TRAIN];
    return score->loss / (double)score->count;
}

/* The weights' gradients are read from a copy: each forward pass begins them anew. */
static void check_gradients(struct subject *s, const char *what)
{
    const struct slope_loss loss = {training_loss, s};
    struct wr_net *net = &s->model.net;
    wr_real *grad = malloc((size_t)(s->weights.count + 1) * sizeof *grad);
    training_loss(s);
    wr_model_backward(&s->model, &s->pass);
    memcpy(grad, s->weights.grad, (size_t)s->weights.count * sizeof *grad);
    check_slopes(&loss, s->weights.weight, grad, s->weights.count, 1, what);
    check_slopes(&loss, net->value, net->grad, net->weights, 1, what);
    free(grad);
}

static struct wr_model_options small(enum wr_model_kind kind, int bits)
{
    struct wr_model_options o = wr_model_defaults(kind);
    o.layers = 1 + bits % 3;
    o.hidden = 4;
    o.classes = 3;
    o.norm = (enum wr_norm)(bits / 8 % 3);
    o.conv = bits & 1;
    o.dropout = bits & 2 ? 0.3 : 0;
    return o;
}

/* Of the weights, and of the parameters of a network with weights. */
START_TEST(gradients)
{
    for (int round = 0; round < 72; round += unit_step(7)) {
        struct wr_model_options o = small(kinds[round % 3], round / 3);
        struct subject s;
        char what[64];
        snprintf(what, sizeof what, "%s, round %d", wr_model_names[o.kind], round);
        subject_init(&s, &o, 17, round / 3 & 4 ? 5 : 0, (uint64_t)round);
        s.pass = (struct wr_pass){true, 1, 3};
        check_gradients(&s, what);
        subject_release(&s);
    }
}
END_TEST

/* A copy of the logits; free the result. */
static wr_real *logits(struct subject *s)
{
    const struct wr_var *var = s->model.logits;
    size_t size = (size_t)(wr_var_rows(&s->model.net, var) * var->cols) * sizeof(wr_real);
    s->pass = (struct wr_pass){false, 1, 0};
    training_loss(s);
    wr_real *copy = malloc(size);
    memcpy(copy, s->model.logits->value, size);
    return copy;
}

/* Weights of 1 are no weights. */
START_TEST(ones_change_nothing)
{
    for (int round = 0; round < 24; round++) {
        struct wr_model_options o = small(kinds[round % 3], round / 3);
        struct subject s;
        subject_init(&s, &o, 30, 0, (uint64_t)round);
        for (int64_t e = 0; e < s.weights.count; e++)
            s.weights.weight[e] = 1;
        wr_real *with = logits(&s);
        s.r.input.adjacency.matrix = s.r.input.adjacency.transpose = s.weights.base;
        s.r.input.adjacency.weights = NULL;
        wr_model_bind(&s.model, &s.r.input);
        wr_real *without = logits(&s);
        ck_assert_mem_eq(with, without, 30 * 3 * sizeof *with);
        free(with);
        free(without);
        subject_release(&s);
    }
}
END_TEST

/* An edge between u and v is weighed in both directions, and lies where the graph says. */
START_TEST(entries_of_edges)
{
    for (int round = 0; round < 30; round++) {
        struct wr_model_options o = small(kinds[round % 3], 0);
        struct subject s;
        subject_init(&s, &o, round, 0, (uint64_t)round);
        const struct wr_graph *g = &s.r.graph;
        const struct wr_adjacency *a = &s.r.input.adjacency;
        wr_edge_weights_begin(&s.weights);
        ck_assert_int_eq(s.weights.count, g->m);
        for (int64_t i = 0; i < round; i++)
            for (int64_t k = a->row[i]; k < a->row[i + 1]; k++) {
                wr_real base = a->value ? a->value[k] : 1;
                int64_t e = wr_graph_find(g, wr_edge((uint32_t)i, a->col[k]));
                ck_assert(a->matrix.value[k] ==
                          (a->col[k] == i ? base : base * s.weights.weight[e]));
            }
        subject_release(&s);
    }
}
END_TEST

/* All gradients of weights; free the result. */
static wr_real *gradients_with(const struct wr_model_options *o, int threads, int64_t *count)
{
    struct subject s;
    wr_threads_set(threads);
    subject_init(&s, o, 250, 0, 1);
    s.pass = (struct wr_pass){true, 1, 0};
    training_loss(&s);
    wr_model_backward(&s.model, &s.pass);
    *count = s.weights.count;
    wr_real *grad = malloc((size_t)*count * sizeof *grad);
    memcpy(grad, s.weights.grad, (size_t)*count * sizeof *grad);
    subject_release(&s);
    return grad;
}

START_TEST(threads_change_nothing)
{
    for (int kind = 0; kind < 3; kind++) {
        struct wr_model_options o = small(kinds[kind], 2);
        int64_t count;
        wr_real *one = gradients_with(&o, 1, &count);
        wr_real *four = gradients_with(&o, 4, &count);
        ck_assert_mem_eq(one, four, (size_t)count * sizeof *one);
        free(one);
        free(four);
    }
}
END_TEST

unit_main("edge_weights", gradients, ones_change_nothing, entries_of_edges, threads_change_nothing)
