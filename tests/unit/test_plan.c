/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <malloc.h>
#include <math.h>
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
    e->normalized = wr_op_batch_norm(net, product, false);
    struct wr_var *self = wr_op_linear(net, layer_norm(net, e->normalized), 24, false, NULL);
    e->sum = wr_op_add(net, self, product);
    e->passed = wr_op_dropout(net, e->sum, 0.1);
    struct wr_var *around = wr_op_neighbours(net, e->passed, &e->input.adjacency, &room);
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
    ck_assert_ptr_null(e.sum->value);       /* not read on the way back */
    ck_assert_ptr_nonnull(e.first->value);  /* nothing makes it again */
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

/* --- rooms ------------------------------------------------------------------------------------ */

/* Layers like those of a gcn: what is summed over neighbours, and the sums. */
enum { LAYERS = 4 };

START_TEST(rooms_are_used_again)
{
    struct random_input r;
    struct wr_error err = {0};
    struct wr_net net;
    struct wr_var *product[LAYERS], *sum[LAYERS];
    const struct wr_score *score;
    random_example(&r);
    struct wr_gnn_room room = wr_gnn_input_room(&r.input);
    wr_net_init(&net, r.input.vertices, 0);
    for (int l = 0; l < LAYERS; l++) {
        product[l] = l == 0 ? wr_op_input(&net, &r.input, &room, 16, false, 0)
                            : wr_op_linear(&net, layer_norm(&net, sum[l - 1]), 16, false, NULL);
        sum[l] = wr_op_neighbours(&net, product[l], &r.input.adjacency, &room);
    }
    wr_op_cross_entropy(&net, wr_op_linear(&net, layer_norm(&net, sum[LAYERS - 1]), 3, true, NULL),
                        &r.input, &score);
    ck_ok(wr_net_finish(&net, &err), err);
    for (int l = 0; l < LAYERS; l++) {
        ck_assert_ptr_eq(sum[l]->grad, sum[l]->value); /* layer norm reads its own rows only */
        ck_assert_ptr_nonnull(sum[l]->value);
        for (int k = 0; k < l; k++)
            ck_assert_ptr_ne(sum[l]->value, sum[k]->value);
    }
    ck_assert_int_le(net.rooms, LAYERS + 2); /* two of the products at a time */
    for (int l = 1; l < LAYERS; l++)
        ck_assert_ptr_ne(product[l]->value, product[l - 1]->value);
    wr_net_release(&net);
    random_input_release(&r);
}
END_TEST

/* The next variable of a random network, from the last one and, where the operation takes two,
 * one before. */
static struct wr_var *random_op(struct wr_net *net, const struct wr_gnn_input *in,
                                const struct wr_gnn_room *room, struct wr_rng *rng,
                                struct wr_var *last, struct wr_var *before)
{
    const uint64_t bits = wr_rng_below(rng, 8);
    switch (wr_rng_below(rng, 10)) {
    case 0:
        return wr_op_activate(net, last, (struct wr_activation){bits & 1, bits & 2, bits & 4});
    case 1:
        return wr_op_dropout(net, last, 0.2);
    case 2:
        return wr_op_batch_norm(net, last, bits & 1);
    case 3:
        return wr_op_linear(net, last, last->cols, bits & 1, bits & 2 ? before : NULL);
    case 4:
        return wr_op_add(net, last, before);
    case 5:
        return wr_op_neighbours(net, last, &in->adjacency, room);
    case 6:
        return wr_op_combine(net, last, &in->adjacency);
    case 7:
        return wr_op_product(net, last, WR_ROWS_VERTICES, &in->adjacency.matrix,
                             &in->adjacency.transpose);
    case 8:
        return wr_op_attention(net, last, 1 + (int64_t)bits % 2, &in->adjacency, room);
    default:
        return wr_op_softmax_aggregate(net, last, &in->adjacency);
    }
}

enum { MOST_OPS = 12 };

static void random_net(struct wr_net *net, const struct wr_gnn_input *in, uint64_t seed, bool keep)
{
    const struct wr_gnn_room room = wr_gnn_input_room(in);
    const struct wr_score *score;
    struct wr_var *var[MOST_OPS + 1];
    struct wr_error err = {0};
    struct wr_rng rng;
    wr_rng_init(&rng, seed, 0);
    wr_net_init(net, in->vertices, 0);
    var[0] = wr_op_input(net, in, &room, 2 + 2 * (int64_t)wr_rng_below(&rng, 12), false, 0);
    int ops = (int)(1 + wr_rng_below(&rng, MOST_OPS));
    for (int i = 0; i < ops; i++)
        var[i + 1] =
            random_op(net, in, &room, &rng, var[i], var[wr_rng_below(&rng, (uint64_t)i + 1)]);
    wr_op_cross_entropy(net, wr_op_linear(net, var[ops], 3, true, NULL), in, &score);
    for (int i = 0; i < net->vars; i++)
        net->var[i]->kept |= keep;
    ck_ok(wr_net_finish(net, &err), err);
    wr_net_draw_params(net, seed);
}

/* What earlier passes leave in rooms and windows must not matter. */
static void poison(const struct wr_net *net)
{
    for (int i = 0; i < net->rooms; i++)
        for (size_t k = 0; k < malloc_usable_size(net->room[i]) / sizeof **net->room; k++)
            net->room[i][k] = (wr_real)NAN;
    for (int64_t k = 0; k < net->threads * net->window; k++)
        net->windows[k] = (wr_real)NAN;
}

static void run_random_net(struct wr_net *net, const struct wr_gnn_input *in, uint64_t seed,
                           bool keep)
{
    random_net(net, in, seed, keep);
    for (uint64_t step = 0; step < 2; step++) {
        const struct wr_pass pass = {step == 1, seed, step};
        poison(net);
        wr_net_forward(net, &pass);
        wr_net_backward(net, &pass);
    }
}

START_TEST(no_room_is_taken_from_what_is_needed)
{
    struct random_input r;
    random_example(&r);
    for (uint64_t seed = 0; seed < (uint64_t)unit_rounds(400); seed += (uint64_t)unit_step(2)) {
        struct wr_net lean, full;
        run_random_net(&lean, &r.input, seed, false);
        run_random_net(&full, &r.input, seed, true);
        ck_assert_int_eq(lean.weights, full.weights);
        for (int64_t k = 0; k < full.weights; k++)
            if (!isfinite(full.grad[k]))
                ck_abort_msg("no gradient in the network of seed %d", (int)seed);
        if (memcmp(lean.grad, full.grad, (size_t)full.weights * sizeof *full.grad) != 0)
            ck_abort_msg("the network of seed %d", (int)seed);
        wr_net_release(&lean);
        wr_net_release(&full);
    }
    random_input_release(&r);
}
END_TEST

unit_main("plan", what_one_stage_makes_and_reads_does_not_stay,
          gradients_are_the_same_when_values_stay, rooms_are_used_again,
          no_room_is_taken_from_what_is_needed)
