/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "gnn/models.h"
#include "gnninput.h"

/* These tests use the double precision build of the networks. */

static double training_loss(struct wr_model *model, const struct wr_pass *pass)
{
    wr_model_forward(model, pass);
    const struct wr_score *s = &model->score[WR_PART_TRAIN];
    return s->loss / (double)s->count;
}

/* Central differences of the loss in every parameter. */
static void check_gradient(struct wr_model *model, const struct wr_pass *pass, const char *what)
{
    const double h = 1e-6;
    struct wr_net *net = &model->net;
    double scale = 1e-3;
    training_loss(model, pass);
    wr_model_backward(model, pass);
    for (int64_t k = 0; k < net->weights; k++)
        scale = fmax(scale, fabs((double)net->grad[k]));
    for (int64_t k = 0; k < net->weights; k++) {
        wr_real value = net->value[k];
        net->value[k] = value + (wr_real)h;
        double above = training_loss(model, pass);
        net->value[k] = value - (wr_real)h;
        double slope = (above - training_loss(model, pass)) / (2 * h);
        net->value[k] = value;
        ck_assert_msg(fabs(slope - (double)net->grad[k]) < 1e-6 * scale,
                      "%s: parameter %lld: gradient %.9g, difference quotient %.9g", what,
                      (long long)k, (double)net->grad[k], slope);
    }
}

static void check_model(const struct wr_model_options *o, const struct random_shape *shape,
                        uint64_t seed)
{
    struct wr_rng rng;
    struct random_input r;
    struct wr_model model;
    struct wr_error err = {0};
    char what[128];
    wr_rng_init(&rng, seed, 0);
    random_input_init(&r, &rng, shape);
    struct wr_gnn_room room = wr_gnn_input_room(&r.input);
    ck_ok(wr_model_init(&model, o, &room, &err), err);
    wr_model_bind(&model, &r.input);
    wr_net_draw_params(&model.net, seed);
    for (int64_t k = 0; k < model.net.weights; k++) /* zero biases would hide what they hide */
        model.net.value[k] += (wr_real)(0.1 * wr_rng_normal(&rng));
    snprintf(what, sizeof what, "%s, %s norm, conv %d, dropout %g, %lld graphs, sparse %d, seed %d",
             wr_model_names[o->kind], wr_norm_names[o->norm], o->conv, o->dropout,
             (long long)shape->graphs, shape->sparse, (int)seed);
    check_gradient(&model, &(struct wr_pass){true, seed, 3}, what);
    wr_model_release(&model);
    random_input_release(&r);
}

/* Every model with every normalisation and classifier, for vertices and for graphs. */
START_TEST(gradients)
{
    for (int round = 0; round < 24 * WR_MODELS; round++) {
        int bits = round / WR_MODELS;
        struct wr_model_options o = wr_model_defaults((enum wr_model_kind)(round % WR_MODELS));
        o.layers = 1 + round % 3;
        o.hidden = 4;
        o.heads = 2;
        o.classes = 3;
        o.norm = (enum wr_norm)(bits / 8);
        o.conv = bits & 1;
        o.dropout = bits & 2 ? 0.3 : 0;
        struct random_shape shape = {.n = 17,
                                     .features = 6,
                                     .classes = 3,
                                     .graphs = bits & 4 ? 5 : 0,
                                     .density = 0.3,
                                     .sparse = round & 1,
                                     .kind = wr_model_adjacency(o.kind)};
        check_model(&o, &shape, (uint64_t)round + 1);
    }
}
END_TEST

unit_main("models", gradients)
