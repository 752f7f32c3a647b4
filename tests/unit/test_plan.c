/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <string.h>

#include "gnn/loss.h"
#include "gnn/ops.h"
#include "gnninput.h"

/* The variables of a network in which some are read where they are made and some elsewhere. */
struct example {
    struct wr_net net;
    struct wr_gnn_input input;
    struct wr_var *first, *rectified, *dropped, *normalized, *sum, *passed, *logits;
};

static struct wr_var *layer_norm(struct wr_net *net, struct wr_var *x)
{
    return wr_op_activate(net, x, (struct wr_activation){true, true, true});
}

static void example_init(struct example *e, const struct wr_gnn_input *input, bool keep)
{
    struct wr_net *net = &e->net;
    struct wr_gnn_room room = wr_gnn_input_room(input);
    const struct wr_score *score;
    struct wr_error err = {0};
    e->input = *input;
    wr_net_init(net, input->vertices, 0);
    e->first = wr_op_input(net, &e->input, &room, 20, false, 0);
    e->rectified = layer_norm(net, e->first);
    e->dropped = wr_op_dropout(net, e->rectified, 0.3);
    struct wr_var *product = wr_op_linear(net, e->dropped, 24, false, NULL);
    e->normalized = wr_op_batch_norm(net, product);
    struct wr_var *self = wr_op_linear(net, layer_norm(net, e->normalized), 24, false, NULL);
    e->sum = wr_op_add(net, self, product);
    e->passed = wr_op_dropout(net, e->sum, 0.1);
    struct wr_var *around = wr_op_neighbours(net, e->passed, &e->input.adjacency);
    e->logits = wr_op_activate(net, wr_op_linear(net, around, 3, false, NULL),
                               (struct wr_activation){.bias = true});
    wr_op_cross_entropy(net, e->logits, &e->input, &score);
    for (int i = 0; i < net->vars; i++)
        net->var[i]->kept |= keep;
    ck_ok(wr_net_finish(net, &err), err);
    wr_net_draw_params(net, 3);
}

/* Several groups of rows, and slabs in each. */
static void random_example(struct random_input *r)
{
    const struct random_shape shape = {
        .n = 1000, .features = 30, .classes = 3, .density = 0.01, .kind = WR_ADJACENCY_GCN};
    struct wr_rng rng;
    wr_rng_init(&rng, 1, 0);
    random_input_init(r, &rng, &shape);
}

START_TEST(what_one_stage_makes_and_reads_does_not_stay)
{
    struct random_input r;
    struct example e;
    random_example(&r);
    example_init(&e, &r.input, false);
    ck_assert_ptr_null(e.rectified->value);
    ck_assert_ptr_null(e.dropped->value);
    ck_assert_ptr_null(e.normalized->value);
    ck_assert_ptr_null(e.logits->value);
    ck_assert_ptr_nonnull(e.first->value);  /* nothing makes it again */
    ck_assert_ptr_nonnull(e.sum->value);    /* nor it */
    ck_assert_ptr_nonnull(e.passed->value); /* neighbours are other rows */
    wr_net_release(&e.net);
    random_input_release(&r);
}
END_TEST

START_TEST(gradients_are_the_same_when_values_stay)
{
    struct random_input r;
    struct example lean, full;
    random_example(&r);
    example_init(&lean, &r.input, false);
    example_init(&full, &r.input, true);
    for (uint64_t step = 0; step < 4; step++) {
        const struct wr_pass pass = {step % 2 == 0, 5, step};
        wr_net_forward(&lean.net, &pass);
        wr_net_backward(&lean.net, &pass);
        wr_net_forward(&full.net, &pass);
        wr_net_backward(&full.net, &pass);
        ck_assert_int_eq(lean.net.weights, full.net.weights);
        ck_assert_mem_eq(lean.net.grad, full.net.grad,
                         (size_t)full.net.weights * sizeof *full.net.grad);
    }
    wr_net_release(&lean.net);
    wr_net_release(&full.net);
    random_input_release(&r);
}
END_TEST

unit_main("plan", what_one_stage_makes_and_reads_does_not_stay,
          gradients_are_the_same_when_values_stay)
